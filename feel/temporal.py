"""Read dates, times and durations, and write them as FEEL does (DMN 1.3, 10.3.2.3.4 - 10.3.2.3.8).

A date is `datetime.date`; a date and time `datetime.datetime`, aware when an offset or a zone was
given; a time `datetime.time`; days and time a `timedelta`; years and months a `YearsMonths`.
Years run from 1 to 9999 and seconds to the microsecond.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,18}))?"
_OFFSET = r"[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
_ZONE = rf"(?P<utc>Z|z)?(?P<offset>{_OFFSET})?(?:@(?P<zone>[A-Za-z0-9_+/-]{{1,64}}))?"
_DATES = re.compile(_DATE)
_TIMES = re.compile(rf"T?{_TIME}{_ZONE}")
_DATES_AND_TIMES = re.compile(rf"{_DATE}T{_TIME}{_ZONE}")
_DAYS = re.compile(
    r"(-)?P(?:([0-9]{1,12})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,12})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,18}))?S)?)?"
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?")


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration (DMN 1.3, 10.3.2.3.8), kept as a whole number of months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        if not self.months:
            return "P0M"
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


Temporal = date | datetime | time | timedelta | YearsMonths


def from_literal(text: str) -> Temporal | None:
    """Return what `@"..."` means (DMN 1.3, 10.3.2.3.4), or None when it means nothing."""
    for read in (to_date, to_date_and_time, to_time, to_duration):
        value: Temporal | None = read(text)
        if value is not None:
            return value
    return None


def to_date(text: str) -> date | None:
    match = _DATES.fullmatch(text)
    return _date(match) if match else None


def to_time(text: str) -> time | None:
    match = _TIMES.fullmatch(text)
    return _time(match) if match else None


def to_date_and_time(text: str) -> datetime | None:
    match = _DATES_AND_TIMES.fullmatch(text)
    if match is None:
        return None
    day, moment = _date(match), _time(match)
    if day is None or moment is None:
        return None
    return datetime.combine(day, moment)


def to_duration(text: str) -> timedelta | YearsMonths | None:
    if (match := _MONTHS.fullmatch(text)) and match.lastindex and text[-1] != "P":
        years, months = int(match[2] or 0), int(match[3] or 0)
        if match[2] or match[3]:
            return YearsMonths((-1 if match[1] else 1) * (years * 12 + months))
    match = _DAYS.fullmatch(text)
    if match is None or not any(match.groups()[1:]):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:5])
    try:
        length = timedelta(days, seconds, _micro(match[6]), 0, minutes, hours)
        return -length if match[1] else length
    except OverflowError:
        return None


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    zone = _zone(match)
    if zone is False:
        return None
    try:
        hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
        return time(hour, minute, second, _micro(match["part"]), zone)
    except ValueError:
        return None


def _micro(part: str | None) -> int:
    return int((part or "0")[:6].ljust(6, "0"))


def _zone(match: re.Match[str]) -> "tzinfo | Literal[False] | None":
    """Return the zone, None when there is none, False when there is no such zone."""
    given = [part for part in ("utc", "offset", "zone") if match[part]]
    if len(given) > 1:
        return False
    if not given:
        return None
    if match["utc"]:
        return UTC
    if match["zone"]:
        return named_zone(match["zone"]) or False
    hours, minutes, *seconds = (int(part) for part in match["offset"][1:].split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return offset_zone(-length if match["offset"][0] == "-" else length) or False


def offset_zone(length: timedelta) -> timezone | None:
    """Return the zone at a fixed distance from UTC, up to 14 hours (XML Schema, dateTime)."""
    if abs(length) > timedelta(hours=14):
        return None
    return timezone(length) if length else UTC


@lru_cache(maxsize=256)
def named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def offset_of(value: datetime | time) -> timedelta | None:
    """Return the distance from UTC. A time of day in a zone has no date, so its standard one."""
    offset = value.utcoffset()
    if offset is None and isinstance(value, time) and value.tzinfo is not None:
        moments = [datetime(2000, month, 1, tzinfo=value.tzinfo) for month in (1, 7)]
        standard = [moment for moment in moments if not moment.dst()] or moments
        return standard[0].utcoffset()
    return offset


def instant(value: datetime) -> timedelta:
    """Return the real time since the calendar began in UTC; it never runs out of years."""
    return value.replace(tzinfo=None) - datetime.min - (value.utcoffset() or timedelta())


def add_real_time(value: datetime, length: timedelta) -> datetime:
    """Add elapsed time: across a clock change 24 hours are 24 hours (10.3.2.3.6, by value)."""
    if value.tzinfo is None:
        return value + length
    return (value.astimezone(UTC) + length).astimezone(value.tzinfo)


def add_months(value: date, months: int) -> date | None:
    """Move a date or date and time by whole months; the 31st becomes the month's last day."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    for day in range(value.day, value.day - 4, -1):
        try:
            return value.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return None


def whole_months(start: date, end: date) -> int:
    """Return the complete months from start to end, negative when end is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and _rest(end) < _rest(start):
        return months - 1
    if months < 0 and _rest(end) > _rest(start):
        return months + 1
    return months


def _rest(value: date) -> tuple[int, time]:
    clock = value.time() if isinstance(value, datetime) else time()
    return value.day, clock


def text_of(value: Temporal) -> str:
    """Write a value so that reading it gives the value again."""
    if isinstance(value, YearsMonths):
        return str(value)
    if isinstance(value, timedelta):
        return _days_text(value)
    if isinstance(value, datetime | time):
        clock = value.replace(tzinfo=None).isoformat()
        return (clock.rstrip("0") if value.microsecond else clock) + _zone_text(value)
    return value.isoformat()


def _zone_text(value: datetime | time) -> str:
    if value.tzinfo is None:
        return ""
    if isinstance(value.tzinfo, ZoneInfo):
        return f"@{value.tzinfo.key}"
    offset = value.utcoffset()
    if not offset:
        return "Z"
    sign = "-" if offset < timedelta() else "+"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    end = f":{seconds:02}" if seconds else ""
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}{end}"


def _days_text(value: timedelta) -> str:
    if not value:
        return "PT0S"
    length = abs(value)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    part = f".{length.microseconds:06}".rstrip("0").rstrip(".")
    clock = "".join((
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes else "",
        f"{seconds}{part}S" if seconds or part else "",
    ))  # fmt: skip
    days = f"{length.days}D" if length.days else ""
    return f"{'-' if value < timedelta() else ''}P{days}{'T' if clock else ''}{clock}"
