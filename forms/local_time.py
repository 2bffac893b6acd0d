"""Times as people write and read them: London time in, London time and words out.

Everything a person writes without an offset is London time, on a form, in a scenario, or at the
command line. Nothing here reads a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 1900, 2100  # outside these a year is a slip of the pen, not a date

Moment = date | datetime
CLOCKS_DIFFER = timedelta(minutes=5)  # at most: what is later than that has not happened
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


class TimeNotReadable(Exception):
    """What was written as a date or a time is not one, or is one that never was."""


def read_moment(text: str) -> Moment:
    """Read an ISO 8601 date, or date and time; without an offset it is London time."""
    if not _ISO.fullmatch(text):
        raise TimeNotReadable(
            f"{_quote(text)} is not a date or a time: write 2026-12-04, or 2026-12-04T16:50."
        )
    day, clock = text[:10], text[11:]
    try:
        moment: Moment = date.fromisoformat(day)
    except ValueError as error:
        raise TimeNotReadable(f"{text} is not in the calendar: check the day and month.") from error
    try:
        return in_london(datetime.fromisoformat(text) if clock else moment)
    except ValueError as error:
        raise TimeNotReadable(f"{clock} is not a time of day: check the time.") from error


def in_london(moment: Moment) -> Moment:
    """Return a date as it is, and any time as London time."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise TimeNotReadable(f"The year {moment.year} is too far away: check the year.")
    if not isinstance(moment, datetime):
        return moment
    return localise(moment) if moment.tzinfo is None else with_london_offset(moment)


def with_london_offset(moment: datetime) -> datetime:
    """Show a moment with London's offset of that time, fixed.

    Python compares and subtracts two times of one zone by the clock on the wall, which is an hour
    wrong across a change of the clocks; fixed offsets are compared as the instants they are.
    """
    local = moment.astimezone(UTC).astimezone(LONDON)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def localise(local: datetime) -> datetime:
    """Give a time without an offset its London offset.

    In the hour that happens twice each autumn this is its first occurrence: the earlier one, so
    that no deadline counted from it falls too late. A time that a spring change skips is refused.
    """
    first = local.replace(tzinfo=LONDON, fold=0)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None, fold=0) != local:
        raise TimeNotReadable(
            f"{say_time(local.time())} on {say_day(local)} never was: the clocks went forward "
            "from 1am to 2am. Write a time before 1am, or 2am or later."
        )
    return with_london_offset(first)


def happens_twice(moment: datetime) -> bool:
    """Tell whether the clock on the wall shows this time twice, an hour apart."""
    local = moment.astimezone(LONDON)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def lies_ahead(moment: Moment, now: datetime) -> bool:
    """Tell whether a moment has yet to come; today has come, and clocks may differ a little."""
    latest = now + CLOCKS_DIFFER
    is_timed = isinstance(moment, datetime)
    return moment > latest if is_timed else moment > with_london_offset(latest).date()


def say(moment: Moment) -> str:
    """Say a moment: "Monday 7 December 2026, 4:50pm"."""
    if not isinstance(moment, datetime):
        return say_day(moment)
    local = moment.astimezone(LONDON)
    return f"{say_day(local)}, {say_time(local.time())}"


def say_day(day: date) -> str:
    """Say a day in full: "Monday 7 December 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def say_short(day: date) -> str:
    """Say a day of about this time of year: "Mon 7 Dec"."""
    return f"{day:%a} {day.day} {day:%b}"


def say_time(moment: time) -> str:
    """Say a time of day: "4:50pm", "10am", "midday", "midnight"."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def _quote(text: str) -> str:
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
