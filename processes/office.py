"""When the office of a local procedure is open, and what cannot wait until it is.

Outside office hours the out-of-hours team does what is due by the clock or on the same day; what
is due in working days waits for the next start of work. Nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from forms.local_time import LONDON
from processes import calendar as days
from processes.calendar import Calendar
from processes.due import BY_CLOCK

CANNOT_WAIT = (*BY_CLOCK, "same day")  # units of deadlines


@dataclass(frozen=True)
class Office:
    """The office hours of working days; a day that is closed locally is none."""

    calendar: Calendar
    opens: time
    closes: time

    @classmethod
    def read(cls, calendar: Calendar, hours: list[str]) -> Office:
        """Read hours as procedure.toml writes them: ["09:00", "17:00"]."""
        opens, closes = (time.fromisoformat(each) for each in hours)
        if opens >= closes:
            raise ValueError("The office closes before it opens.")
        return cls(calendar, opens, closes)

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(LONDON)
        return self._works(local) and self.opens <= local.time() < self.closes

    def next_open(self, now: datetime) -> datetime:
        """Return this moment while the office is open, else the next start of work."""
        local = now.astimezone(LONDON)
        if self._works(local) and local.time() < self.closes:
            return max(now, days.at(local.date(), self.opens))
        return days.at(self.calendar.add_working_days(local.date(), 1, "local"), self.opens)

    def last_closed(self, now: datetime) -> datetime:
        """Return when work last ended."""
        local = now.astimezone(LONDON)
        if self._works(local) and local.time() >= self.closes:
            return days.at(local.date(), self.closes)
        before = local.date() - timedelta(days=1)
        return days.at(self.calendar.last_working_day(before, "local"), self.closes)

    def _works(self, local: datetime) -> bool:
        return self.calendar.is_working_day(local.date(), "local")
