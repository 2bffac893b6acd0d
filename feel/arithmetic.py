"""Addition and its kin over numbers, texts, dates and durations (DMN 1.3, 10.3.2.14, table 57).

Each function takes FEEL values and returns null where the standard gives no meaning.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from feel import limits
from feel.limits import DECIMAL, Run
from feel.temporal import YearsMonths, add_months, add_real_time, instant
from feel.values import Value, kind

DAY, MONTH = "days and time duration", "years and months duration"
_INTEGRAL = Decimal(1)


def add(run: Run, left: Value, right: Value) -> Value:
    match kind(left), kind(right):
        case "number", "number":
            return limits.number(DECIMAL.add(left, right))
        case "string", "string":
            limits.length(len(left) + len(right))
            return run.text(left + right)
        case (("date" | "date and time" | "time"), ("days and time duration" | "years and months duration")):
            return _moved(left, right)
        case (("days and time duration" | "years and months duration"), ("date" | "date and time" | "time")):
            return _moved(right, left)
        case ("days and time duration", "days and time duration"):
            return _guarded(lambda: left + right)
        case ("years and months duration", "years and months duration"):
            return _months(left.months + right.months)
    return None


def subtract(run: Run, left: Value, right: Value) -> Value:
    sorts = kind(left), kind(right)
    match sorts:
        case "number", "number":
            return limits.number(DECIMAL.subtract(left, right))
        case (("date" | "date and time"), ("date" | "date and time")):
            return _between(left, right)
        case ("time", "time"):
            return _between_times(left, right)
        case (("date" | "date and time" | "time"), ("days and time duration" | "years and months duration")):
            return _moved(left, negate(right))
        case ("days and time duration", "days and time duration"):
            return _guarded(lambda: left - right)
        case ("years and months duration", "years and months duration"):
            return _months(left.months - right.months)
    return None


def multiply(run: Run, left: Value, right: Value) -> Value:
    match kind(left), kind(right):
        case "number", "number":
            return limits.number(DECIMAL.multiply(left, right))
        case ("days and time duration" | "years and months duration"), "number":
            return _scaled(left, right)
        case "number", ("days and time duration" | "years and months duration"):
            return _scaled(right, left)
    return None


def divide(run: Run, left: Value, right: Value) -> Value:
    match kind(left), kind(right):
        case "number", "number":
            return limits.number(DECIMAL.divide(left, right)) if right else None
        case ("days and time duration" | "years and months duration"), "number":
            return _scaled(left, right, inverse=True) if right else None
        case "days and time duration", "days and time duration":
            return DECIMAL.divide(seconds(left), seconds(right)) if right else None
        case "years and months duration", "years and months duration":
            return DECIMAL.divide(Decimal(left.months), Decimal(right.months)) if right.months else None
    return None


def power(run: Run, left: Value, right: Value) -> Value:
    if kind(left) != "number" or kind(right) != "number":
        return None
    if not left and right < 0:
        return None
    return limits.number(DECIMAL.power(left, right))


def negate(value: Value) -> Value:
    match kind(value):
        case "number":
            return DECIMAL.minus(value)
        case "days and time duration":
            return _guarded(lambda: -value)
        case "years and months duration":
            return YearsMonths(-value.months)
    return None


OPERATORS: dict[str, Callable[[Run, Value, Value], Value]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "**": power,
}  # fmt: skip


def seconds(length: timedelta) -> Decimal:
    whole = Decimal(length.days * 86400 + length.seconds)
    return whole + Decimal(length.microseconds).scaleb(-6)


def _moved(value: date | time, length: timedelta | YearsMonths | None) -> Value:
    if length is None:
        return None
    if isinstance(length, YearsMonths):
        return None if isinstance(value, time) else add_months(value, length.months)
    if isinstance(value, datetime):
        return _guarded(lambda: add_real_time(value, length))
    if isinstance(value, time):
        day = datetime.combine(date(2000, 6, 1), value.replace(tzinfo=None))
        turn = timedelta(seconds=length.total_seconds() % 86400)
        return (day + turn).time().replace(tzinfo=value.tzinfo)
    # A date moves as its midnight in UTC would, and stays a date.
    moved = _guarded(lambda: datetime.combine(value, time()) + length)
    return moved.date() if moved is not None else None


def _between(left: date, right: date) -> timedelta | None:
    """Subtract; a plain date is its midnight in UTC when the other has an offset."""
    aware = any(isinstance(value, datetime) and value.tzinfo for value in (left, right))
    ends = []
    for value in (left, right):
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(), UTC if aware else None)
        if (value.tzinfo is not None) != aware:
            return None
        ends.append(instant(value) if aware else value)
    return ends[0] - ends[1]


def _between_times(left: time, right: time) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    day = date(2000, 6, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


def _months(months: int) -> YearsMonths | None:
    return YearsMonths(months) if abs(months) < 10**12 else None


def _scaled(length: timedelta | YearsMonths, by: Decimal, *, inverse: bool = False) -> Value:
    apply = DECIMAL.divide if inverse else DECIMAL.multiply
    if isinstance(length, YearsMonths):
        months = apply(Decimal(length.months), by)
        if not months.is_finite() or abs(months) >= 10**12:
            return None
        return YearsMonths(int(months.to_integral_value(ROUND_DOWN)))
    whole = apply(seconds(length), by)
    if not whole.is_finite() or abs(whole) > 10**14:
        return None
    return _guarded(lambda: timedelta(microseconds=int(whole.scaleb(6))))


def _guarded(make: Callable[[], Value]) -> Value:
    try:
        return make()
    except (OverflowError, ValueError):
        return None
