"""Fire what is due, once.

The timer rows are the truth: a sweep reads the rows that are due by their index, and takes each
case in a transaction of its own. Two sweeps on one case: one wins, the other skips. A case that
fails becomes one incident and holds nobody up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, sessionmaker

from processes import incidents, timetable
from processes.loaded import LoadedCase
from processes.models import Case, Incident, Timer
from processes.rows import CaseBusy

SWEEP_CASES = 500

log = structlog.get_logger()


class TimerDidNotFire(RuntimeError):
    """A timer was due and its diagram did not let it fire; a person must look at the case."""


@dataclass
class Fired:
    """What one sweep did: how many timers fired, in which cases, and which cases failed."""

    timers: int = 0
    cases: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def fire_due(sessions: sessionmaker[Session], now: datetime, *, limit: int = SWEEP_CASES) -> Fired:
    """Fire every timer due at `now`, the longest overdue first, in at most `limit` cases."""
    with sessions() as session:
        due = due_cases(session, now, limit)
    return fire_cases(sessions, due, now)


def fire_cases(sessions: sessionmaker[Session], case_ids: Iterable[int], now: datetime) -> Fired:
    """Fire what is due in these cases, each in a transaction of its own."""
    fired = Fired()
    for case_id in case_ids:
        try:
            with sessions.begin() as session:
                count = fire_case(session, case_id, now)
        except CaseBusy:
            continue
        except Exception as error:  # one broken case must not hold up the others
            log.exception("case failed", case=case_id)
            with sessions.begin() as session:
                incidents.open_incident(session, case_id, error, now)
            fired.failed.append(case_id)
        else:
            fired.timers += count
            fired.cases.append(case_id)
    return fired


def due_cases(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the cases that have a timer due and no open incident, the longest overdue first."""
    stopped = exists().where(Incident.case_id == Timer.case_id, Incident.is_open)
    due = (
        select(Timer.case_id)
        .where(Timer.fired_at.is_(None), Timer.due_at <= now, ~stopped)
        .group_by(Timer.case_id)
        .order_by(func.min(Timer.due_at), Timer.case_id)
        .limit(limit)
    )
    return list(session.scalars(due))


def fire_case(session: Session, case_id: int, now: datetime) -> int:
    """Fire what is due in one case; return how many timers that was."""
    loaded = LoadedCase.load(session, Case.id == case_id, now=now, skip_locked=True)
    due = [each for each in loaded.timers if _is_due(each, now)]
    for timer in due:
        if timer.kind != timetable.PASSED:
            _remind(loaded, timer)
    passed = [each for each in due if each.kind == timetable.PASSED]
    for instance_id in dict.fromkeys(each.instance_id for each in passed):  # always in one order
        loaded.advance(instance_id)
    loaded.save()
    if left := [row["name"] for row in loaded.waiting if row["due_at"] and row["due_at"] <= now]:
        raise TimerDidNotFire(f"Due and not fired in case {case_id}: {', '.join(left)}.")
    return len(due)


def _is_due(timer: Timer, now: datetime) -> bool:
    return timer.fired_at is None and timer.due_at is not None and timer.due_at <= now


def _remind(loaded: LoadedCase, timer: Timer) -> None:
    """Tell that a deadline is near: history now, mail by whoever reads it."""
    found = [
        each
        for each in loaded.deadlines()
        if (each.rule, each.scope, each.number) == (timer.rule, timer.scope, timer.number)
    ]
    for deadline in found:
        row = timetable.fired(loaded, timer.instance_id, "", deadline, timer.kind)
        loaded.fired.append({**row, "due_at": timer.due_at})
        what = "reminded" if timer.kind == timetable.REMIND else "escalated"
        loaded.note(what, **timetable.describe(deadline), late_by=loaded.now - timer.due_at)
