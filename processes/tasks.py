"""Whose an open task is: take it on, give it back, hand it over with a note.

To have a task in hand keeps nobody else of its roles out: a child's safety comes before whose turn
it is. Each verb is one change of the case, under its lock. Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from processes import audience, taking
from processes.cases import NotYourTask, TaskNotOpen
from processes.models import HistoryEntry, Person, Task

HANDED_OVER = "task handed over"


class CannotReceive(ValueError):
    """This person has none of the task's roles, or does not work here any more."""


def claim(session: Session, key: str, *, by: Person, now: datetime) -> Task:
    """Take a task on, also from a colleague who had it."""
    task = _open(session, key, by)
    before, task.assignee = task.assignee, by
    if before is not by:
        _note(session, task, "task claimed", by, now, before=before.name if before else None)
    return task


def release(session: Session, key: str, *, by: Person, now: datetime) -> Task:
    """Give a task back: it is the team's again."""
    task = _open(session, key, by)
    before, task.assignee = task.assignee, None
    if before is not None:
        _note(session, task, "task released", by, now, before=before.name)
    return task


def hand_over(
    session: Session, key: str, to_id: int, note: str, *, by: Person, now: datetime
) -> Task:
    """Give a task to somebody of its roles, with a note."""
    task = _open(session, key, by)
    to = session.get(Person, to_id)
    if to is None or to not in receivers(session, task):
        raise CannotReceive()
    task.assignee, task.told_at = to, None  # whoever it is given to is told
    _note(session, task, HANDED_OVER, by, now, to=to.id, name_of_receiver=to.name, note=note)
    return task


def receivers(session: Session, task: Task) -> list[Person]:
    """Return who has one of a task's roles, by name, but for those whom the concern is about."""
    roles = cast(Person.roles, Text)
    able = or_(*(roles.contains(f'"{role}"', autoescape=True) for role in task.roles))
    unconcerned = Person.id.not_in(audience.subjects(session, task.case))
    people = select(Person).where(Person.is_active, able, unconcerned)
    return list(session.scalars(people.order_by(Person.name, Person.id)))


def handed_over(session: Session, task: Task) -> HistoryEntry | None:
    """Return how a task came to who has it now, if it was handed over to them."""
    entries = select(HistoryEntry).where(
        HistoryEntry.case_id == task.case_id, HistoryEntry.what == HANDED_OVER
    )
    if task.assignee_id is None:
        return None
    for entry in session.scalars(entries.order_by(HistoryEntry.id.desc())):
        if entry.detail["key"] == task.key:
            return entry if entry.detail["to"] == task.assignee_id else None
    return None


def _open(session: Session, key: str, by: Person) -> Task:
    try:
        taking.lock(session, key, skip_locked=False)
    except taking.CaseNotFound:
        raise TaskNotOpen from None
    task = session.get(Task, key, populate_existing=True)
    if task is None:
        raise TaskNotOpen
    if not set(task.roles) & set(by.roles):
        raise NotYourTask(f"“{task.name}” is for {task.lane}.")
    return task


def _note(
    session: Session, task: Task, what: str, by: Person, now: datetime, **detail: Any
) -> None:
    about = {"key": task.key, "element": task.element, "name": task.name, **detail}
    session.add(HistoryEntry(case_id=task.case_id, at=now, by_id=by.id, what=what, detail=about))
    session.flush()
