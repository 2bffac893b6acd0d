"""When to remind of a deadline or pass it on, read from words: "2 hours after", "at 20:00".

2 hours after               as they pass, from when the deadline is counted (or "minutes")
4 hours before              as they pass, before it is breached
on working day 5            at 9am of the fifth working day counted
1 working day before        at 9am, counted back from the day it is due
at 20:00                    on the day it is due
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import lru_cache

from processes import calendar as days
from processes.calendar import Calendar
from processes.due import CannotWorkOut, Due

START_OF_WORK = time(9)
_FORMS = "2 hours after, 4 hours before, 1 working day before, on working day 5, at 20:00"
_CLOCK = re.compile(r"([0-9]{1,4}) (hour|minute)s? (after|before)")
_BEFORE = re.compile(r"([0-9]{1,3}) working days? before")
_ON = re.compile(r"on working day ([0-9]{1,3})")
_AT = re.compile(r"at ([01][0-9]|2[0-3]):([0-5][0-9])")

When = Callable[[Due, Calendar], datetime]


def reminders(
    texts: object,
    part: str,
    due: Due,
    calendar: Calendar,
    *,
    at_least_once: bool = False,
    at_breach: bool = False,
) -> tuple[datetime, ...]:
    """Return the moments some words mean for a deadline, in order, each once.

    A moment before the count begins is left out, and so is one at or after the breach: by then the
    deadline itself speaks, unless `at_breach` says that it has nobody to speak to. With
    `at_least_once`, words whose moments are all left out mean the beginning of the count: of a
    referral late in the evening a manager hears at once, not never. `part` is the column the words
    stand in, for CannotWorkOut.
    """
    if isinstance(texts, str) or texts is None:
        texts = [texts] if texts else []
    if not isinstance(texts, list):
        raise CannotWorkOut(part, f"{texts} is not a list of texts such as {_FORMS}.")
    for text in texts:
        if not isinstance(text, str) or not _when(text):
            raise CannotWorkOut(
                part, f"{str(text)[:60]!r} is not a time to remind. Write {_FORMS}."
            )
    moments = _moments(tuple(texts), due, calendar, at_breach)
    return moments or ((due.from_at,) if at_least_once and texts and _begins(due) else ())


@lru_cache(maxsize=10_000)
def _moments(
    texts: tuple[str, ...], due: Due, calendar: Calendar, at_breach: bool
) -> tuple[datetime, ...]:
    begins, passes_at = _begins(due), due.passes_at
    return tuple(
        sorted(
            moment
            for moment in {when(due, calendar) for when in map(_when, texts) if when}
            if (moment < passes_at or (at_breach and moment == passes_at))
            and (begins is None or moment >= begins)
        )
    )


def _begins(due: Due) -> datetime | None:
    """Return when the count begins; what is counted backwards begins whenever it is known."""
    return None if due.unit == "working days before" else due.from_at


@lru_cache(maxsize=256)
def _when(text: str) -> When | None:
    if found := _CLOCK.fullmatch(text):
        step = timedelta(**{f"{found[2]}s": int(found[1])})
        return _clock(step if found[3] == "after" else -step)
    if found := _BEFORE.fullmatch(text):
        back = -int(found[1])
        return lambda due, calendar: days.at(
            calendar.add_working_days(due.due_at.date(), back, due.calendar), START_OF_WORK
        )
    if found := _ON.fullmatch(text):
        on = int(found[1])
        return lambda due, calendar: days.at(
            calendar.add_working_days(due.from_at.date(), on, due.calendar), START_OF_WORK
        )
    if found := _AT.fullmatch(text):
        clock = time(int(found[1]), int(found[2]))
        return lambda due, _: days.at(due.due_at.date(), clock)
    return None


def _clock(step: timedelta) -> When:
    def when(due: Due, _: Calendar) -> datetime:
        return days.add(due.from_at if step > timedelta(0) else due.passes_at, step)

    return when
