"""The kinds of FEEL values, and when two are equal, before or within (DMN 1.3, 10.3.2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from feel.limits import DECIMAL, Run
from feel.temporal import YearsMonths, instant, offset_of

Value = Any  # one of the kinds below, or None


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `start` to `end`; an end that is None is open (10.3.2.7)."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value: `call(run, values)` after the values were matched to `parameters`."""

    parameters: tuple[str, ...]
    call: Callable[[Run, list[Value]], Value]
    types: tuple[Any, ...] = ()


_KINDS: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", int: "number", float: "number",
    str: "string", datetime: "date and time", date: "date", time: "time",
    timedelta: "days and time duration", YearsMonths: "years and months duration",
    list: "list", tuple: "list", dict: "context", Range: "range", Function: "function",
}  # fmt: skip
# Kinds that are in FEEL's own shape. What is inside a list or a context may not be yet: whoever
# takes it out has it `shaped`, so that reading a long list costs nothing.
PLAIN = frozenset((type(None), bool, Decimal, str, datetime, date, time, timedelta, YearsMonths,
                   list, dict, Range, Function))  # fmt: skip


ATOMS = PLAIN - {list, dict, Range, Function}


def kind(value: Value) -> str:
    """Return the name of the value's type as FEEL writes it."""
    found = _KINDS.get(type(value))
    return found if found is not None else _other_kind(value)


def _other_kind(value: Value) -> str:
    if isinstance(value, Mapping):
        return "context"
    for python, name in _KINDS.items():
        if isinstance(value, python):
            return name
    return "unknown"


def shaped(value: Value) -> Value:
    """Return a value from outside in FEEL's own shape; what FEEL has no kind for is null."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = DECIMAL.create_decimal(value if isinstance(value, int | Decimal) else repr(value))
        return number if number.is_finite() else None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return value
    return value if kind(value) != "unknown" else None


def finished(run: Run, value: Value) -> Value:
    """Return a result with everything inside it shaped too, paying for its size."""
    if type(value) is list:
        run.spend(1 + len(value))
        return [item if type(item) in ATOMS else finished(run, shaped(item)) for item in value]
    if type(value) is dict or isinstance(value, Mapping):
        run.spend(1 + len(value))
        return {
            key: item if type(item) in ATOMS else finished(run, shaped(item))
            for key, item in value.items()
        }
    return value


def equal(run: Run, left: Value, right: Value) -> bool | None:
    """Are two values equal? Null when they are of different kinds (10.3.2.13)."""
    if left is None or right is None:
        return left is right
    sort = kind(left)
    if sort != kind(right):
        return None
    if sort == "list":
        return _all_equal(run, left, right) if len(left) == len(right) else False
    if sort == "context":
        if set(left) != set(right):
            return False
        return _all_equal(run, left.values(), [right[key] for key in left])
    if sort in ("date and time", "time"):
        return _moments_equal(left, right)
    if sort == "range":
        return _ranges_equal(run, left, right)
    return bool(left == right)


def _all_equal(run: Run, left: Any, right: Any) -> bool | None:
    for one, other in zip(left, right, strict=True):
        run.spend(1)
        same = equal(run, shaped(one), shaped(other))
        if not same:
            return same
    return True


def _moments_equal(left: Any, right: Any) -> bool:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    if isinstance(left, datetime):
        return left == right if left.tzinfo is None else instant(left) == instant(right)
    return left == right if left.tzinfo is None else _in_utc(left) == _in_utc(right)


def _in_utc(value: time) -> timedelta:
    """Return a time of day's distance from midnight in UTC."""
    clock = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second,
                      microseconds=value.microsecond)  # fmt: skip
    return clock - (offset_of(value) or timedelta())


def _ranges_equal(run: Run, left: Range, right: Range) -> bool | None:
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    return _all_equal(run, (left.start, left.end), (right.start, right.end))


_ORDERED = frozenset(("number", "string", "date", "time", "date and time",
                      "days and time duration", "years and months duration"))  # fmt: skip


def before(left: Value, right: Value) -> bool | None:
    """Is the left value less than the right? Null when they have no order (10.3.2.13)."""
    sort = kind(left)
    if sort != kind(right) or sort not in _ORDERED:
        return None
    if sort in ("date and time", "time"):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        if left.tzinfo is not None:
            utc = instant if sort == "date and time" else _in_utc
            left, right = utc(left), utc(right)
    return bool(left < right)


def compare(run: Run, operator: str, left: Value, right: Value) -> bool | None:
    if operator == "=":
        return equal(run, left, right)
    if operator == "!=":
        same = equal(run, left, right)
        return None if same is None else not same
    if operator == "<":
        return before(left, right)
    if operator == ">":
        return before(right, left)
    later = before(right, left) if operator == "<=" else before(left, right)
    return None if later is None else not later


def within(value: Value, span: Range) -> bool | None:
    """Is a value in a range? Null when it cannot be compared with the range's ends."""
    low = high = True
    if span.start is not None:
        answer = before(value, span.start) if span.start_included else before(span.start, value)
        if answer is None:
            return None
        low = answer is not span.start_included
    if span.end is not None:
        answer = before(span.end, value) if span.end_included else before(value, span.end)
        if answer is None:
            return None
        high = answer is not span.end_included
    return low and high


def contains(run: Run, items: Sequence[Value], value: Value) -> bool:
    for item in items:
        run.spend(1)
        if equal(run, shaped(item), value) is True:
            return True
    return False


def satisfies(run: Run, value: Value, test: Value) -> bool | None:
    """Does a value meet a test that is a value, a list or a range (10.3.2.8, table 55)?"""
    run.spend(1)
    if isinstance(test, Range):
        if isinstance(value, Range):
            return equal(run, value, test)
        return within(value, test)
    if isinstance(test, list):
        if isinstance(value, list) and equal(run, value, test) is True:
            return True
        return any_of(satisfies(run, value, shaped(item)) for item in test if item is not test)
    return equal(run, value, test)


def any_of(answers: Any) -> bool | None:
    """Or of many: true if any is, else null if any is neither (10.3.2.12, table 51)."""
    result: bool | None = False
    for answer in answers:
        if answer is True:
            return True
        if answer is not False:
            result = None
    return result


def all_of(answers: Any) -> bool | None:
    """And of many: false if any is, else null if any is neither."""
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            result = None
    return result
