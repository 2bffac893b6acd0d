"""What people answer, read through a form: their words come back, and nothing else gets in."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

import forms
from forms import Form


def form(*components: dict[str, Any]) -> Form:
    """Return a form of these components, read as a file of it would be."""
    content = orjson.dumps({"type": "default", "id": "test", "components": components})
    return forms.load(content, "test.form")


def question(kind: str, key: str = "it", **rest: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": "The question", **rest}


def required(kind: str, error: str = "", **rest: Any) -> dict[str, Any]:
    return question(kind, validate={"required": True}, properties={"error": error}, **rest)


OPTIONS = [{"value": "met", "label": "It is met"}, {"value": "not_met", "label": "It is not met"}]
YES_NO: dict[str, Any] = {
    "properties": {"answer": "yes/no"},
    "values": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
}
ACTIONS = {
    "type": "dynamiclist",
    "path": "actions",
    "label": "Further actions",
    "properties": {"item": "Action"},
    "components": [
        {"type": "textfield", "key": "action", "label": "What is to be done?"},
        {
            "type": "textfield",
            "key": "person",
            "label": "Who does it?",
            "validate": {"required": True},
            "properties": {"error": "Name a person"},
        },
        {"type": "datetime", "subtype": "date", "key": "due_on", "dateLabel": "By when?"},
        {"type": "checkbox", "key": "urgent", "label": "It is urgent"},
    ],
}
HELD_AT = question("datetime", "held_at", subtype="datetime", dateLabel="When was it held?")


def held(**parts: str) -> dict[str, str]:
    whole = {"day": "4", "month": "12", "year": "2026", "hour": "16", "minute": "50"} | parts
    return {f"held_at-{name}": text for name, text in whole.items()}


@pytest.mark.parametrize(
    ("component", "typed", "value"),
    [
        (question("textfield"), "  Maya   Doe ", "Maya Doe"),
        (question("textarea"), " One\r\n\r\n  two ", "One\n\n  two"),
        (question("number"), " 1,200 ", Decimal(1200)),
        (question("number", decimalDigits=2), "-3.50", Decimal("-3.5")),
        (question("select", values=OPTIONS), "met", "met"),
        (question("radio", values=OPTIONS), "not_met", "not_met"),
        (question("radio", **YES_NO), "yes", True),
        (question("radio", **YES_NO), "no", False),
        (question("checklist", values=OPTIONS), ["not_met", "met"], ["met", "not_met"]),
        (question("checklist", values=OPTIONS), "met", ["met"]),
        (question("checkbox"), "yes", True),
        (question("checkbox"), "", False),
        (question("textfield"), " ", None),
        (question("number"), "", None),
        (question("checklist", values=OPTIONS), [], None),
        (question("radio", **YES_NO), None, None),
    ],
)
def test_answers_are_read_as_what_they_mean(component, typed, value):
    read = form(component).read({"it": typed}, {})
    assert read.errors == {}
    assert read.values == {"it": value}


def test_a_date_and_time_is_read_from_its_parts_as_london_time():
    values = form(HELD_AT).read(held(), {}).values
    assert values == {"held_at": datetime(2026, 12, 4, 16, 50, tzinfo=UTC)}
    summer = form(HELD_AT).read(held(month="7"), {}).values["held_at"]
    assert summer.isoformat() == "2026-07-04T16:50:00+01:00"


@pytest.mark.parametrize("month", ["12", "012", "dec", "Dec", "december", " DECEMBER "])
def test_a_month_may_be_written_as_a_word(month):
    values = form(HELD_AT).read(held(month=month), {}).values
    assert values["held_at"].date() == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"day": "31", "month": "2", "year": "2027"}, "31 2 2027 is not in the calendar"),
        ({"month": ""}, "must include a month."),
        ({"month": "", "year": " ", "hour": ""}, "must include a month, a year and an hour."),
        ({"minute": ""}, "must include a minute."),
        ({"day": "32"}, "the day must be a number from 1 to 31"),
        ({"month": "13"}, "the month must be a number from 1 to 12"),
        ({"year": "26"}, "the year must be a number from 1900 to 2100"),
        ({"hour": "24"}, "the hour must be a number from 0 to 23"),
        ({"minute": "5 to"}, "the minute must be a number from 0 to 59"),
        ({"day": "٤"}, "the day must be a number from 1 to 31"),
        ({"day": "-4"}, "the day must be a number from 1 to 31"),
        ({"day": "28", "month": "3", "year": "2027", "hour": "1"}, "the clocks went forward"),
    ],
)
def test_a_wrong_date_says_which_part_and_keeps_what_was_typed(parts, sentence):
    read = form(HELD_AT).read(held(**parts), {})
    assert "“When was it held?”" in read.errors["held_at"]
    assert sentence in read.errors["held_at"]
    assert read.typed["held_at"]["day"] == parts.get("day", "4")
    assert read.values == {"held_at": None}


@pytest.mark.parametrize(
    "component",
    [
        required("textarea", "Describe the concern"),
        required("number", "Describe the concern"),
        required("select", "Describe the concern", values=OPTIONS),
        required("checklist", "Describe the concern", values=OPTIONS),
        required("checkbox", "Describe the concern"),
        required("datetime", "Describe the concern", subtype="date"),
        required("datetime", "Describe the concern", subtype="datetime"),
        {
            **ACTIONS,
            "path": "it",
            "validate": {"required": True},
            "properties": {"error": "Describe the concern"},
        },
    ],
)
def test_what_is_required_and_missing_is_asked_for_in_the_forms_own_words(component):
    for posted in (
        {},
        {"it": " \u0000 \r\n"},
        {"it": "no"} if component["type"] == "checkbox" else {},
    ):
        assert form(component).read(posted, {}).errors == {"it": "Describe the concern"}


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        (required("textfield"), "Answer “The question”."),
        (required("radio", values=OPTIONS), "Choose an answer to “The question”."),
        (required("datetime", subtype="date"), "Give the date: “The question”."),
    ],
)
def test_a_form_without_words_of_its_own_still_names_the_question(component, sentence):
    assert form(component).read({}, {}).errors == {"it": sentence}


@pytest.mark.parametrize(
    ("component", "typed", "sentence"),
    [
        (question("number"), "twelve", "must be a number, such as 12."),
        (question("number"), "9e999999999", "must be a number, such as 12."),
        (question("number"), "9" * 1_000_000, "must be a number, such as 12."),
        (question("number"), "NaN", "must be a number, such as 12."),
        (question("number"), "١٢", "must be a number, such as 12."),
        (question("number", decimalDigits=0), "1.5", "must be a whole number."),
        (question("number", decimalDigits=1), "1.55", "at most 1 digit after the point."),
        (question("number", validate={"min": 1, "max": 9}), "0", "must be 1 or more."),
        (question("number", validate={"min": 1, "max": 9}), "10", "must be 9 or less."),
        (question("textfield", validate={"minLength": 3}), "ab", "at least 3 characters long"),
        (question("textarea", validate={"maxLength": 3}), "abcd", "at most 3 characters long"),
        (question("textarea"), "x" * 100_001, "at most 100000 characters long; it is 100001 now"),
        (question("textfield"), "x" * 1_001, "at most 1000 characters long"),
        (question("textfield", validate={"pattern": "^[0-9]{10}$"}), "12", "is not written as it"),
        (question("textfield", validate={"validationType": "email"}), "a@", "is not written as it"),
        (question("select", values=OPTIONS), "other", "choose one of the answers offered."),
        (question("checklist", values=OPTIONS), ["met", "x"], "choose from the answers offered."),
        (question("radio", **YES_NO), "maybe", "choose yes or no."),
        (question("checkbox"), "perhaps", "can only be ticked or left alone."),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_in_a_sentence_and_comes_back_as_typed(component, typed, sentence):
    read = form(component).read({"it": typed}, {})
    assert "“The question”" in read.errors["it"]
    assert sentence in read.errors["it"]
    assert read.typed == {"it": typed}
    assert read.values == {"it": None}


def test_a_pattern_is_refused_in_the_forms_own_words():
    rule: dict[str, Any] = {
        "validate": {"pattern": "^[0-9]{10}$"},
        "properties": {"error": "Ten digits, please"},
    }
    assert form(question("textfield", **rule)).read({"it": "12"}, {}).errors == {
        "it": "Ten digits, please"
    }


def test_only_declared_questions_are_read():
    posted = {"it": "words", "role": "administrator", "it-0-x": "1", "owner": "me", "scope": "case"}
    read = form(question("textfield")).read(posted, {})
    assert read.values == {"it": "words"}
    assert read.typed == {"it": "words"}
    assert form(question("textfield")).read_answers(posted, {}).values == {"it": "words"}


def test_a_fact_is_never_taken_for_an_answer():
    read = form(question("textfield")).read({}, {"it": "known", "other": 1})
    assert read.values == {"it": None}


def test_what_a_hidden_question_was_sent_is_dropped_and_it_is_not_missed():
    asked = form(
        question("radio", "harm", **YES_NO),
        {**required("textfield"), "conditional": {"hide": "=harm != true"}},
        {**question("textfield", "then"), "conditional": {"hide": "=it = null"}},
    )
    sent = {"it": "typed before", "then": "too"}
    assert asked.read({"harm": "no", **sent}, {}).values == {"harm": False}
    assert asked.read({"harm": "no"}, {}).errors == {}
    assert asked.read({"harm": "no", **sent}, {}).typed["it"] == "typed before"
    shown = asked.read({"harm": "yes", **sent}, {})
    assert shown.values == {"harm": True, "it": "typed before", "then": "too"}


def test_a_condition_sees_facts_but_this_forms_answers_first():
    asked = form(
        question("radio", "harm", **YES_NO),
        {**question("textfield"), "conditional": {"hide": "=harm != true or age > 17"}},
    )
    assert "it" in asked.read({"harm": "yes"}, {"age": 9, "harm": False}).values
    assert "it" not in asked.read({"harm": "yes"}, {"age": 18}).values
    assert "it" not in asked.read({}, {"age": 9, "harm": True}).values


def test_a_hidden_group_hides_its_questions_and_a_shown_one_asks_them():
    asked = form(
        question("checkbox", "medical"),
        {
            "type": "group",
            "label": "Medical",
            "conditional": {"hide": "=medical = false"},
            "components": [required("textfield")],
        },
    )
    assert asked.read({}, {}).errors == {}
    assert list(asked.read({"medical": "yes"}, {}).errors) == ["it"]
    assert asked.read({"medical": "yes", "it": "x"}, {}).values == {"medical": True, "it": "x"}


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


def test_answers_may_be_python_values_or_as_a_scenario_writes_them():
    asked = form(HELD_AT, question("radio", **YES_NO), question("number", "age"), ACTIONS)
    plain = {
        "held_at": "2026-12-04T16:50",
        "it": "yes",
        "age": "7",
        "actions": [{"person": "Bea", "due_on": "2026-12-07", "role": "administrator"}],
    }
    as_written = asked.read_answers(plain, {})
    assert as_written.errors == {}
    assert as_written.values == {
        "held_at": datetime(2026, 12, 4, 16, 50, tzinfo=UTC),
        "it": True,
        "age": 7,
        "actions": [
            {"action": None, "person": "Bea", "due_on": date(2026, 12, 7), "urgent": False}
        ],
    }
    assert asked.read_answers(as_written.values, {}).values == as_written.values
    assert asked.read_answers(asked.fill(as_written.values), {}).values == as_written.values


def test_a_page_can_begin_with_earlier_answers():
    asked = form(HELD_AT, question("radio", **YES_NO), question("checkbox", "box"), ACTIONS)
    values = asked.read({**held(minute="05"), "it": "no", "actions-0-person": "Bea"}, {}).values
    assert asked.fill(values) == {
        "held_at": {"day": "4", "month": "12", "year": "2026", "hour": "16", "minute": "05"},
        "it": "no",
        "box": "no",
        "actions": [
            {
                "action": "",
                "person": "Bea",
                "due_on": {"day": "", "month": "", "year": ""},
                "urgent": "no",
            }
        ],
    }


def test_a_record_is_shown_in_words():
    asked = form(
        HELD_AT,
        question("radio", **YES_NO),
        question("select", "threshold", values=OPTIONS, label="Threshold"),
        question("checklist", "decisions", values=OPTIONS, label="Decisions"),
        question("datetime", "review_on", subtype="date", dateLabel="Review"),
        question("textarea", "notes", label="Notes"),
        ACTIONS,
        question("textfield", "hidden"),
    )
    values = {
        "held_at": datetime(2026, 12, 7, 16, 50, tzinfo=UTC),
        "it": False,
        "threshold": "met",
        "decisions": ["met", "not_met"],
        "review_on": "2026-12-25",
        "notes": None,
        "actions": [{"action": "Visit", "urgent": True}],
    }
    assert asked.show(values) == [
        ("When was it held?", "Monday 7 December 2026, 4:50pm"),
        ("The question", "No"),
        ("Threshold", "It is met"),
        ("Decisions", "It is met, It is not met"),
        ("Review", "Friday 25 December 2026"),
        ("Notes", "Not answered"),
        ("Further actions", [[("What is to be done?", "Visit"), ("It is urgent", "Yes")]]),
    ]


def test_a_form_knows_its_keys_labels_and_what_it_needs_from_elsewhere():
    asked = form(
        HELD_AT,
        {"type": "text", "text": "Read this", "conditional": {"hide": "=age > 17"}},
        {"type": "group", "components": [question("textfield")]},
        {**ACTIONS, "conditional": {"hide": "=it = null"}},
    )
    assert asked.id == "test"
    assert asked.keys == ("held_at", "it", "actions")
    assert asked.labels["held_at"] == "When was it held?"
    assert asked.names == {"age"}
    assert [component.type for component in asked.components] == [
        "datetime",
        "text",
        "group",
        "dynamiclist",
    ]


class Posted(dict[str, Any]):
    """What a web framework hands over: several values a name, the first by `get`."""

    def get(self, name: str, default: Any = None) -> Any:
        return self[name][0] if name in self else default

    def getlist(self, name: str) -> list[str]:
        return list(dict.get(self, name, []))


def test_a_multi_dict_is_read_as_a_page_posts_it():
    asked = form(question("checklist", values=OPTIONS), question("textfield", "name"))
    read = asked.read(Posted({"it": ["met", "not_met"], "name": ["Bea", "Cem"]}), {})
    assert read.values == {"it": ["met", "not_met"], "name": "Bea"}


def test_a_condition_does_not_take_an_old_fact_for_the_answer_of_a_hidden_question():
    asked = form(
        question("radio", "harm", **YES_NO),
        question("checkbox", "medical") | {"conditional": {"hide": "=harm = false"}},
        question("textfield") | {"conditional": {"hide": "=medical != true"}},
    )
    assert asked.read({"harm": "no"}, {"medical": True}).values == {"harm": False}
