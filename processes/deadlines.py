"""Deadlines as a pure function of facts: which apply, when they fall, whether they were met.

A row of deadlines.dmn says what a duty is counted from and until, how much, in which unit and how
binding it is. All rows that apply run together and each is scored by itself; of several for one
duty the earliest drives escalation. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

import feel
from forms.local_time import TimeNotReadable, in_london, lies_ahead
from processes.calendar import Calendar, day_of
from processes.due import UNITS, CannotWorkOut, Due, number_of, one_of, work_out
from processes.reminders import reminders

__all__ = [
    "STRENGTHS",
    "UNITS",
    "CannotWorkOut",
    "Deadline",
    "DeadlineNotReadable",
    "Due",
    "drives_escalation",
    "evaluate",
    "left",
    "next_deadline",
    "work_out",
]

State = Literal["running", "met", "missed"]
STRENGTHS = ("must", "should", "consider")


class DeadlineNotReadable(Exception):
    """A cell of a deadlines table gave something that no deadline can be made of."""

    def __init__(self, rule: str, column: str, sentence: str) -> None:
        super().__init__(f'In the deadlines table, row {rule}, column "{column}": {sentence}')
        self.rule, self.column = rule, column


@dataclass(frozen=True, kw_only=True)
class Deadline(Due):
    """A rule applied to a case: by when, why, by whose rule, and how it stands. `planned_for` is
    when its duty will be done, where that was said beforehand.
    """

    rule: str
    name: str
    words: str
    strength: str
    source: str
    scope: str
    number: int | None
    until_at: datetime | date | None
    planned_for: datetime | date | None
    state: State
    remind: tuple[datetime, ...]
    escalate: tuple[datetime, ...]
    scored_at: datetime = field(compare=False)
    days: Calendar = field(compare=False, repr=False)

    @property
    def late(self) -> str:
        """Say "2 working days late", or nothing."""
        until = self.until_at or self.scored_at
        return _late(self, until, self.days) if self.state == "missed" else ""

    @property
    def left(self) -> str:
        """Say "4 hours 10 minutes left", or nothing."""
        return left(self, self.scored_at, self.days) if self.state == "running" else ""


def evaluate(
    table: feel.DecisionTable,
    contexts: Iterable[Mapping[str, Any]],
    calendar: Calendar,
    now: datetime,
) -> list[Deadline]:
    """Return the deadlines that apply in each context, by the rows of a deadlines table.

    A context is the facts of a case, a discussion or an enquiry, with its `scope` and `number`. A
    row whose `from` is null does not apply yet. Raises DeadlineNotReadable, naming row and column.
    """
    return [
        _deadline(row, context, calendar, now)
        for context in contexts
        for row in table.decide(context) or ()
        if row.get("from") is not None
    ]


def next_deadline(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the running deadline that falls first; of two at one moment, the more binding."""
    running = [deadline for deadline in deadlines if deadline.state == "running"]
    return min(running, key=_urgency, default=None)


def drives_escalation(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Return the earliest running deadline of each duty: it alone reminds and escalates."""
    first: dict[tuple[str, int | None, str], Deadline] = {}
    for deadline in sorted(deadlines, key=_urgency):
        if deadline.state == "running":
            first.setdefault((deadline.scope, deadline.number, deadline.name), deadline)
    return list(first.values())


def left(due: Due, now: datetime, calendar: Calendar) -> str:
    """Say how long is left, if anything: in days until the last one, then in hours and minutes."""
    if now >= due.passes_at:
        return ""
    today, due_on = day_of(now), due.due_at.date()
    if due.is_by_clock or today >= due_on:
        return f"{_span(due.passes_at - now)} left"
    if due.unit.startswith("working days"):
        working = calendar.working_days_between(today, due_on, due.calendar)
        return f"{number_of(working, 'working days')} left"
    return f"{number_of((due_on - today).days, 'days')} left"


def _urgency(deadline: Deadline) -> tuple[datetime, int, str]:
    return deadline.passes_at, STRENGTHS.index(deadline.strength), deadline.rule


def _deadline(
    row: Mapping[str, Any], context: Mapping[str, Any], calendar: Calendar, now: datetime
) -> Deadline:
    rule = str(row.get("rule") or "without a rule")
    try:
        due = work_out(
            row["from"], row.get("amount"), row.get("unit"), calendar, row.get("calendar")
        )
        until, planned_for = _until(row.get("until"), now)
        strength = one_of("strength", row.get("strength"), STRENGTHS)
        remind = reminders(row.get("remind"), "remind", due, calendar)
        escalate = reminders(
            row.get("escalate"),
            "escalate",
            due,
            calendar,
            at_least_once=True,
            at_breach=strength == "consider",  # nothing is reported late: the alert is all there is
        )
        name, words, source = (_text(row, column) for column in ("name", "words", "source"))
    except CannotWorkOut as error:
        raise DeadlineNotReadable(rule, error.part, str(error)) from error
    number = context.get("number")
    return Deadline(
        **vars(due),
        rule=rule,
        name=name,
        words=words,
        strength=strength,
        source=source,
        scope=str(context["scope"]),
        number=None if number is None else int(number),
        until_at=until,
        planned_for=planned_for,
        state=_state(due, until, now),
        remind=remind,
        escalate=escalate,
        scored_at=now,
        days=calendar,
    )


def _until(until: object, now: datetime) -> tuple[datetime | date | None, datetime | date | None]:
    """Return when it was done, or else for when it is planned: what has yet to come is not done."""
    if until is None:
        return None, None
    if not isinstance(until, date):
        raise CannotWorkOut(
            "until", f"{str(until)[:40]!r} is not a date, a date and time, or null."
        )
    try:
        done = in_london(until)
    except TimeNotReadable as error:
        raise CannotWorkOut("until", str(error)) from error
    return (None, done) if lies_ahead(done, now) else (done, None)


def _text(row: Mapping[str, Any], column: str) -> str:
    text = row.get(column)
    if not isinstance(text, str) or not text.strip():
        raise CannotWorkOut(column, "there are no words. Write them in quotation marks.")
    return text


def _state(due: Due, until: datetime | date | None, now: datetime) -> State:
    if until is None:
        return "running" if now < due.passes_at else "missed"
    if due.is_by_clock and isinstance(until, datetime):
        return "met" if until <= due.due_at else "missed"
    return "met" if day_of(until) <= due.due_at.date() else "missed"


def _late(due: Due, until: datetime | date, calendar: Calendar) -> str:
    """Say how late: in working days where those were counted, else as time passes."""
    days_late = (day_of(until) - due.due_at.date()).days
    if due.unit.startswith("working days"):
        working = calendar.working_days_between(due.due_at.date(), day_of(until), due.calendar)
        if working:
            return f"{number_of(working, 'working days')} late"
    if due.unit in ("hours", "same day", "days") and isinstance(until, datetime):
        return f"{_span(until - due.passes_at)} late"
    return f"{number_of(days_late, 'days')} late"


def _span(span: timedelta) -> str:
    """Say "2 days 3 hours", "4 hours 10 minutes", "5 minutes"."""
    minutes = int(span.total_seconds()) // 60
    parts = (minutes // 1440, "days"), (minutes // 60 % 24, "hours"), (minutes % 60, "minutes")
    largest = next((index for index, (number, _) in enumerate(parts) if number), 2)
    said = [number_of(number, unit) for number, unit in parts[largest : largest + 2] if number]
    return " ".join(said) or "less than a minute"
