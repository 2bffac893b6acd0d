"""How the rows of a list are arranged for a page."""

from papers import Row, laid_out
from tests.papers.samples import PEOPLE


def test_what_is_short_gets_a_column_and_the_rest_goes_beneath_its_row():
    table = laid_out(PEOPLE, "Not answered")
    assert table.columns == ["Name", "Agency", "Email", "Did they take part?"]
    assert table.rows == [
        Row(
            ["Jane Smith", "Health", "", "Yes"],
            "View: She saw the child on Monday.\nThe bruises were old.",
        ),
        Row(["Bo Wells", "Police", "bo@example.org", ""], ""),
    ]


def test_a_table_has_four_columns_at_most():
    table = laid_out([[(f"Question {n}?", str(n)) for n in range(6)]], "Not answered")
    assert table.columns == [f"Question {n}?" for n in range(4)]
    assert table.rows[0].more == "Question 4? 4\nQuestion 5? 5"


def test_what_few_answered_and_what_nobody_answered_gets_no_column():
    rows = [[("Name", n), ("Note", ""), ("Mobile", "")] for n in ("Ana", "Bo", "Cy")]
    rows[1][1] = ("Note", "Late")
    table = laid_out(rows, "Not answered")
    assert table.columns == ["Name"]
    assert [row.more for row in table.rows] == ["", "Note: Late", ""]


def test_a_long_question_gets_no_column():
    question = "Is the concern about this person or where they work?"
    table = laid_out([[("Name", "Ana"), (question, "No")]], "Not answered")
    assert table.rows == [Row(["Ana"], f"{question} No")]


def test_a_list_of_long_texts_still_has_a_column():
    table = laid_out([[("What happened", "x" * 500)]], "Not answered")
    assert table.columns == ["What happened"]
    assert table.rows == [Row(["x" * 500], "")]
