"""What a paper says: a title, what it is about, questions and answers, and whose copy it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_COLUMNS = 4
LONGEST_CELL = 60
LONGEST_HEADING = 30
Rows = Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Row:
    """A line of a table; `more` goes beneath it, over its whole width."""

    cells: list[str]
    more: str


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Answer:
    """A question and its answer: words, or for a list a table."""

    question: str
    text: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """A part of a paper: a heading, or none, and what was asked and answered under it."""

    title: str
    answers: list[Answer]


@dataclass(frozen=True)
class Paper:
    """Everything that is put on one paper.

    `marking` and `copy` stand on every page: who may have it, and who made this copy and when.
    `about` is the lines at its head, by label. `answers` are those of the sections again, by the
    names of their questions, for a template that places them one by one.
    """

    title: str
    reference: str
    marking: str
    copy: str
    about: list[tuple[str, str]]
    sections: list[Section]
    answers: dict[str, Answer] = field(default_factory=dict)


def laid_out(rows: Rows, unanswered: str) -> Table:
    """Arrange the rows of a list, each a list of label and words, as a table that fits a page.

    What is short and answered in most rows gets a column, the first four at most; all else goes
    beneath its row. What nobody answered is left out.
    """
    given = [{label: text for label, text in row if text and text != unanswered} for row in rows]
    labels = list(dict.fromkeys(label for row in rows for label, _ in row))
    used = [label for label in labels if any(label in row for row in given)]
    columns = [
        label
        for label in used
        if len(label) <= LONGEST_HEADING and _makes_a_column([row.get(label, "") for row in given])
    ]
    columns = columns[:MOST_COLUMNS] or used[:1]
    return Table(columns, [_row(row, columns, used) for row in given])


def _makes_a_column(texts: list[str]) -> bool:
    most = sum(map(bool, texts)) * 2 >= len(texts)
    return most and all(len(text) <= LONGEST_CELL and "\n" not in text for text in texts)


def _row(given: dict[str, str], columns: list[str], used: list[str]) -> Row:
    rest = [_said(each, given[each]) for each in used if each in given and each not in columns]
    return Row([given.get(each, "") for each in columns], "\n".join(rest))


def _said(question: str, text: str) -> str:
    return f"{question} {text}" if question.endswith("?") else f"{question}: {text}"
