"""When something counted from a moment is due, and the arithmetic in words.

Six units, of four kinds: hours as they pass; the same day; working days forward, or back from a
date; calendar days to the same time on the clock, for orders; and months. Nothing reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import cast

from forms.local_time import (
    TimeNotReadable,
    happens_twice,
    in_london,
    read_moment,
    say_day,
    say_short,
    say_time,
)
from processes import calendar as days
from processes.calendar import Calendar, Which

UNITS = ("hours", "same day", "working days", "working days before", "days", "months")
BY_CLOCK = ("hours", "days")
MOST = 10_000  # of any unit: more is a slip of the pen


class CannotWorkOut(Exception):
    """One part of what a deadline is made of cannot be used; `part` names it."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True, kw_only=True)
class Due:
    """When something counted from a moment is due. Times are London times."""

    from_at: datetime
    unit: str
    amount: int
    calendar: Which
    due_at: datetime  # the last moment in time
    passes_at: datetime  # the instant it is breached
    meet_by_on: date  # the last working day not after it: a meeting may be earlier, never later
    counted: str  # "from Fri 4 Dec, 15 working days, skipping 25 and 28 Dec"
    notes: tuple[str, ...]  # what to know before relying on it

    @property
    def is_by_clock(self) -> bool:
        """Due at an instant; else anything done on the due date, at whatever time, is in time."""
        return self.unit in BY_CLOCK


def work_out(
    start: object,
    amount: object,
    unit: object,
    calendar: Calendar,
    which: object = "national",
) -> Due:
    """Count an amount of a unit from a moment: a date, a date and time, or either in ISO 8601.

    The units are `UNITS`, with spaces or hyphens; for "same day" the amount says nothing. A date or
    a time without an offset is London time, and a bare date counts from its first moment. What
    cannot be used raises CannotWorkOut, whose message says which part and what to write instead.
    """
    from_at = _start(start)
    unit = one_of("unit", str(unit).replace("-", " "), UNITS)
    which = cast(Which, one_of("calendar", which, ("national", "local")))
    count = 0 if unit == "same day" else _amount(amount)
    return _work_out(from_at, count, unit, calendar, which)


def one_of(part: str, value: object, allowed: tuple[str, ...]) -> str:
    """Return a word that is one of those allowed, else refuse the part it stands for."""
    if value not in allowed:
        raise CannotWorkOut(part, f"{_quote(value)} is not one of: {', '.join(allowed)}.")
    return str(value)


def number_of(amount: int | str, unit: str) -> str:
    """Say "1 working day", "15 working days"."""
    return f"{amount} {unit.removesuffix('s')}" if str(amount) == "1" else f"{amount} {unit}"


@lru_cache(maxsize=10_000)  # a case's deadlines are asked for again whenever it changes
def _work_out(from_at: datetime, count: int, unit: str, calendar: Calendar, which: Which) -> Due:
    try:
        due_at, passes_at = _count(from_at, count, unit, calendar, which)
        meet_by_on = calendar.last_working_day(due_at.date(), which)
    except (days.TooFarAway, OverflowError) as error:
        raise CannotWorkOut("amount", f"{count} {unit} is too far: check the amount.") from error
    return Due(
        from_at=from_at,
        unit=unit,
        amount=count,
        calendar=which,
        due_at=due_at,
        passes_at=passes_at,
        meet_by_on=meet_by_on,
        counted=_counted(from_at, due_at, count, unit, calendar, which),
        notes=_notes(from_at, due_at, unit, meet_by_on, calendar),
    )


def _start(start: object) -> datetime:
    try:
        moment = read_moment(start) if isinstance(start, str) else start
        if not isinstance(moment, date):
            raise TimeNotReadable(f"{_quote(moment)} is not a date, or a date and time.")
        moment = in_london(moment)
    except TimeNotReadable as error:
        raise CannotWorkOut("from", str(error)) from error
    return moment if isinstance(moment, datetime) else days.at(moment, time.min)


def _amount(amount: object) -> int:
    try:
        count = int(amount) if isinstance(amount, (int, Decimal, str)) else -1
        whole = isinstance(amount, str) or count == amount
    except (ValueError, ArithmeticError):
        count, whole = -1, False
    if not whole or isinstance(amount, bool) or not 0 <= count <= MOST:
        raise CannotWorkOut("amount", f"{_quote(amount)} is not a whole number from 0 to {MOST}.")
    return count


def _count(
    from_at: datetime, amount: int, unit: str, calendar: Calendar, which: Which
) -> tuple[datetime, datetime]:
    """Return the last moment in time and the instant of the breach."""
    if unit in BY_CLOCK:
        by_hours = unit == "hours"
        instant = (
            days.add(from_at, timedelta(hours=amount))
            if by_hours
            else days.add_days(from_at, amount)
        )
        return instant, instant
    day = from_at.date()
    match unit:
        case "working days":
            day = calendar.add_working_days(day, amount, which)
        case "working days before":
            day = calendar.add_working_days(day, -amount, which)
        case "months":
            day = days.add_months(day, amount)
    return days.end_of(day), days.midnight_after(day)


def _counted(
    from_at: datetime, due_at: datetime, amount: int, unit: str, calendar: Calendar, which: Which
) -> str:
    day, due_on = from_at.date(), due_at.date()
    many = number_of(amount, unit)
    if unit == "same day":
        return f"on {say_short(day)}, until midnight"
    if unit in BY_CLOCK:
        changed = from_at.utcoffset() != due_at.utcoffset()
        across = ", across the change of the clocks" if changed else ""
        return f"from {say_short(day)} {say_time(from_at.time())}, {many}{across}"
    if unit == "months":
        meet_by = calendar.last_working_day(due_on, which)
        earlier = f": {say_short(due_on)} is not a working day, so by {say_short(meet_by)}"
        return f"from {say_short(day)}, {many}{earlier if meet_by != due_on else ''}"
    skipped = calendar.skipped(min(day, due_on), max(day, due_on), which)
    skipping = f", skipping {_days(skipped)}" if skipped else ""
    if unit == "working days before":
        before = number_of(amount, "working days")
        return f"{before} before {say_short(day)}{skipping}"
    return f"from {say_short(day)}, {many}{skipping}"


def _days(skipped: list[date]) -> str:
    """Say "25 and 28 Dec, 1 Jan"."""
    months = []
    for _, group in groupby(skipped, key=lambda day: (day.year, day.month)):
        month = list(group)
        numbers = [str(day.day) for day in month]
        several = (
            " and ".join([", ".join(numbers[:-1]), numbers[-1]]) if numbers[1:] else numbers[0]
        )
        months.append(f"{several} {month[0]:%b}")
    return ", ".join(months)


def _notes(
    from_at: datetime, due_at: datetime, unit: str, meet_by_on: date, calendar: Calendar
) -> tuple[str, ...]:
    notes = []
    if happens_twice(from_at):
        notes.append(
            f"{say_time(from_at.time())} on {say_day(from_at)} happens twice, because the clocks "
            f"go back: this is counted from the one at {from_at.isoformat()}."
        )
    if due_at.date() > calendar.known_until and unit not in ("hours", "same day", "days"):
        notes.append(
            f"Bank holidays are announced only until {say_day(calendar.known_until)}: "
            "work this out again when later ones are."
        )
    if unit == "months" and meet_by_on != due_at.date():
        notes.append(
            f"{say_day(due_at)} is not a working day: a meeting has to be held by "
            f"{say_day(meet_by_on)}."
        )
    return tuple(notes)


def _quote(value: object) -> str:
    if value is None:
        return "Nothing"
    text = str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
