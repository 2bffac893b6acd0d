"""The rows of one case, read and written by statements that are prepared once.

Instances and tasks are read as objects that belong to no session: they are changed freely and
written in bulk, one statement a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, joinedload

from processes.facts import Facts
from processes.models import Base, Case, Fact, Instance, Task, Timer

_CASE = (
    select(Case)
    .options(joinedload(Case.version, innerjoin=True))
    .execution_options(populate_existing=True)
)
_ACTIVE = (
    select(Instance, Task)
    .outerjoin(Task, Task.instance_id == Instance.id)
    .where(Instance.case_id == bindparam("case_id"), Instance.finished_at.is_(None))
    .order_by(Instance.started_at, Instance.id, Task.key)
    .execution_options(populate_existing=True)
)
_timer = Timer.__table__
_TIMERS = select(_timer).where(_timer.c.case_id == bindparam("case_id")).order_by(_timer.c.id)
_fact = Fact.__table__
_FACTS = (
    select(_fact.c.scope, _fact.c.number, _fact.c.name, _fact.c.value)
    .where(_fact.c.case_id == bindparam("case_id"))
    .order_by(_fact.c.id)
)
_instance = Instance.__table__
_SAVE_INSTANCE = (
    update(_instance)
    .where(_instance.c.id == bindparam("key"))
    .values(
        state=bindparam("new_state"), stages=bindparam("new_stages"), finished_at=bindparam("ended")
    )
)


class CaseNotFound(LookupError):
    """There is no such case, or it was removed."""


class CaseBusy(RuntimeError):
    """Another worker is changing this case at this moment; it will be done by that one or later."""


def lock(session: Session, which: ColumnElement[bool], *, skip_locked: bool) -> Case:
    """Lock the row of the one case that is meant, and read it."""
    statement = _CASE.where(which).with_for_update(skip_locked=skip_locked, of=Case)
    case = session.scalars(statement).first()
    if case is None:
        raise CaseBusy if skip_locked else CaseNotFound("There is no such case.")
    return case


def read_active(session: Session, case_id: int) -> tuple[dict[str, Instance], dict[str, Task]]:
    """Return the case's unfinished instances, oldest first, and its open tasks, by their keys."""
    instances: dict[str, Instance] = {}
    tasks: dict[str, Task] = {}
    for instance, task in session.execute(_ACTIVE, {"case_id": case_id}):
        instances[instance.id] = instance
        if task is not None:
            tasks[task.key] = task
    for each in (*instances.values(), *tasks.values()):
        session.expunge(each)
    return instances, tasks


def read_timers(session: Session, case_id: int) -> Sequence[Any]:
    """Return the case's timer rows, those that fired too."""
    return session.execute(_TIMERS, {"case_id": case_id}).all()


def read_facts(session: Session, case_id: int) -> Facts:
    """Return what is known of a case now."""
    return Facts(tuple(row) for row in session.execute(_FACTS, {"case_id": case_id}))


def save_instances(session: Session, instances: Iterable[Instance]) -> None:
    """Write the state of instances that are in the database already."""
    rows = [
        {
            "key": each.id,
            "new_state": each.state,
            "new_stages": each.stages,
            "ended": each.finished_at,
        }
        for each in instances
    ]
    if rows:
        session.execute(_SAVE_INSTANCE, rows)


def replace_tasks(
    session: Session, kept: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> None:
    """Write the open tasks over those that were kept; one that changed is written anew."""
    gone = [key for key, row in kept.items() if now.get(key) != row]
    if gone:
        session.execute(delete(Task).where(Task.key.in_(gone)))
    add(session, Task, [row for key, row in now.items() if kept.get(key) != row])


def add(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write new rows in one statement."""
    if rows:
        session.execute(insert(table.__table__), rows)


def columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
