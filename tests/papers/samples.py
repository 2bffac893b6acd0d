"""Papers and templates that tests share."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from docx import Document

from papers import Answer, Paper, Section, laid_out

GENERAL = (Path(__file__).parents[2] / "papers" / "england" / "record.docx").read_bytes()
MARKING = "Confidential – only for those who took part."

# What people may type, and what would happen if anything read it as more than words.
HOSTILE = [
    "{{ 7 * 7 }} {% raw %} {%p endfor %} {{ answers }}",
    "{_{ title }_} {_% if %_} {_ _}",
    '#panic() #import "/etc/passwd" $x^2$ *bold* _it_ `raw` <label> @ref [x] // no /* no */',
    "<w:p/></w:t></w:r><script>alert(1)</script> &amp; &#x41; ]]> <!-- --> & \" '",
    "= Heading\n- list\n+ list\n/ term: x\n\\ \\u{41} ~ -- ...",
    "https://example.org/" + "a" * 300,
    "A tab\there, and\n\n\nthree lines later.",
    "Łukasz Ørsted Δοκιμή Иван ✔ ≥ “quoted”",
]

PEOPLE = [
    [
        ("Name", "Jane Smith"),
        ("Agency", "Health"),
        ("Email", "Not answered"),
        ("Did they take part?", "Yes"),
        ("View", "She saw the child on Monday.\nThe bruises were old."),
    ],
    [
        ("Name", "Bo Wells"),
        ("Agency", "Police"),
        ("Email", "bo@example.org"),
        ("Did they take part?", "Not answered"),
        ("View", "Not answered"),
    ],
]


def paper(*texts: str, **more: Any) -> Paper:
    """A record with these answers and a list of two people."""
    answers = [Answer(f"Question {at}", text) for at, text in enumerate(texts, 1)]
    people = Answer("People", table=laid_out(PEOPLE, "Not answered"))
    given: dict[str, Any] = {
        "title": "Hold the strategy discussion",
        "reference": "SP-00042",
        "marking": MARKING,
        "copy": "Copy made by Tom Reyes, Friday 4 December 2026, 9pm",
        "about": [("Child", "Maya Doe"), ("Version", "1, by Kit Moran")],
        "sections": [Section("The discussion", answers), Section("Who took part", [people])],
    }
    return Paper(**{**given, **more})


def template(*paragraphs: str, header: str = "{{ marking }}", footer: str = "{{ copy }}") -> bytes:
    """A template as an owner might make it in Word."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = footer
    return saved(document)


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def text_of(content: bytes) -> str:
    """Everything a reader of a DOCX sees, in its order."""
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    parts = [section.header, document, section.footer]
    return "\n".join(line for part in parts for line in _lines(part))


def _lines(part: Any) -> list[str]:
    lines: list[str] = []
    for inner in part.iter_inner_content():
        if hasattr(inner, "rows"):
            lines += ["\t".join(cell.text for cell in row.cells) for row in inner.rows]
        else:
            lines.append(inner.text)
    return lines
