"""Fire what is due, once.

The timer rows are the truth: a sweep reads the rows that are due by their index, and takes each
case in a transaction of its own. Two sweeps on one case: one wins, the other skips. A case that
fails becomes one incident and holds nobody up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, sessionmaker

from processes import sweep, timetable
from processes.loaded import LoadedCase
from processes.models import Incident, Timer
from processes.sweep import Swept
from processes.taking import CaseBusy

SWEEP_CASES = 500


class NothingDue(CaseBusy):
    """Another has just fired what was due in this case."""


class TimerDidNotFire(RuntimeError):
    """A timer was due and its diagram did not let it fire; a person must look at the case."""


def fire_due(sessions: sessionmaker[Session], now: datetime, *, limit: int = SWEEP_CASES) -> Swept:
    """Fire every timer due at `now`, the longest overdue first, in at most `limit` cases."""
    with sessions() as session:
        due = due_cases(session, now, limit)
    return fire_cases(sessions, due, now)


def fire_cases(sessions: sessionmaker[Session], case_ids: Iterable[int], now: datetime) -> Swept:
    """Fire what is due in these cases, each in a transaction of its own."""
    return sweep.one_by_one(sessions, case_ids, fire_case, now)


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
    """Fire what is due in one case, and what becomes due by that; return how many timers it was.

    Raises NothingDue if there were none, so that the case is not written as changed.
    """
    loaded = LoadedCase.load(session, case_id, now=now, skip_locked=True)
    due = timetable.due(map(timetable.row_of, loaded.timers), now)
    waiting: list[timetable.Row] = []
    fired: set[tuple[str, tuple[object, ...]]] = set()
    while due:
        fired.update(map(_which, due))
        _fire(loaded, due)
        waiting = timetable.waiting(loaded)
        left = timetable.due(waiting, now)
        due = [row for row in left if _which(row) not in fired]
        if left and not due:
            names = ", ".join(row["name"] for row in left)
            raise TimerDidNotFire(f"Due and not fired in case {case_id}: {names}.")
    if not fired:
        raise NothingDue
    loaded.save(waiting)
    return len(fired)


def _fire(loaded: LoadedCase, due: list[timetable.Row]) -> None:
    for row in due:
        if row["kind"] != timetable.PASSED:
            _remind(loaded, row)
    passed = [row["instance_id"] for row in due if row["kind"] == timetable.PASSED]
    for instance_id in dict.fromkeys(passed):  # always in one order
        loaded.advance(instance_id)


def _which(row: timetable.Row) -> tuple[str, tuple[object, ...]]:
    return row["key"], timetable.moment(row)


def _remind(loaded: LoadedCase, row: timetable.Row) -> None:
    """Tell that a deadline is near: history now, mail by whoever reads it."""
    duty = row["rule"], row["scope"], row["number"]
    for deadline in loaded.deadlines():
        if (deadline.rule, deadline.scope, deadline.number) == duty:
            loaded.fired.append({**row, "fired_at": loaded.now})
            what = "reminded" if row["kind"] == timetable.REMIND else "escalated"
            late_by = loaded.now - row["due_at"]
            loaded.note(what, **timetable.describe(deadline), late_by=late_by)
