"""Reads a PDF of ours as its pages' texts: enough to see what stands on each, and how it is marked.

A glyph means what its font's ToUnicode map says; spaces and lines are not told apart.
"""

from __future__ import annotations

import re
import zlib
from functools import cached_property

# A string in brackets may hold brackets in pairs; ours are never deep.
_WITHIN = rb"(?:[^()\\]|\\.)*"
for _ in range(6):
    _WITHIN = rb"(?:[^()\\]|\\.|\(" + _WITHIN + rb"\))*"
_STRING = re.compile(rb"\(" + _WITHIN + rb"\)", re.DOTALL)
_SHOWN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\[((?:\(%b\)|[-\d. ]+)*)\]\s*TJ|(\(%b\))\s*Tj" % (_WITHIN, _WITHIN),
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Pdf:
    """A PDF, its objects by number."""

    def __init__(self, content: bytes) -> None:
        assert content.startswith(b"%PDF-1.7")
        self.content = content
        found = re.finditer(rb"^(\d+) 0 obj\n(.*?)\nendobj$", content, re.DOTALL | re.MULTILINE)
        self._objects = {int(each[1]): each[2] for each in found}

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page, headers and footers too, without its spaces."""
        kids = re.search(rb"/Type/Pages/Count \d+/Kids\[(.*?)\]", self.content)
        assert kids
        return [self._text(self._objects[int(each)]) for each in re.findall(rb"(\d+) 0 R", kids[1])]

    @cached_property
    def tags(self) -> set[str]:
        """What the parts of the document are marked as: H1, P, Table, TH …"""
        return {each.decode() for each in re.findall(rb"/S/(\w+)", self.content)}

    def says(self, text: str) -> bool:
        """Tell whether one page has this text."""
        wanted = _close(text)
        return any(wanted in page for page in self.pages)

    def _text(self, page: bytes) -> str:
        resources = re.search(rb"/Font<<(.*?)>>", self._follow(page, rb"Resources"))
        assert resources
        fonts = {
            name: self._letters(self._objects[int(number)])
            for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources[1])
        }
        letters: dict[int, str] = {}
        said = []
        for found in _SHOWN.finditer(self._stream(page, rb"Contents")):
            letters = fonts[found[1]] if found[1] else letters
            for string in _STRING.findall(found[2] or found[3] or b""):
                glyphs = _ESCAPED.sub(_unescaped, string[1:-1])
                pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
                said += [letters.get(high << 8 | low, "") for high, low in pairs]
        return _close("".join(said))

    def _letters(self, font: bytes) -> dict[int, str]:
        mapped = re.findall(rb"<(\w{4})> <(\w+)>", self._stream(font, rb"ToUnicode"))
        return {int(a, 16): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in mapped}

    def _follow(self, within: bytes, name: bytes) -> bytes:
        found = re.search(rb"/%s (\d+) 0 R" % name, within)
        return self._objects[int(found[1])] if found else within

    def _stream(self, within: bytes, name: bytes) -> bytes:
        content = self._follow(within, name)
        stream = content.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
        return zlib.decompress(stream) if b"/FlateDecode" in content[:200] else stream


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if code.isdigit() else _PLAIN.get(code, code)


def _close(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]+", "", text)
