"""Templates filled in, and what keeps one from being used."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document

from papers import Answer, press
from tests.papers.samples import GENERAL, HOSTILE, MARKING, paper, saved, template, text_of


def test_the_general_template_shows_the_whole_record():
    content = press.docx(GENERAL, paper("Bruises on both arms.\n\nShe says she fell."))
    said = text_of(content)
    assert MARKING in said
    assert "SP-00042" in said
    assert "Child: Maya Doe\nVersion: 1, by Kit Moran" in said
    assert "Question 1\nBruises on both arms.\n\nShe says she fell." in said
    assert "Name\tAgency\tEmail\tDid they take part?\nJane Smith\tHealth\t\tYes" in said
    assert "View: She saw the child on Monday.\nThe bruises were old." in said
    assert "Copy made by Tom Reyes, Friday 4 December 2026, 9pm\tPage " in said
    document = Document(io.BytesIO(content))
    assert document.core_properties.title == "Hold the strategy discussion, SP-00042"
    style = document.paragraphs[0].style
    assert style is not None
    assert style.name == "Heading 1"


def test_what_people_typed_stays_what_they_typed():
    said = text_of(press.docx(GENERAL, paper(*HOSTILE)))
    for text in HOSTILE:
        assert text in said


def test_a_template_of_one_task_names_its_answers():
    own = template("{{ title }} {{ reference }}", "It is about: {{ answers.concerns }}")
    answers = {"concerns": Answer("What is the concern?", "Bruises & <b>marks</b>")}
    said = text_of(press.docx(own, paper(answers=answers)))
    assert "It is about: Bruises & <b>marks</b>" in said


def test_the_general_template_may_be_used():
    assert press.problems(GENERAL) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ nme }}", "“nme” is nothing a paper has. It has about, answers.concerns, copy"),
        ("{{ answers.nme }}", "“nme” is nothing a paper has."),
        ("{{ title }", "A tag in it cannot be read"),
        ("{%p for label, text in about %}", "looking for the following tags: 'endfor'"),
        ("{{ title | shout }}", "No filter named 'shout'"),
        ("{% include 'other' %}", "A tag in it cannot be done"),
        ("{{ 1 / 0 }}", "A tag in it cannot be done: division by zero."),
        ("{{ title.__class__.__mro__ }}", "It asks for more than a paper may"),
        ("{{ cycler.__init__.__globals__ }}", "It asks for more than a paper may"),
        ("{% for n in range(10 ** 9) %}x{% endfor %}", "A tag in it cannot be done: Range too big"),
        ("{{ 'x' * 10 ** 10 }}", "It grows too large when it is filled in."),
        ("nothing", "It does not show {{ title }}. Put it where it belongs."),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused_with_a_sentence(text: str, says: str):
    found = press.problems(template(text), frozenset({"concerns"}))
    assert says in "\n".join(found)


def test_a_template_without_the_marking_on_every_page_is_refused():
    found = press.problems(template("{{ title }} {{ reference }} {{ marking }}", header=""), _ONE)
    assert found == (
        "{{ marking }} does not stand on every page. Put it into the header or the footer, of the "
        "first page and of even pages too if they have their own.",
    )


def test_a_first_page_of_its_own_has_to_be_marked_too():
    document = Document(io.BytesIO(template("{{ title }} {{ reference }}")))
    document.sections[0].different_first_page_header_footer = True
    assert "does not stand on every page" in "".join(press.problems(saved(document), _ONE))


def test_a_template_for_every_record_knows_no_question_and_shows_them_all():
    found = press.problems(template("{{ title }} {{ reference }}"))
    assert [each.split(".")[0] for each in found] == [
        "It does not show {{ about }}",
        "It does not show {{ sections }}",
    ]


def test_a_template_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(press, "SECONDS", 2)
    round_and_round = (
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )
    (says,) = press.problems(template(round_and_round))
    assert says == "It took longer than 2 seconds, and was stopped."


def test_what_is_no_word_document_is_refused():
    for content in (b"", b"Dear colleague", b"PK\x03\x04" + bytes(100), _zip({"a.txt": b"a"})):
        assert press.problems(content) == ("It is not a Word document. Save it as .docx.",)


def test_what_a_word_document_may_not_hold_is_refused():
    macro = _with(GENERAL, "word/vbaProject.bin", b"x")
    assert "It has a macro or another file in it." in _says(macro)
    kind = _part(GENERAL, "[Content_Types].xml").replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        b"vnd.ms-word.document.macroEnabled.main",
    )
    assert "It has macros or is no text document." in _says(
        _with(GENERAL, "[Content_Types].xml", kind)
    )
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
    assert "has a document type" in _says(_with(GENERAL, "word/settings.xml", laughs))
    assert "is broken" in _says(_with(GENERAL, "word/document.xml", b"<w:p>"))
    links = _part(GENERAL, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="x" TargetMode="External" Target="http://localhost/a.dotm" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate"/></Relationships>',
    )
    assert "fetches a picture or a template" in _says(
        _with(GENERAL, "word/_rels/document.xml.rels", links)
    )


def test_a_document_that_unpacks_without_end_is_refused():
    bomb = _with(GENERAL, "word/media/a.bin", bytes(30_000_000))
    assert len(bomb) < 200_000
    assert _says(bomb) == "It is too large once unpacked. Take pictures out of it."
    many = _zip({f"{n}.txt": b"" for n in range(300)})
    assert _says(many) == "It is too large once unpacked. Take pictures out of it."


_ONE = frozenset({"concerns"})


def _says(content: bytes) -> str:
    return "\n".join(press.problems(content))


def _part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


def _with(content: bytes, name: str, part: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    return _zip({**parts, name: part})


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()
