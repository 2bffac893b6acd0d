"""The values that FEEL knows, as JSON text and back.

Dates, times, date-times and exact numbers have no JSON of their own; each is written as an object
with the one key "@" and its ISO or decimal text. No answer can be such an object: an answer's own
objects are rows of a repeating group, whose keys are the form's.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from feel import YearsMonths

# without these orjson writes dates as text and our classes as mere objects
_ONLY_OURS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

_WRITERS: dict[type, Callable[[Any], str]] = {
    datetime: lambda value: "datetime " + value.isoformat(),
    date: lambda value: "date " + value.isoformat(),
    time: lambda value: "time " + value.isoformat(),
    timedelta: lambda value: f"seconds {value.total_seconds()!r}",
    Decimal: lambda value: f"number {value}",
    YearsMonths: lambda value: f"months {value.months}",
}
_READERS: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda text: timedelta(seconds=float(text)),
    "number": Decimal,
    "months": lambda text: YearsMonths(int(text)),
}


def dump(value: Any) -> str:
    """Write a value as JSON text. A value of another kind is a TypeError."""
    return orjson.dumps(value, default=_tag, option=_ONLY_OURS).decode()


def load(text: str) -> Any:
    """Read what `dump` wrote."""
    value = orjson.loads(text)
    return _untag(value) if '"@"' in text else value


def _tag(value: Any) -> dict[str, str]:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"{type(value).__name__} is not a value a record can keep")
    return {"@": writer(value)}


def _untag(value: Any) -> Any:
    if isinstance(value, list):
        return [_untag(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"@"}:
        kind, _, text = value["@"].partition(" ")
        return _READERS[kind](text)
    return {key: _untag(each) for key, each in value.items()}
