"""Read a regular expression of XPath (XML Schema with anchors and lazy quantifiers) into a tree.

Python's `re` is not used: it accepts another language, and some patterns hold it up for ever.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

Predicate = Callable[[str], bool]
MOST_CHARACTERS = 2_000
MOST_GROUPS = 40
MOST_REPEATS = 1_000
MOST_CHOICES = 50  # ranges and classes in one set


class NotAPattern(Exception):
    """The text is not a regular expression of XPath; the function it was given to is null."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `one` character that fits, or `all` or `any` of parts, a `group`, a `repeat`,
    the `start` or the `end`."""

    kind: str
    fits: Predicate = bool
    parts: tuple["Part", ...] = ()
    number: int = 0  # of a group
    least: int = 0
    most: int | None = None
    lazy: bool = False


@dataclass
class Pattern:
    part: Part
    groups: int
    flags: frozenset[str] = field(default_factory=frozenset)


def pattern(text: str, flags: str = "") -> Pattern:
    """Return the pattern (XPath functions and operators 3.1, 5.6), or raise NotAPattern."""
    if not set(flags) <= set("smixq") or len(text) > MOST_CHARACTERS:
        raise NotAPattern
    if "q" in flags:
        text = re.sub(r"([\\.*+?^$|(){}\[\]])", r"\\\1", text)
    elif "x" in flags:
        text = re.sub(r"(\[[^\]]*\])|[ \t\r\n]+", lambda found: found[1] or "", text)
    reader = _Reader(text, frozenset(flags))
    part = reader.choice()
    if reader.place < len(text):
        raise NotAPattern
    return Pattern(part, reader.groups, reader.flags)


class _Reader:
    def __init__(self, text: str, flags: frozenset[str]) -> None:
        self.text = text
        self.flags = flags
        self.place = 0
        self.groups = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def take(self) -> str:
        found = self.peek()
        self.place += 1
        return found or self.fail()

    def fail(self) -> NoReturn:
        raise NotAPattern

    def choice(self) -> Part:
        self.depth += 1
        if self.depth > MOST_GROUPS:
            self.fail()
        parts = [self.sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Part("any", parts=tuple(parts))

    def sequence(self) -> Part:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.quantified(self.atom()))
        return Part("all", parts=tuple(parts))

    def quantified(self, part: Part) -> Part:
        sign = self.peek()
        if sign not in ("*", "+", "?", "{") or not sign:
            return part
        self.take()
        least, most = self.counts() if sign == "{" else _COUNTS[sign]
        lazy = self.peek() == "?"
        if lazy:
            self.take()
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            self.fail()
        return Part("repeat", parts=(part,), least=least, most=most, lazy=lazy)

    def counts(self) -> tuple[int, int | None]:
        match = re.compile(r"([0-9]{1,4})(,([0-9]{0,4}))?\}").match(self.text, self.place)
        if match is None:
            self.fail()
        self.place = match.end()
        least = int(match[1])
        most = least if match[2] is None else int(match[3]) if match[3] else None
        if least > MOST_REPEATS or (most is not None and not least <= most <= MOST_REPEATS):
            self.fail()
        return least, most

    def atom(self) -> Part:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return Part("one", self._cased(self.set()))
        if sign == "\\":
            return Part("one", self._cased(self.escape()))
        if sign == ".":
            dot = _ANY if "s" in self.flags else _NOT_LINE
            return Part("one", dot)
        if sign in "^$":
            return Part("start" if sign == "^" else "end")
        if sign in "*+?{}])":
            self.fail()
        return Part("one", self._cased(_just(sign)))

    def group(self) -> Part:
        number = 0
        if self.text.startswith("?:", self.place):
            self.place += 2
        elif self.peek() == "?":
            self.fail()
        else:
            self.groups += 1
            number = self.groups
        inner = self.choice()
        if self.take() != ")":
            self.fail()
        return Part("group", parts=(inner,), number=number)

    def _cased(self, fits: Predicate) -> Predicate:
        if "i" not in self.flags:
            return fits
        return lambda c: fits(c) or fits(c.lower()[:1]) or fits(c.upper()[:1])

    def set(self) -> Predicate:
        """Read `[a-z]`, `[^...]` and `[...-[...]]`, up to its end."""
        self.depth += 1
        if self.depth > MOST_GROUPS:
            self.fail()
        negated = self.peek() == "^"
        if negated:
            self.take()
        choices: list[Predicate] = []
        single: set[str] = set()
        without: Predicate | None = None
        while self.peek() != "]":
            if (choices or single) and self.text.startswith("-[", self.place):
                self.place += 2
                without = self.set()
                break
            choice = self.span()
            if isinstance(choice, str):
                single.add(choice)
            else:
                choices.append(choice)
        if self.take() != "]" or not (choices or single) or len(choices) > MOST_CHOICES:
            self.fail()
        self.depth -= 1
        return _set((single.__contains__, *choices), negated, without)

    def span(self) -> Predicate | str:
        low, fits = self.set_character()
        ahead = self.text[self.place + 1 : self.place + 2]
        if low and self.peek() == "-" and ahead not in ("]", "["):
            self.take()
            high, _ = self.set_character()
            if not high or high < low:
                self.fail()
            return lambda c: low <= c <= high
        return low or fits

    def set_character(self) -> tuple[str, Predicate]:
        """Return a character of a set, empty when it stands for many, and what fits it."""
        sign = self.take()
        if sign == "[":
            self.fail()
        if sign != "\\":
            return sign, _just(sign)
        single = _SINGLE.get(self.peek())
        return single or "", self.escape()

    def escape(self) -> Predicate:
        sign = self.take()
        if sign in _SINGLE:
            return _just(_SINGLE[sign])
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign.lower() in _CLASSES:
            return _not(_CLASSES[sign.lower()])
        match = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.text, self.place)
        if sign not in "pP" or match is None:
            self.fail()
        self.place = match.end()
        fits = _property(match[1])
        return fits if sign == "p" else _not(fits)


_COUNTS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in "\\|.?*+(){}$-[]^"}


def _ANY(character: str) -> bool:
    return True


def _NOT_LINE(character: str) -> bool:
    return character not in "\n\r"


def _just(wanted: str) -> Predicate:
    return lambda character: character == wanted


def _not(fits: Predicate) -> Predicate:
    return lambda character: not fits(character)


def _set(choices: tuple[Predicate, ...], negated: bool, without: Predicate | None) -> Predicate:
    def fits(character: str) -> bool:
        inside = any(choice(character) for choice in choices)
        return inside is not negated and not (without is not None and without(character))

    return fits


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _is_name_start(character: str) -> bool:
    return character in ":_" or unicodedata.category(character)[0] == "L"


def _is_name_part(character: str) -> bool:
    return (
        _is_name_start(character)
        or character in "-.\u00b7"
        or (unicodedata.category(character)[0] in "NM")
    )


_CLASSES: dict[str, Predicate] = {
    "d": str.isdecimal, "s": lambda c: c in " \t\n\r", "w": _is_word, "i": _is_name_start,
    "c": _is_name_part,
}  # fmt: skip
_BLOCKS = {
    "BasicLatin": (0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "Greek": (0x370, 0x3FF), "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF), "Arabic": (0x600, 0x6FF), "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF), "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF),
}  # fmt: skip
_CATEGORIES = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")


def _property(name: str) -> Predicate:
    if _CATEGORIES.fullmatch(name):
        return lambda character: unicodedata.category(character).startswith(name)
    block = _BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
    if block is None:
        raise NotAPattern
    return lambda character: block[0] <= ord(character) <= block[1]
