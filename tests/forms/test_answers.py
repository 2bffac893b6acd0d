"""What people answer, question by question: their words come back, or a sentence does."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.forms.questions import ACTIONS, HELD_AT, OPTIONS, YES_NO, form, held, question, required


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


def test_a_fact_is_never_taken_for_an_answer():
    read = form(question("textfield")).read({}, {"it": "known", "other": 1})
    assert read.values == {"it": None}
