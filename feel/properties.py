"""The properties that dates, times, durations and ranges have (DMN 1.3, 10.3.2.15, table 65)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from feel.limits import Run
from feel.temporal import offset_of
from feel.values import Value, kind, shaped


def member(run: Run, value: Value, name: str) -> Value:
    """Return a member of a context, a property of a value, or that of each item of a list."""
    if isinstance(value, Mapping):
        return shaped(value.get(name))
    if isinstance(value, list):
        return [member(run, shaped(item), name) for item in run.items(value)]
    read = _PROPERTIES.get((kind(value), name))
    return shaped(read(value)) if read else None


def _zone(value: Any) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _whole(unit: int, of: int | None = None) -> Callable[[timedelta], int]:
    """Return the reader of one unit of a duration (in seconds), within a larger unit."""

    def read(value: timedelta) -> int:
        length = abs(value)
        units = (length.days * 86400 + length.seconds) // unit
        part = units % (of // unit) if of else units
        return -part if value < timedelta() else part

    return read


def _second(value: timedelta) -> Decimal | int:
    length = abs(value)
    part = Decimal(length.seconds % 60) + Decimal(length.microseconds).scaleb(-6)
    return -part if value < timedelta() else part


def _clock_second(value: Any) -> Decimal | int:
    part = Decimal(value.microsecond).scaleb(-6).normalize()
    return part + int(value.second)


def _years(value: Any) -> int:
    return int(value.months / 12)


def _months(value: Any) -> int:
    return int(value.months - 12 * int(value.months / 12))


_DATE: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: value.year, "month": lambda value: value.month,
    "day": lambda value: value.day, "weekday": lambda value: value.isoweekday(),
}  # fmt: skip
_TIME: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: value.hour, "minute": lambda value: value.minute,
    "second": _clock_second, "time offset": offset_of, "timezone": _zone,
}  # fmt: skip
_DAYS: dict[str, Callable[[Any], Any]] = {
    "days": _whole(86400), "hours": _whole(3600, 86400), "minutes": _whole(60, 3600),
    "seconds": _second,
}  # fmt: skip
_RANGE: dict[str, Callable[[Any], Any]] = {
    "start": lambda value: value.start, "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}  # fmt: skip
_MONTHS: dict[str, Callable[[Any], Any]] = {"years": _years, "months": _months}
_PROPERTIES: dict[tuple[str, str], Callable[[Any], Any]] = {
    (of, name): read
    for of, table in (
        ("date", _DATE), ("time", _TIME), ("date and time", _DATE | _TIME), ("range", _RANGE),
        ("days and time duration", _DAYS), ("years and months duration", _MONTHS),
    )
    for name, read in table.items()
}  # fmt: skip
