"""Times in London: read, told apart when the clocks change, and said."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.local_time import (
    TimeNotReadable,
    happens_twice,
    localise,
    read_moment,
    say,
    say_short,
    say_time,
    with_london_offset,
)

an_instant = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-04", date(2026, 12, 4)),
        ("2026-12-04T16:50", datetime(2026, 12, 4, 16, 50, tzinfo=UTC)),
        ("2026-12-04 16:50:30", datetime(2026, 12, 4, 16, 50, 30, tzinfo=UTC)),
        ("2026-07-04T16:50", datetime(2026, 7, 4, 15, 50, tzinfo=UTC)),
        ("2026-07-04T16:50Z", datetime(2026, 7, 4, 16, 50, tzinfo=UTC)),
        ("2026-07-04T16:50-05:00", datetime(2026, 7, 4, 21, 50, tzinfo=UTC)),
    ],
)
def test_what_is_written_without_an_offset_is_london_time(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "today", "2026-1-4", "20261204", "2026-W49-5", "2026-12-04T", "2026-12-04T1650"]
)
def test_what_is_no_date_is_refused_with_an_example(text):
    with pytest.raises(TimeNotReadable, match="write 2026-12-04, or 2026-12-04T16:50"):
        read_moment(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-02-30", "2026-02-30 is not in the calendar: check the day and month."),
        ("2026-13-04T10:00", "is not in the calendar: check the day and month."),
        ("2026-12-04T25:00", "25:00 is not a time of day: check the time."),
        ("2026-12-04T10:00:61Z", "10:00:61Z is not a time of day: check the time."),
        ("2026-12-04T10:00+25:00", "10:00+25:00 is not a time of day: check the time."),
    ],
)
def test_what_never_is_says_whether_the_day_or_the_time_is_wrong(text, says):
    with pytest.raises(TimeNotReadable, match=re.escape(says)):
        read_moment(text)


def test_an_hour_that_was_skipped_never_was():
    for minute in (0, 30, 59):
        with pytest.raises(TimeNotReadable, match="never was: the clocks went forward"):
            localise(datetime(2027, 3, 28, 1, minute))
    assert localise(datetime(2027, 3, 28, 2)).isoformat() == "2027-03-28T02:00:00+01:00"


def test_of_an_hour_that_happens_twice_the_first_is_meant():
    assert localise(datetime(2026, 10, 25, 1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert happens_twice(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert happens_twice(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert not happens_twice(datetime(2026, 10, 25, 2, 0, tzinfo=UTC))
    assert not happens_twice(datetime(2027, 3, 28, 1, 30, tzinfo=UTC))


@given(an_instant, st.timedeltas(timedelta(0), timedelta(hours=3)))
def test_london_times_compare_and_subtract_as_instants(moment, span):
    one, other = with_london_offset(moment), with_london_offset(moment + span)
    assert other - one == span
    assert (one < other) == (span > timedelta(0))
    assert one == moment


@given(an_instant)
def test_a_london_time_is_read_back_as_it_was_written(moment):
    assert read_moment(with_london_offset(moment).isoformat()) == moment


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(16, 50), "4:50pm"),
        (time(0, 5), "12:05am"),
        (time(12, 30), "12:30pm"),
        (time(10), "10am"),
        (time(12), "midday"),
        (time(0), "midnight"),
        (time(23, 59, 59), "11:59pm"),
    ],
)
def test_times_are_said_as_people_say_them(clock, said):
    assert say_time(clock) == said


def test_days_are_said_in_words():
    assert say(date(2026, 12, 7)) == "Monday 7 December 2026"
    assert say(datetime(2026, 7, 7, 15, 50, tzinfo=UTC)) == "Tuesday 7 July 2026, 4:50pm"
    assert say_short(date(2026, 12, 7)) == "Mon 7 Dec"
