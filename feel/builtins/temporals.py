"""Functions that make and read dates, times and durations (DMN 1.3, 10.3.4.1 and 10.3.4.8).

There is no `now()` or `today()`: what is evaluated twice must not differ. A caller may give them.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from feel import temporal
from feel.builtins.registry import builtin
from feel.limits import Run
from feel.temporal import YearsMonths
from feel.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


@builtin("date(from: string)")
def date_from_text(run: Run, text: str) -> date | None:
    return temporal.to_date(text)


@builtin("date(from: date)")
@builtin("date(from: date and time)")
def date_of(run: Run, value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@builtin("date(year: number, month: number, day: number)")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


@builtin("time(from: string)")
def time_from_text(run: Run, text: str) -> time | None:
    return temporal.to_time(text)


@builtin("time(from: time)")
@builtin("time(from: date and time)")
@builtin("time(from: date)")
def time_of(run: Run, value: Value) -> time:
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=UTC)


@builtin("time(hour: number, minute: number, second: number, offset?: days and time duration|null)")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time | None:
    zone = None if offset is None else temporal.offset_zone(offset)
    if offset is not None and zone is None:
        return None
    try:
        micro = int((second % 1).scaleb(6))
        return time(int(hour), int(minute), int(second), micro, zone)
    except (ValueError, OverflowError):
        return None


@builtin("date and time(from: string)")
def date_and_time_from_text(run: Run, text: str) -> datetime | None:
    if (day := temporal.to_date(text)) is not None:
        return datetime.combine(day, time())
    return temporal.to_date_and_time(text)


@builtin("date and time(from: date and time)")
@builtin("date and time(from: date)")
def date_and_time_of(run: Run, value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@builtin("date and time(date: date|date and time, time: time)")
def date_and_time_from_parts(run: Run, day: date, moment: time) -> datetime:
    return datetime.combine(date_of(run, day), moment)


@builtin("date and time(date and time: date and time, timezone: string)")
def date_and_time_in(run: Run, value: datetime, zone: str) -> datetime | None:
    found = temporal.named_zone(zone)
    if found is None:
        return None
    try:
        return value.astimezone(found) if value.tzinfo else value.replace(tzinfo=found)
    except OverflowError:
        return None


@builtin("duration(from: string)")
def duration(run: Run, text: str) -> timedelta | YearsMonths | None:
    return temporal.to_duration(text)


@builtin("duration(from: days and time duration)")
@builtin("duration(from: years and months duration)")
def duration_of(run: Run, value: Value) -> Value:
    return value


@builtin("years and months duration(from: date|date and time, to: date|date and time)")
def months_between(run: Run, start: date, end: date) -> YearsMonths:
    return YearsMonths(temporal.whole_months(start, end))


@builtin("day of year(date: date|date and time)")
def day_of_year(run: Run, value: date) -> Decimal:
    return Decimal(value.timetuple().tm_yday)


@builtin("day of week(date: date|date and time)")
def day_of_week(run: Run, value: date) -> str:
    return _DAYS[value.weekday()]


@builtin("month of year(date: date|date and time)")
def month_of_year(run: Run, value: date) -> str:
    return _MONTHS[value.month - 1]


@builtin("week of year(date: date|date and time)")
def week_of_year(run: Run, value: date) -> Decimal:
    return Decimal(value.isocalendar().week)
