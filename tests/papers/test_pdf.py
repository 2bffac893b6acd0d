"""A paper as PDF: what stands on its pages, and how it is marked for who does not see them."""

from __future__ import annotations

from papers import Answer, Section, laid_out, pdf, press
from tests.papers.reader import Pdf
from tests.papers.samples import HOSTILE, MARKING, paper


def test_every_page_says_who_may_have_it_whose_copy_it_is_and_its_number():
    made = Pdf(press.pdf(paper(*["Bruises on both arms. " * 200] * 3)))
    assert len(made.pages) > 2
    for number, page in enumerate(made.pages, 1):
        assert page.startswith(MARKING.replace(" ", "") + "SP-00042")
        assert "CopymadebyTomReyes,Friday4December2026,9pm" in page
        assert f"Page{number}of{len(made.pages)}" in page


def test_the_whole_record_stands_in_it():
    made = Pdf(press.pdf(paper("Bruises on both arms.\n\nShe says she fell.")))
    for text in (
        "Hold the strategy discussion",
        "Child: Maya Doe",
        "Question 1 Bruises on both arms. She says she fell.",
        "Name Agency Email Did they take part?",
        "Jane Smith",
        "Health Yes",
        "View: She saw the child on Monday. The bruises were old.",
        "Bo Wells Police bo@example.org",
    ):
        assert made.says(text), text


def test_it_is_made_for_screen_readers_too():
    made = Pdf(press.pdf(paper("Bruises.")))
    assert {"H1", "H2", "P", "Table", "THead", "TH", "TR", "TD"} <= made.tags
    assert b"/Lang(en-GB)" in made.content
    assert b"/Marked true" in made.content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made.content
    assert b"Hold the strategy discussion, SP-00042" in made.content
    assert b"/DisplayDocTitle true" in made.content


def test_what_people_typed_stays_what_they_typed():
    made = Pdf(press.pdf(paper(*HOSTILE)))
    for text in HOSTILE:
        assert made.says(text), text


def test_letters_that_no_font_has_cost_a_note_and_not_the_paper():
    made = Pdf(press.pdf(paper("Her name is written \U000f0000 at home.")))
    assert made.says(pdf.NOTE)
    assert made.says("Her name is written")
    assert b"pdfuaid:part" not in made.content


def test_a_row_of_a_list_may_be_longer_than_a_page():
    long = [[("Name", "Jane"), ("Role", "Nurse"), ("View", "She said much. " * 1_500)]]
    section = Section("People", [Answer("People", table=laid_out(long, "Not answered"))])
    made = Pdf(press.pdf(paper(sections=[section])))
    assert sum(page.count("Shesaidmuch.") for page in made.pages) >= 1_490


def test_a_record_with_nothing_in_it_is_a_paper_too():
    assert Pdf(press.pdf(paper(sections=[], about=[]))).says("Hold the strategy discussion")
