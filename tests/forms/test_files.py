"""Files as answers: what a page posts of them, what a record says of them, and in what words."""

from __future__ import annotations

from typing import Any

import pytest

import feel
from forms import files
from forms.files import File
from tests.forms.questions import form, question, required

SCAN: File = {"id": 7, "name": "scan of the letter.pdf", "size": 1_234_567, "hash": "0f" * 32}
NOTE: File = {"id": 8, "name": "note.txt", "size": 1, "hash": "ab" * 32}
SEVERAL = form(question("filepicker", multiple=True))


def test_what_a_page_posts_of_a_file_is_the_file_again():
    posted = [files.write(SCAN), files.write(NOTE)]
    assert SEVERAL.read({"it": posted}, {}).values == {"it": [SCAN, NOTE]}
    assert SEVERAL.fill({"it": [SCAN, NOTE]}) == {"it": posted}
    assert SEVERAL.read_answers({"it": [SCAN]}, {}).values == {"it": [SCAN]}


@pytest.mark.parametrize(
    "typed",
    ["", "scan.pdf", "7", "file 7", "file -1 9 " + "0" * 64 + " a", files.write(SCAN) + "\nb", [{}],
     [{"id": 7}], [None], "file 12345678901 9 " + "0" * 64 + " a.pdf"],
)  # fmt: skip
def test_whatever_else_is_posted_is_as_nothing(typed: Any):
    read = SEVERAL.read({"it": typed}, {})
    assert (read.values, read.errors) == ({"it": None}, {})


def test_a_file_posted_twice_is_one_file():
    posted = [files.write(SCAN), files.write(SCAN)]
    assert SEVERAL.read({"it": posted}, {}).values == {"it": [SCAN]}


def test_a_question_for_one_file_takes_one():
    posted = [files.write(SCAN), files.write(NOTE)]
    one = form(question("filepicker"))
    says = "“The question” can have at most one file: remove the others."
    assert one.read({"it": posted}, {}).errors == {"it": says}
    assert one.read({"it": posted[:1]}, {}).errors == {}


def test_a_file_that_has_to_be_there_is_asked_for():
    asked = form(required("filepicker"))
    assert asked.read({}, {}).errors == {"it": "Choose a file: “The question”."}


@pytest.mark.parametrize(
    ("size", "says"),
    [(1, "1 byte"), (999, "999 bytes"), (1_000, "1 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"),
     (1_234_567, "1.2 MB"), (10_000_000, "10.0 MB")],
)  # fmt: skip
def test_a_file_is_said_by_its_name_and_size(size: int, says: str):
    assert files.say({**SCAN, "size": size}) == f"scan of the letter.pdf, {says}"


def test_a_record_says_its_files_one_on_each_line():
    assert SEVERAL.show({"it": [SCAN, NOTE]}) == [
        ("The question", "scan of the letter.pdf, 1.2 MB\nnote.txt, 1 byte")
    ]
    assert SEVERAL.show({"it": None}) == [("The question", "Not answered")]


def test_conditions_can_count_files():
    asked = feel.compile("count(it) > 1")
    assert asked.evaluate(SEVERAL.read_answers({"it": [SCAN, NOTE]}, {}).values) is True
