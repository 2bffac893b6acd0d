"""What every page must have, whatever it is about."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser


def look_at(page: str) -> None:
    """Fail unless the page has what every page must have."""
    reader = PageReader()
    reader.feed(page)
    assert reader.lang == "en-GB"
    assert reader.headings == 1, "a page has one h1"
    assert reader.title.endswith("– Safeguarding Pathway")
    assert len(reader.title.strip()) > len("– Safeguarding Pathway"), "a page has a title"
    assert not [name for name, count in reader.ids.items() if count > 1], "ids are unique"
    assert not set(reader.references) - set(reader.ids) - {""}, "what is referred to is there"
    assert not reader.forgetful, "a form with a text keeps a draft"
    assert not reader.inline, "nothing runs or is styled inside the page"


class PageReader(HTMLParser):
    """Reads of a page what every page must have."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.lang: str | None = None
        self.headings = 0
        self.title = ""
        self.forgetful: list[str] = []
        self._form, self._has_text, self._keeps = "", False, False
        self.references: list[str] = []
        self.inline: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        if tag == "html":
            self.lang = given.get("lang")
        self.headings += tag == "h1"
        self._in_title = tag == "title"
        self._read_form(tag, given)
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.references += (given.get(name) or "").split()
        if tag == "a" and (given.get("href") or "").startswith("#"):
            self.references.append(str(given["href"])[1:])
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "script" and not given.get("src", ""):
            self.inline.append("script")

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "form" and self._has_text and not self._keeps:
            self.forgetful.append(self._form)

    def _read_form(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "form":
            self._form, self._has_text, self._keeps = given.get("action") or "", False, False
        self._has_text |= tag == "textarea"
        self._keeps |= given.get("data-draft") == self._form
