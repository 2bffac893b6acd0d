"""Met or missed, how long is left and how late it is, to the second and across summer time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forms.local_time import LONDON
from tests.processes.deadline_table import FRIDAY, evaluate, london


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (london(2026, 12, 29, 23, 59) + timedelta(seconds=59, microseconds=999_999), "met"),
        (london(2026, 12, 30), "missed"),
        (date(2026, 12, 29), "met"),
        (date(2026, 12, 30), "missed"),
        (london(2026, 12, 1), "met"),
    ],
)
def test_anything_done_on_the_due_date_is_in_time(until, state):
    assert evaluate({}, london(2027, 3, 1), **{"from": FRIDAY, "until": until}).state == state


def test_the_due_date_is_londons_in_summer_time():
    row = {"unit": '"same day"'}
    at_half_past_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    received = london(2026, 7, 1, 12)
    told = {"from": received, "until": at_half_past_midnight}
    deadline = evaluate(row, at_half_past_midnight, **told)
    assert (deadline.state, deadline.late) == ("missed", "30 minutes late")


def test_what_lies_ahead_is_not_done_yet():
    begun = london(2027, 3, 27, 22)
    row = {"unit": '"hours"', "amount": "24"}
    ahead = {"from": begun, "until": begun + timedelta(hours=30)}
    assert evaluate(row, begun + timedelta(hours=1), **ahead).state == "running"
    assert evaluate(row, begun + timedelta(hours=26), **ahead).state == "missed"
    assert evaluate(row, begun + timedelta(hours=31), **ahead).late


@pytest.mark.parametrize(
    ("until", "state", "late"),
    [
        (london(2027, 3, 28, 23, 0), "met", ""),
        (london(2027, 3, 28, 23, 5), "missed", "5 minutes late"),
        (london(2027, 3, 28, 23, 0) + timedelta(seconds=1), "missed", "less than a minute late"),
        (date(2027, 3, 28), "met", ""),
    ],
)
def test_hours_are_compared_as_instants_across_the_change_of_the_clocks(until, state, late):
    begun = london(2027, 3, 27, 22)
    deadline = evaluate(
        {"unit": '"hours"', "amount": "24"}, until_now(until), **{"from": begun, "until": until}
    )
    assert (deadline.state, deadline.late) == (state, late)


def until_now(until: date) -> datetime:
    return until if isinstance(until, datetime) else london(2027, 4, 1)


def test_an_instant_in_the_hour_that_happens_twice_is_told_from_its_double():
    begun = datetime(2026, 10, 24, 0, 45, tzinfo=UTC)
    too_late = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(LONDON)
    row = {"unit": '"hours"', "amount": "24"}
    deadline = evaluate(row, too_late, **{"from": begun, "until": too_late})
    assert (deadline.state, deadline.late) == ("missed", "45 minutes late")


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        (london(2026, 12, 5, 12), "running", "15 working days left"),
        (london(2026, 12, 29, 19, 49), "running", "4 hours 11 minutes left"),
        (london(2026, 12, 29, 23, 59), "running", "1 minute left"),
        (london(2026, 12, 30), "missed", "1 working day late"),
        (london(2027, 1, 12), "missed", "9 working days late"),
    ],
)
def test_how_long_is_left_or_how_late_it_is_is_said_in_words(now, state, words):
    deadline = evaluate({"rule": '"BH-05"'}, now, **{"from": FRIDAY})
    assert deadline.state == state
    assert words in (deadline.left, deadline.late)


@pytest.mark.parametrize(
    ("row", "now", "words"),
    [
        ({"amount": "3"}, london(2026, 12, 12), "2 working days late"),
        ({"amount": "5"}, london(2026, 12, 12), "1 day late"),
        ({"unit": '"months"', "amount": "3"}, london(2027, 3, 6), "2 days late"),
        ({"unit": '"months"', "amount": "3"}, london(2027, 3, 2), "2 days left"),
        ({"unit": '"days"', "amount": "8"}, london(2026, 12, 14, 17), "2 days 3 hours late"),
        ({"unit": '"days"', "amount": "8"}, london(2026, 12, 11, 14), "1 day left"),
        ({"unit": '"working days before"', "amount": "3"}, london(2026, 12, 1, 8), "16 hours left"),
    ],
)
def test_lateness_is_counted_in_the_days_that_matter(row, now, words):
    deadline = evaluate(row, now, **{"from": FRIDAY})
    assert words in (deadline.late or deadline.left)
