"""What is said to have happened cannot lie ahead; what is planned may, and the past is free."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.forms.questions import form, question

NOW = datetime(2026, 12, 4, 20, 25, tzinfo=UTC)


def said(kind: str, value: object, happened: str | None = "also") -> dict[str, str]:
    properties = {"happened": happened} if happened else {}
    asked = question("datetime", subtype=kind, properties=properties)
    return form(asked).read_answers({"it": value}, {}, NOW).errors


def test_a_moment_that_has_yet_to_come_is_refused_at_its_question():
    assert said("datetime", datetime(2027, 11, 20, 9, tzinfo=UTC))["it"].endswith(
        "must be in the past: Saturday 20 November 2027, 9am has yet to come."
    )


@pytest.mark.parametrize("ahead", [timedelta(days=-90), timedelta(0), timedelta(minutes=4)])
def test_the_past_is_free_and_clocks_may_differ_a_little(ahead):
    assert said("datetime", NOW + ahead) == {}


def test_today_counts_and_tomorrow_does_not():
    assert said("date", date(2026, 12, 4)) == {}
    assert "it" in said("date", date(2026, 12, 5))


def test_a_plan_may_lie_ahead():
    assert said("datetime", NOW + timedelta(days=9), None) == {}
