"""Counting from a moment, against dates worked out by hand in due_dates.csv."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.calendar import Calendar
from processes.due import CannotWorkOut, work_out

with (Path(__file__).parent / "due_dates.csv").open(encoding="utf-8") as file:
    VECTORS = list(csv.DictReader(file))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_due_dates_worked_out_by_hand(vector):
    calendar = Calendar(frozenset(date.fromisoformat(day) for day in vector["closed"].split()))
    due = work_out(vector["from"], vector["amount"], vector["unit"], calendar, vector["calendar"])
    assert due.due_at.isoformat() == vector["due"], vector["because"]


def test_due_dates_are_given_for_every_number_from_1_to_33():
    assert {f"D{number:02}" for number in range(1, 34)} <= {vector["id"] for vector in VECTORS}


@pytest.mark.parametrize(
    ("start", "amount", "unit", "counted"),
    [
        ("2026-12-04T14:00", 15, "working days", "15 working days, skipping 25 and 28 Dec"),
        ("2026-12-07T09:00", 1, "working days", "from Mon 7 Dec, 1 working day"),
        ("2026-12-22", 7, "working days", "7 working days, skipping 25 and 28 Dec, 1 Jan"),
        ("2027-03-27T22:00", 24, "hours", "from Sat 27 Mar 10pm, 24 hours, across the change"),
        ("2026-12-04T16:50", 24, "hours", "from Fri 4 Dec 4:50pm, 24 hours"),
        ("2026-12-04T16:50", 0, "same day", "on Fri 4 Dec, until midnight"),
        ("2026-12-14T12:00", 8, "days", "from Mon 14 Dec midday, 8 days"),
        ("2026-12-23", 3, "months", "from Wed 23 Dec, 3 months"),
        ("2026-11-30", 3, "months", "3 months: Sun 28 Feb is not a working day, so by Fri 26 Feb"),
        ("2027-01-05", 3, "working days before", "3 working days before Tue 5 Jan, skipping 1 Jan"),
    ],
)
def test_the_arithmetic_is_said_in_words(start, amount, unit, counted):
    assert counted in work_out(start, amount, unit, Calendar()).counted


def test_closed_days_are_named_among_those_skipped():
    calendar = Calendar(frozenset({date(2026, 12, 29)}))
    local = work_out("2026-12-24", 1, "working days", calendar, "local")
    assert local.counted == "from Thu 24 Dec, 1 working day, skipping 25, 28 and 29 Dec"


def test_a_meeting_due_on_a_sunday_has_to_be_held_by_the_friday():
    due = work_out("2026-11-30", 3, "months", Calendar())
    assert due.due_at.date() == date(2027, 2, 28)
    assert due.meet_by_on == date(2027, 2, 26)
    assert due.notes == (
        "Sunday 28 February 2027 is not a working day: "
        "a meeting has to be held by Friday 26 February 2027.",
    )


@pytest.mark.parametrize("unit", ["working days", "months", "working days before"])
def test_a_deadline_past_the_last_known_bank_holiday_says_so(unit):
    calendar = Calendar(known_until=date(2026, 12, 31))
    assert (
        "only until Thursday 31 December 2026" in work_out("2027-03-01", 1, unit, calendar).notes[0]
    )
    assert work_out("2026-09-01", 1, unit, calendar).notes == ()
    assert work_out("2027-03-01", 1, "hours", calendar).notes == ()


def test_a_time_that_happens_twice_is_the_first_and_that_is_said():
    due = work_out("2026-10-25T01:30", 24, "hours", Calendar())
    assert due.from_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "happens twice" in due.notes[0]
    assert "2026-10-25T01:30:00+01:00" in due.notes[0]
    second = work_out("2026-10-25T01:30+00:00", 24, "hours", Calendar())
    assert second.due_at - due.due_at == timedelta(hours=1)


def test_a_time_elsewhere_is_counted_as_it_is_in_london():
    assert work_out("2026-07-01T23:30Z", 0, "same day", Calendar()).due_at.day == 2


@pytest.mark.parametrize(
    ("start", "amount", "unit", "part", "sentence"),
    [
        ("2027-03-28T01:30", 24, "hours", "from", "never was: the clocks went forward"),
        ("Friday", 24, "hours", "from", '"Friday" is not a date or a time: write 2026-12-04'),
        ("2026-02-30", 24, "hours", "from", "2026-02-30 is not in the calendar"),
        ("2026-12-04T25:00", 24, "hours", "from", "25:00 is not a time of day"),
        ("２０２６-12-04", 24, "hours", "from", "is not a date or a time"),
        ("2026-12-04T10:00+99:00", 24, "hours", "from", "is not a time of day"),
        ("9" * 5000, 24, "hours", "from", "999…"),
        ("0202-12-04", 24, "hours", "from", "The year 202 is too far away"),
        (20261204, 24, "hours", "from", '"20261204" is not a date, or a date and time'),
        (datetime.max, 24, "hours", "from", "The year 9999 is too far away"),
        ("2026-12-04", "many", "hours", "amount", '"many" is not a whole number from 0 to 10000'),
        ("2026-12-04", -1, "hours", "amount", '"-1" is not a whole number'),
        ("2026-12-04", 1.5, "hours", "amount", '"1.5" is not a whole number'),
        ("2026-12-04", True, "hours", "amount", '"True" is not a whole number'),
        ("2026-12-04", None, "hours", "amount", "Nothing is not a whole number"),
        ("2026-12-04", "9" * 5000, "hours", "amount", "…"),
        ("2026-12-04", 10_000, "months", "amount", "10000 months is too far"),
        ("2026-12-04", 1, "fortnight", "unit", '"fortnight" is not one of: hours, same day'),
    ],
)
def test_what_cannot_be_counted_is_refused_naming_the_part(start, amount, unit, part, sentence):
    with pytest.raises(CannotWorkOut) as refused:
        work_out(start, amount, unit, Calendar())
    assert refused.value.part == part
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 200


def test_only_two_calendars_can_be_asked_for():
    with pytest.raises(CannotWorkOut, match='"lunar" is not one of: national, local'):
        work_out("2026-12-04", 1, "hours", Calendar(), "lunar")


@given(
    st.dates(date(2013, 1, 1), date(2040, 1, 1)),
    st.times(),
    st.integers(0, 60),
    st.sampled_from(["working days", "months", "same day"]),
)
def test_the_time_of_day_never_moves_a_deadline_counted_in_days(day, clock, amount, unit):
    clock = clock.replace(hour=3 if clock.hour == 1 else clock.hour)  # 1am may never have been
    with_time = work_out(datetime.combine(day, clock), amount, unit, Calendar())
    assert with_time.due_at == work_out(day, amount, unit, Calendar()).due_at


@given(
    st.datetimes(datetime(2013, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 60),
    st.sampled_from(["hours", "same day", "working days", "days", "months"]),
)
def test_nothing_is_due_before_it_begins_or_breached_before_it_is_due(start, amount, unit):
    due = work_out(start, amount, unit, Calendar())
    assert due.from_at <= due.passes_at
    assert due.due_at <= due.passes_at <= due.due_at + timedelta(seconds=1)
    assert due.meet_by_on <= due.due_at.date()


def test_due_times_in_the_hour_that_happens_twice_compare_as_instants():
    first, second = (
        work_out(f"2026-10-24T{offset}", 24, "hours", Calendar()).due_at
        for offset in ("01:30+01:00", "02:30+01:00")
    )
    assert (first.hour, second.hour) == (1, 1)
    assert second - first == timedelta(hours=1)
    assert first < second
