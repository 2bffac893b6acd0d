"""Dates as people write them: "Fri 4 Dec 2026 16:50", always with their weekday, always in London.

The weekday is checked against the date, because a wrong one is how a scenario comes to test the
wrong day. In the hour that happens twice when the clocks go back, say GMT or BST.
"""

import re
from datetime import UTC, date, datetime, time

from forms.local_time import LONDON, happens_twice

FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
PATTERN = (
    r"[A-Z][a-z]+ [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}"
    r"(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: (?:GMT|BST))?)?"
)
_PARTS = re.compile(
    r"(?P<weekday>[A-Z][a-z]+) (?P<day>[0-9]{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>[0-9]{4})"
    r"(?: (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?: (?P<zone>GMT|BST))?)?"
)


class NotADate(ValueError):
    """What is written is not a date, or not a moment that exists."""


def read_day(text: str) -> date:
    """Return the day; "Fri 4 Dec 2026" only, without a time."""
    parts = _parts(text)
    if parts["hour"] is not None:
        raise NotADate(f"“{text}” has a time; write the day only, as in “Fri 4 Dec 2026”.")
    return _day(parts, text)


def read_moment(text: str) -> datetime:
    """Return the moment, aware, in London; a time is needed."""
    parts = _parts(text)
    if parts["hour"] is None:
        raise NotADate(f"“{text}” has no time; write it as in “{text} 16:50”.")
    return _moment(parts, text)


def read_due(text: str) -> datetime:
    """Return the moment; a day without a time means its last second, 23:59:59."""
    parts = _parts(text)
    if parts["hour"] is None:
        return datetime.combine(_day(parts, text), time(23, 59, 59), LONDON)
    return _moment(parts, text)


def write(moment: datetime) -> str:
    """Return the moment as a scenario writes it; GMT or BST only in the hour that is double."""
    local = moment.astimezone(LONDON)
    text = f"{local:%a} {local.day} {local:%b %Y %H:%M}"
    if local.second:
        text += f":{local.second:02d}"
    return f"{text} {local.tzname()}" if happens_twice(local) else text


def _parts(text: str) -> dict[str, str | None]:
    found = _PARTS.fullmatch(text.strip())
    if not found:
        raise NotADate(
            f"“{text}” is not a date; write it as in “Fri 4 Dec 2026” or “Fri 4 Dec 2026 16:50”."
        )
    return found.groupdict()


def _day(parts: dict[str, str | None], text: str) -> date:
    month = _number_of(str(parts["month"]), MONTHS)
    weekday = _number_of(str(parts["weekday"]), WEEKDAYS)
    if month is None or weekday is None:
        unknown = parts["month"] if month is None else parts["weekday"]
        raise NotADate(f"“{unknown}” in “{text}” is neither a weekday nor a month.")
    try:
        day = date(int(str(parts["year"])), month + 1, int(str(parts["day"])))
    except ValueError:
        raise NotADate(f"“{text}” does not exist: the month has no such day.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotADate(f"“{text}” is too far away; the years are {FIRST_YEAR} to {LAST_YEAR}.")
    if day.weekday() != weekday:
        raise NotADate(f"{day.day} {day:%b %Y} is a {WEEKDAYS[day.weekday()]}, not as in “{text}”.")
    return day


def _number_of(word: str, names: tuple[str, ...]) -> int | None:
    return next((n for n, name in enumerate(names) if word in (name, name[:3])), None)


def _moment(parts: dict[str, str | None], text: str) -> datetime:
    day = _day(parts, text)
    try:
        clock = time(int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts["second"] or 0))
    except ValueError:
        raise NotADate(f"“{text}” does not exist: there is no such time of day.") from None
    first = datetime.combine(day, clock, LONDON)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise NotADate(f"“{text}” does not exist: the clocks go forward over it.")
    return _in_zone(first, parts["zone"], text)


def _in_zone(first: datetime, zone: str | None, text: str) -> datetime:
    readings = [first, first.replace(fold=1)] if happens_twice(first) else [first]
    if zone is None and len(readings) > 1:
        raise NotADate(f"“{text}” happens twice, the clocks go back: add BST or GMT.")
    for reading in readings:
        if zone in (None, reading.tzname()):
            return reading
    raise NotADate(f"“{text}” is not in {zone}: London keeps {first.tzname()} then.")
