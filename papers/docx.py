"""A paper as DOCX: a template that its procedure's owner made in Word, filled in.

A template is content: what it asks for runs in Jinja's sandbox, with the paper and nothing else to
reach. Only `papers.press` imports this, in its own process.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from docx import Document
from docx.document import Document as Opened
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

MOST_PARTS = 200
LARGEST_UNPACKED = 20_000_000
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
ON_EVERY_PAGE = ("marking", "copy")
_NOT_DONE = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, MemoryError)
_NO_DOCX = "It is not a Word document. Save it as .docx."


class TemplateRefused(Exception):
    """A template cannot be used for papers; the message says why and what to do."""


def fill(template: bytes, paper: dict[str, Any]) -> bytes:
    """Return the template filled in. What people typed is escaped, and stays what they typed."""
    _look_inside(template)
    document = DocxTemplate(io.BytesIO(template))
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    answers = {key: _said(answer) for key, answer in paper["answers"].items()}
    context = {**_typed(paper), "answers": SimpleNamespace(**answers)}
    try:
        document.render(context, environment, autoescape=True)
    except _NOT_DONE as error:
        raise TemplateRefused(_in_words(error, context)) from error
    filled = io.BytesIO()
    document.save(filled)
    return filled.getvalue()


def problems(template: bytes, sample: dict[str, Any], shown: list[str]) -> Iterator[str]:
    """Say everything that keeps a template from being used, trying it with a sample paper.

    `shown` are the names whose words have to appear somewhere on it.
    """
    try:
        filled = Document(io.BytesIO(fill(template, sample)))
    except TemplateRefused as refused:
        yield str(refused)
        return
    everything = "\n".join(_texts(filled.element.body, *_margins(filled)))
    for name in shown:
        if not all(text in everything for text in _words(sample[name])):
            yield f"It does not show {{{{ {name} }}}}. Put it where it belongs."
    for name in ON_EVERY_PAGE:
        if any(sample[name] not in "\n".join(_texts(*margin)) for margin in _pages(filled)):
            yield (
                f"{{{{ {name} }}}} does not stand on every page. Put it into the header or the "
                "footer, of the first page and of even pages too if they have their own."
            )


def _look_inside(template: bytes) -> None:
    """Refuse what is no DOCX, or holds more than a text document should."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            parts = packed.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or size > LARGEST_UNPACKED:
                raise TemplateRefused("It is too large once unpacked. Take pictures out of it.")
            for part in parts:
                _look_at(part.filename, packed.read(part))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError) as error:
        raise TemplateRefused(_NO_DOCX) from error
    if "word/document.xml" not in {part.filename for part in parts}:
        raise TemplateRefused(_NO_DOCX)


def _look_at(name: str, content: bytes) -> None:
    if "vbaProject" in name or "/embeddings/" in name or "/activeX/" in name:
        raise TemplateRefused("It has a macro or another file in it. Save it as a plain .docx.")
    if not name.endswith((".xml", ".rels")):
        return
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise TemplateRefused(f"{name} in it is broken: {error}. Save it anew in Word.") from error
    if root.getroottree().docinfo.doctype:
        raise TemplateRefused(f"{name} in it has a document type. Save it anew in Word.")
    if name == "[Content_Types].xml" and MAIN.encode() not in content:
        raise TemplateRefused("It has macros or is no text document. Save it as a plain .docx.")
    for link in root.iter(RELATIONSHIP):
        if link.get("TargetMode") == "External" and not link.get("Type", "").endswith("/hyperlink"):
            raise TemplateRefused(
                "It fetches a picture or a template from elsewhere when it is opened. "
                "Put the picture into it, or take it out."
            )


def _typed(given: Any) -> Any:
    """Return the same with every text safe from docxtpl, which reads “{_{” as an escaped tag."""
    if isinstance(given, str):
        return Markup(re.sub(r"([{}%])_|_([{}%])", _spelt, str(escape(given))))
    if isinstance(given, dict):
        return {key: _typed(each) for key, each in given.items()}
    return [_typed(each) for each in given] if isinstance(given, (list, tuple)) else given


def _spelt(found: re.Match[str]) -> str:
    return found[0].replace("_", "&#95;")


def _said(answer: dict[str, Any]) -> Any:
    """Return an answer for `{{ answers.name }}`: its words, or its table."""
    return _typed(answer["table"] or answer["text"])


def _in_words(error: Exception, context: dict[str, Any]) -> str:
    if isinstance(error, UndefinedError):
        *_, name = re.findall("'([^']*)'", str(error)) or ["?"]
        known = [f"answers.{each}" for each in vars(context["answers"])]
        known += [each for each in context if each != "answers"]
        return f"“{name}” is nothing a paper has. It has {', '.join(sorted(known))}."
    if isinstance(error, MemoryError):
        return "It grows too large when it is filled in. Look for a tag that repeats too much."
    why = str(error).rstrip(".")
    if isinstance(error, SecurityError):
        return f"It asks for more than a paper may: {why}. Take that out."
    if isinstance(error, TemplateSyntaxError):
        return f"A tag in it cannot be read: {why}. Look for one left open or misspelt."
    return f"A tag in it cannot be done: {why}. Look at it again."


def _words(given: Any) -> Iterator[str]:
    """Go through every text within."""
    if isinstance(given, str):
        yield from given.split("\n")
    elif isinstance(given, dict):
        for each in given.values():
            yield from _words(each)
    elif isinstance(given, (list, tuple)):
        for each in given:
            yield from _words(each)


def _pages(document: Opened) -> Iterator[tuple[Any, ...]]:
    """Go through the header and footer of every kind of page."""
    for section in document.sections:
        yield section.header._element, section.footer._element
        if section.different_first_page_header_footer:
            yield section.first_page_header._element, section.first_page_footer._element
        if document.settings.odd_and_even_pages_header_footer:
            yield section.even_page_header._element, section.even_page_footer._element


def _margins(document: Opened) -> list[Any]:
    return [element for margin in _pages(document) for element in margin]


def _texts(*elements: Any) -> Iterator[str]:
    """Go through the paragraphs of parts of a document, as text."""
    for element in elements:
        for paragraph in element.iter("{*}p"):
            yield "".join(paragraph.itertext("{*}t"))
