"""When the office is open: on working days, in its hours, and not on days closed locally."""

from datetime import date, datetime, time

import pytest

from processes.calendar import Calendar
from processes.office import Office
from tests.processes.conftest import LONDON

OFFICE = Office(Calendar(frozenset({date(2026, 12, 29)})), time(9), time(17))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "is_open", "next_open", "last_closed"),
    [
        (at(4, 9), True, at(4, 9), at(3, 17)),
        (at(4, 8, 59), False, at(4, 9), at(3, 17)),
        (at(4, 16, 59), True, at(4, 16, 59), at(3, 17)),
        (at(4, 17), False, at(7, 9), at(4, 17)),
        (at(5, 12), False, at(7, 9), at(4, 17)),  # a Saturday
        (at(25, 12), False, at(30, 9), at(24, 17)),  # Christmas, its substitute, a closed day
        (at(29, 12), False, at(30, 9), at(24, 17)),
    ],
)
def test_the_office_keeps_its_hours(now, is_open, next_open, last_closed):
    assert OFFICE.is_open(now) == is_open
    assert OFFICE.next_open(now) == next_open
    assert OFFICE.last_closed(now) == last_closed


@pytest.mark.parametrize("hours", [["17:00", "09:00"], ["9"], ["09:00"], ["late", "later"]])
def test_hours_that_are_none_are_refused(hours):
    with pytest.raises(ValueError):  # noqa: PT011
        Office.read(Calendar(), hours)
