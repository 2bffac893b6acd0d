"""Addition and its kin over numbers, texts, dates and durations (DMN 1.3, 10.3.2.14, table 57).

An operator has a rule for each pair of kinds the standard gives it a meaning for; any other pair
gives null.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from feel import limits
from feel.limits import DECIMAL, Run
from feel.temporal import YearsMonths, add_months, add_real_time, instant
from feel.values import Value, kind

Rule = Callable[[Run, Value, Value], Value]
NUMBER, TEXT, DATE, TIME, MOMENT = "number", "string", "date", "time", "date and time"
DAYS, MONTHS = "days and time duration", "years and months duration"
_MOST_MONTHS = 10**12


def calculated(run: Run, operator: str, left: Value, right: Value) -> Value:
    """Return left and right combined by `+ - * / **`, or null where that means nothing.

    Raises FeelRuntimeError when the result is too large to hold.
    """
    rule = _RULES[operator].get((kind(left), kind(right)))
    return rule(run, left, right) if rule else None


def negated(value: Value) -> Value:
    match kind(value):
        case "number":
            return DECIMAL.minus(value)
        case "days and time duration":
            return _guarded(lambda: -value)
        case "years and months duration":
            return YearsMonths(-value.months)
    return None


def seconds(length: timedelta) -> Decimal:
    whole = Decimal(length.days * 86400 + length.seconds)
    return whole + Decimal(length.microseconds).scaleb(-6)


def _on_numbers(operation: Callable[[Decimal, Decimal], Decimal]) -> Rule:
    return lambda run, left, right: limits.number(operation(left, right))


def _swapped(rule: Rule) -> Rule:
    return lambda run, left, right: rule(run, right, left)


def _joined(run: Run, left: str, right: str) -> str:
    limits.length(len(left) + len(right))
    return run.text(left + right)


def _moved(run: Run, value: date | time, length: timedelta) -> Value:
    """Add elapsed time: real hours to an instant, turns of the clock to a time of day."""
    if isinstance(value, datetime):
        return _guarded(lambda: add_real_time(value, length))
    if isinstance(value, time):
        day = datetime.combine(date(2000, 6, 1), value.replace(tzinfo=None))
        turn = timedelta(seconds=length.total_seconds() % 86400)
        return (day + turn).time().replace(tzinfo=value.tzinfo)
    # A date moves as its midnight would, and stays a date.
    moved = _guarded(lambda: datetime.combine(value, time()) + length)
    return moved.date() if moved is not None else None


def _moved_months(run: Run, value: date, length: YearsMonths) -> Value:
    return add_months(value, length.months)


def _back(rule: Rule) -> Rule:
    def apply(run: Run, value: Value, length: Value) -> Value:
        opposite = negated(length)
        return None if opposite is None else rule(run, value, opposite)

    return apply


def _between(run: Run, left: date, right: date) -> timedelta | None:
    """Subtract; a plain date is its midnight in UTC when the other has an offset."""
    aware = any(isinstance(value, datetime) and value.tzinfo for value in (left, right))
    ends = []
    for value in (left, right):
        end = value
        if not isinstance(end, datetime):
            end = datetime.combine(end, time(), UTC if aware else None)
        if (end.tzinfo is not None) != aware:
            return None
        ends.append(instant(end))
    return ends[0] - ends[1]


def _between_times(run: Run, left: time, right: time) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    day = date(2000, 6, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


def _months(months: int) -> YearsMonths | None:
    return YearsMonths(months) if abs(months) < _MOST_MONTHS else None


def _scaled(operation: Callable[[Decimal, Decimal], Decimal]) -> Rule:
    """Multiply or divide a duration by a number; months are cut to whole ones."""

    def apply(run: Run, length: timedelta | YearsMonths, by: Decimal) -> Value:
        if isinstance(length, YearsMonths):
            months = operation(Decimal(length.months), by)
            if not months.is_finite() or abs(months) >= _MOST_MONTHS:
                return None
            return YearsMonths(int(months.to_integral_value(ROUND_DOWN)))
        whole = operation(seconds(length), by)
        if not whole.is_finite() or abs(whole) > 10**14:
            return None
        return _guarded(lambda: timedelta(microseconds=int(whole.scaleb(6))))

    return apply


def _quotient(run: Run, left: Decimal, right: Decimal) -> Decimal | None:
    return limits.number(DECIMAL.divide(left, right)) if right else None


def _power(run: Run, left: Decimal, right: Decimal) -> Decimal | None:
    return None if not left and right < 0 else limits.number(DECIMAL.power(left, right))


def _guarded(make: Callable[[], Value]) -> Value:
    try:
        return make()
    except (OverflowError, ValueError):  # past the years 1 to 9999, or a duration's end
        return None


_RULES: dict[str, dict[tuple[str, str], Rule]] = {
    "+": {
        (NUMBER, NUMBER): _on_numbers(DECIMAL.add),
        (TEXT, TEXT): _joined,
        (DAYS, DAYS): lambda run, left, right: _guarded(lambda: left + right),
        (MONTHS, MONTHS): lambda run, left, right: _months(left.months + right.months),
        **{(of, DAYS): _moved for of in (DATE, TIME, MOMENT)},
        **{(DAYS, of): _swapped(_moved) for of in (DATE, TIME, MOMENT)},
        **{(of, MONTHS): _moved_months for of in (DATE, MOMENT)},
        **{(MONTHS, of): _swapped(_moved_months) for of in (DATE, MOMENT)},
    },
    "-": {
        (NUMBER, NUMBER): _on_numbers(DECIMAL.subtract),
        (TIME, TIME): _between_times,
        (DAYS, DAYS): lambda run, left, right: _guarded(lambda: left - right),
        (MONTHS, MONTHS): lambda run, left, right: _months(left.months - right.months),
        **{(one, other): _between for one in (DATE, MOMENT) for other in (DATE, MOMENT)},
        **{(of, DAYS): _back(_moved) for of in (DATE, TIME, MOMENT)},
        **{(of, MONTHS): _back(_moved_months) for of in (DATE, MOMENT)},
    },
    "*": {
        (NUMBER, NUMBER): _on_numbers(DECIMAL.multiply),
        **{(of, NUMBER): _scaled(DECIMAL.multiply) for of in (DAYS, MONTHS)},
        **{(NUMBER, of): _swapped(_scaled(DECIMAL.multiply)) for of in (DAYS, MONTHS)},
    },
    "/": {
        (NUMBER, NUMBER): _quotient,
        (DAYS, DAYS): lambda run, left, right: _quotient(run, seconds(left), seconds(right)),
        (MONTHS, MONTHS): lambda run, left, right: _quotient(
            run, Decimal(left.months), Decimal(right.months)
        ),
        **{(of, NUMBER): _scaled(DECIMAL.divide) for of in (DAYS, MONTHS)},
    },
    "**": {(NUMBER, NUMBER): _power},
}
