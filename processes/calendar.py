"""Working days, closed days, months and clock hours: how far it is from one moment to another.

Everything here is a pure function of its arguments; nothing reads a clock. Days are London days.
"""

from __future__ import annotations

import sys
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Literal

from forms.local_time import LONDON, with_london_offset

Which = Literal["national", "local"]

# The date something happened is day 0 and the next working day is day 1: the census counts the
# conference "15 working days after" the discussion, and its published bands begin at 0.
DAY_ZERO = 0

# The last date for which bank holidays have been announced. Later ones are computed, and a
# coronation or a moved May Day is not in them. Move this on when a new year is announced.
BANK_HOLIDAYS_KNOWN_UNTIL = date(2028, 12, 31)

YEARS = range(1880, 2200)  # those bank holidays can be computed for

_DAY = timedelta(days=1)


class TooFarAway(Exception):
    """The count leaves the years that bank holidays can be told for, so a number is mistyped."""


@dataclass(frozen=True)
class Calendar:
    """The working days of England and Wales, and of a local procedure with closed days."""

    closed_days: frozenset[date] = frozenset()
    known_until: date = BANK_HOLIDAYS_KNOWN_UNTIL

    def __post_init__(self) -> None:
        object.__setattr__(self, "closed_days", frozenset(self.closed_days))

    def is_working_day(self, day: date, which: Which = "national") -> bool:
        """Monday to Friday, not a bank holiday in England and Wales; locally not closed either."""
        if day.weekday() >= 5 or day in bank_holidays(day.year):
            return False
        return which == "national" or day not in self.closed_days

    def add_working_days(self, day: date, days: int, which: Which = "national") -> date:
        """Return the n-th working day after a day, which is day 0; a negative n counts back.

        A Saturday therefore gives the same date as the Friday before it.
        """
        step = _DAY if days >= 0 else -_DAY
        count = DAY_ZERO
        while count < abs(days):
            day += step
            count += self.is_working_day(day, which)
        return day

    def working_days_between(self, start: date, end: date, which: Which = "national") -> int:
        """Count the working days after `start` up to `end`; negative when that is earlier."""
        if end < start:
            return -self.working_days_between(end, start, which)
        return sum(self.is_working_day(day, which) for day in _days_after(start, end))

    def skipped(self, start: date, end: date, which: Which = "national") -> list[date]:
        """Return the weekdays after `start`, up to and with `end`, that are not working days."""
        days = _days_after(start, end)
        return [day for day in days if day.weekday() < 5 and not self.is_working_day(day, which)]

    def last_working_day(self, day: date, which: Which = "national") -> date:
        """Return the day, or the working day before it: a meeting may be earlier, never later."""
        while not self.is_working_day(day, which):
            day -= _DAY
        return day


@cache
def announced_bank_holidays() -> list[date]:
    """Return those that an expression is given: of the years that a live case may speak of."""
    years = range(2015, BANK_HOLIDAYS_KNOWN_UNTIL.year + 1)
    return sorted(day for year in years for day in bank_holidays(year))


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of England and Wales in a year."""
    if year not in YEARS:
        raise TooFarAway(f"Working days cannot be counted in the year {year}: check the amount.")
    return frozenset(day for day in _bank_holidays() if day.year == year)


def add(moment: datetime, span: timedelta) -> datetime:
    """Add time as it passes, through nights, weekends and changes of the clocks."""
    return with_london_offset(with_london_offset(moment) + span)


def add_days(moment: datetime, days: int) -> datetime:
    """Add calendar days, to the same time on the clock."""
    moved = moment.astimezone(LONDON) + timedelta(days=days)
    return with_london_offset(moved)  # a time the clocks skip becomes the next that is real


def add_months(day: date, months: int) -> date:
    """Add calendar months; the 30th of November and three months is the end of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year not in YEARS:
        raise TooFarAway(f"Months cannot be counted into the year {year}: check the amount.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def at(day: date, time_of_day: time) -> datetime:
    """Return the instant a London clock shows this time on this day."""
    return with_london_offset(datetime.combine(day, time_of_day, LONDON))


def end_of(day: date) -> datetime:
    """Return the last second of a day: what is done then is still in time."""
    return at(day, time(23, 59, 59))


def midnight_after(day: date) -> datetime:
    """Return the instant a day is over."""
    return at(day + _DAY, time.min)


def day_of(moment: date | datetime) -> date:
    """Return the London day of a moment."""
    return moment.astimezone(LONDON).date() if isinstance(moment, datetime) else moment


def _days_after(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]


@cache
def _bank_holidays() -> frozenset[date]:
    """Load the one country needed, for the package's own door loads all 250, and 19 MB with them;
    ask it for every year at once, and forget the calendars of the world that it brings: 3 MB.
    """
    package = find_spec("holidays")
    folder = Path(package.origin if package and package.origin else "").parent
    spec = spec_from_file_location("united_kingdom", folder / "countries" / "united_kingdom.py")
    if spec is None or spec.loader is None:
        raise ImportError("The package holidays has no United Kingdom where it used to be.")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    computed = frozenset(module.UnitedKingdom(subdiv="ENG", years=YEARS))
    for name in [name for name in sys.modules if name.partition(".")[0] == "holidays"]:
        del sys.modules[name]
    return computed
