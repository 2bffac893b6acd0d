"""Lists: rows are read in order, told apart in what is refused, and none is lost."""

from datetime import date

from tests.forms.questions import ACTIONS, OPTIONS, form, question, required


def test_rows_are_read_in_order_and_blank_ones_left_out():
    posted = {
        "actions-10-action": "Third",
        "actions-10-person": "Cem",
        "actions-2-person": "Bea",
        "actions-2-due_on-day": "7",
        "actions-2-due_on-month": "12",
        "actions-2-due_on-year": "2026",
        "actions-2-urgent": "yes",
        "actions-1-action": " ",
        "actions-1-due_on-day": "",
    }
    read = form(ACTIONS).read(posted, {})
    assert read.errors == {}
    assert read.values["actions"] == [
        {"action": None, "person": "Bea", "due_on": date(2026, 12, 7), "urgent": True},
        {"action": "Third", "person": "Cem", "due_on": None, "urgent": False},
    ]
    assert [row["person"] for row in read.typed["actions"]] == ["", "Bea", "Cem"]


def test_an_error_in_a_row_names_the_row_as_the_page_shows_it():
    posted = {"actions-0-person": "Bea", "actions-5-action": "Visit", "actions-5-due_on-day": "7"}
    read = form(ACTIONS).read(posted, {})
    assert read.errors == {
        "actions-1-person": "Action 2: Name a person",
        "actions-1-due_on": "Action 2: “By when?” must include a month and a year.",
    }
    assert read.typed["actions"][1]["due_on"] == {"day": "7", "month": "", "year": ""}


def test_rows_have_conditions_of_their_own():
    rows = {
        "type": "dynamiclist",
        "path": "participants",
        "label": "Participants",
        "components": [
            question("select", "attended", values=OPTIONS),
            {
                **required("textfield", "Why?"),
                "conditional": {"hide": '=attended = "met" or quick'},
            },
        ],
    }
    posted = {"participants-0-attended": "met", "participants-1-attended": "not_met"}
    asked = form(rows)
    assert asked.read(posted, {}).errors == {"participants-1-it": "Row 2: Why?"}
    assert asked.read(posted, {"quick": True}).errors == {}
    assert asked.names == {"quick"}


def test_a_list_has_at_most_fifty_rows_and_loses_none_of_them():
    posted = {f"actions-{row}-person": f"Person {row}" for row in range(51)}
    read = form(ACTIONS).read(posted, {})
    assert read.errors == {"actions": "“Further actions” can have at most 50 rows."}
    assert len(read.typed["actions"]) == 51
