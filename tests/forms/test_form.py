"""A form as a whole: only what it declares is read; it is filled, and said in words."""

from datetime import UTC, date, datetime
from typing import Any

from tests.forms.questions import ACTIONS, HELD_AT, OPTIONS, YES_NO, form, held, question


def test_only_declared_questions_are_read():
    posted = {"it": "words", "role": "administrator", "it-0-x": "1", "owner": "me", "scope": "case"}
    read = form(question("textfield")).read(posted, {})
    assert read.values == {"it": "words"}
    assert read.typed == {"it": "words"}
    assert form(question("textfield")).read_answers(posted, {}).values == {"it": "words"}


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
