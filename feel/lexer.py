"""Cut the text of an expression into tokens (DMN 1.3, 10.3.1.2: names, literals, comments)."""

import re
from dataclasses import dataclass

from feel.errors import syntax_error

KEYWORDS = frozenset(
    "and or if then else for in return some every satisfies instance of between function"
    " true false null".split()
)

_SPACE = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d"
    "\u180f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
    "\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040'\u2019"
_TOKEN = re.compile(
    rf"""
      (?P<space>[{_SPACE}]+|//[^\n]*|/\*.*?\*/)
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<name>[{_START}][{_PART}]*)
    | (?P<symbol>\*\*|\.\.|<=|>=|!=|->|/(?!\*)|[-+*=<>()\[\]{{}},:.?@])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([nrt\"'\\]))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # number, text, name, keyword, symbol or end
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise syntax_error(_strange(text, position), text, position)
        kind = match.lastgroup or ""
        if kind == "name" and match[0] in KEYWORDS:
            kind = "keyword"
        if kind != "space":
            found.append(Token(kind, match[0], position))
        position = match.end()
    found.append(Token("end", "", len(text)))
    return found


def _strange(text: str, position: int) -> str:
    character = text[position]
    if character == '"':
        return 'This text is never closed: I expected another `"` after it.'
    if text.startswith("/*", position):
        return "This comment is never closed: I expected `*/` after it."
    if character in "'\u2018\u2019\u201c\u201d":
        return f'I expected straight double quotes (") around a text, not `{character}`.'
    return f"I do not know the character `{character}`."


def unescape(literal: str) -> str:
    """Return the text a quoted literal stands for. A backslash that begins no escape is kept."""
    inner = literal[1:-1]
    if "\\" not in inner:
        return inner
    # Two halves of a character outside the basic plane may be written as two escapes.
    joined = _ESCAPE.sub(_character, inner)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    short, long, single = match.groups()
    if single:
        return _ESCAPES.get(single, single)
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else match[0]
