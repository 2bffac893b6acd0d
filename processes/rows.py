"""The rows of one case, read and written by statements that are prepared once.

Instances and tasks are read as objects that belong to no session: they are changed freely and
written in bulk, one statement a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, class_mapper
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from processes.engine import OpenTask
from processes.facts import Facts
from processes.models import Base, Case, Instance, ProcedureVersion, Record, Task, Timer
from processes.prepared import Prepared

_tables = Base.metadata.tables
_instance, _task, _timer = _tables["instance"], _tables["task"], _tables["timer"]
_fact, _record, _case = _tables["fact"], _tables["record"], _tables["case"]
_of_case: BindParameter[int] = bindparam("case_id")

_OF_TASK = select(_task.c.case_id).where(_task.c.key == bindparam("task_key")).scalar_subquery()
_CASE = select(_case, ProcedureVersion.hash).where(_case.c.version_id == ProcedureVersion.id)
_LOCK = {
    (kind, skips): Prepared(
        _CASE.where(which).with_for_update(skip_locked=skips, key_share=True, of=_case)
    )
    for kind, which in ((int, _case.c.id == _of_case), (str, _case.c.id == _OF_TASK))
    for skips in (False, True)
}
ACTIVE = (
    select(_instance, _task)
    .outerjoin(
        _task,
        and_(_task.c.case_id == _instance.c.case_id, _task.c.instance_id == _instance.c.id),
    )
    .where(_instance.c.case_id == _of_case, _instance.c.finished_at.is_(None))
    .order_by(_instance.c.started_at, _instance.c.id, _task.c.key)
)
TIMERS = select(_timer).where(_timer.c.case_id == _of_case).order_by(_timer.c.id)
FACTS = (
    select(_fact.c.scope, _fact.c.number, _fact.c.name, _fact.c.value, _fact.c.record_id)
    .where(_fact.c.case_id == _of_case)
    .order_by(_fact.c.id)
)
_READ_ACTIVE, _READ_TIMERS, _READ_FACTS = Prepared(ACTIVE), Prepared(TIMERS), Prepared(FACTS)
_SAVE_INSTANCE = Prepared(
    update(_instance)
    .where(_instance.c.id == bindparam("key"))
    .values(
        state=bindparam("new_state"), stages=bindparam("new_stages"), finished_at=bindparam("ended")
    )
)
_SAVE_CASE = Prepared(
    update(_case)
    .where(_case.c.id == bindparam("key"), _case.c.revision == bindparam("kept"))
    .values(
        changed_at=bindparam("changed"), closed_at=bindparam("closed"), revision=bindparam("now")
    )
)
_REMOVE_TASK = Prepared(delete(_task).where(_task.c.key == bindparam("gone")))
_REMOVE_TIMER = Prepared(delete(_timer).where(_timer.c.id == bindparam("gone")))
_COLUMNS = {table: tuple(column.key for column in table.columns) for table in _tables.values()}
_NEW = {
    table: insert(table).values(
        {name: bindparam(name) for name in names if table.c[name] is not table.autoincrement_column}
    )
    for table, names in _COLUMNS.items()
}
_ADD = {table: Prepared(new) for table, new in _NEW.items()}
_ADD_RECORD = Prepared(_NEW[_record].returning(_record.c.id))
Row = TypeVar("Row", bound=Base)


class CaseNotFound(LookupError):
    """There is no such case, or it was removed."""


class CaseBusy(RuntimeError):
    """Another worker is changing this case at this moment; it will be done by that one or later."""


def lock(session: Session, which: int | str, *, skip_locked: bool) -> tuple[Case, str]:
    """Lock the row of a case, by its number or by the key of an open task of it; return it, and
    the hash of its version.

    The lock keeps out other changes of the case, not rows that only refer to it: a history entry
    that a session wrote before it came here must not lock it against another that did the same.
    """
    rows = _LOCK[type(which), skip_locked].rows(session, {"case_id": which, "task_key": which})
    if not rows:
        raise CaseBusy if skip_locked else CaseNotFound("There is no such case.")
    return _object(Case, rows[0]), rows[0][-1]


def read_active(session: Session, case_id: int) -> tuple[dict[str, Instance], dict[str, Task]]:
    """Return the case's unfinished instances, oldest first, and its open tasks, by their keys."""
    instances: dict[str, Instance] = {}
    tasks: dict[str, Task] = {}
    of_instance = len(_COLUMNS[_instance])
    for row in _READ_ACTIVE.rows(session, {"case_id": case_id}):
        if row[0] not in instances:
            instances[row[0]] = _object(Instance, row)
        if row[of_instance] is not None:
            tasks[row[of_instance]] = _object(Task, row[of_instance:])
    return instances, tasks


def read_timers(session: Session, case_id: int) -> list[Timer]:
    """Return the case's timer rows, those that fired too."""
    return [_object(Timer, row) for row in _READ_TIMERS.rows(session, {"case_id": case_id})]


def read_facts(session: Session, case_id: int) -> Facts:
    """Return what is known of a case now."""
    return Facts(tuple(row) for row in _READ_FACTS.rows(session, {"case_id": case_id}))


def save_case(
    session: Session, case: Case, *, changed_at: datetime, closed_at: datetime | None
) -> None:
    """Write that a case has changed; refuse when somebody else changed it meanwhile."""
    saved = {"changed_at": changed_at, "closed_at": closed_at, "revision": case.revision + 1}
    given = {"key": case.id, "kept": case.revision, "now": case.revision + 1}
    dates = {"changed": changed_at, "closed": closed_at}
    if _SAVE_CASE.send(session, [{**given, **dates}]) != 1:
        raise CaseBusy(f"Case {case.id} was changed by somebody else. Load it again.")
    for name, value in saved.items():
        set_committed_value(case, name, value)  # the session has nothing left to write
    read_before = session.identity_map.get(identity_key(Case, case.id))
    if read_before is not None and read_before is not case:
        session.expire(read_before)


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
    _SAVE_INSTANCE.send(session, rows)


def open_task(instance: Instance, opened: OpenTask, roles: list[str], now: datetime) -> Task:
    """Return the row of a user task that has just opened."""
    return Task(
        key=opened.key,
        case_id=instance.case_id,
        instance_id=instance.id,
        process=opened.process,
        stage=opened.stage,
        element=opened.element,
        name=opened.name,
        lane=opened.lane or "",
        roles=roles,
        opened_at=now,
    )


def replace_tasks(
    session: Session, kept: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> None:
    """Write the open tasks over those that were kept; one that changed is written anew."""
    gone = [key for key, row in kept.items() if now.get(key) != row]
    _REMOVE_TASK.send(session, [{"gone": key} for key in gone])
    add(session, Task, [row for key, row in now.items() if kept.get(key) != row])


def remove_timers(session: Session, gone: Sequence[int]) -> None:
    _REMOVE_TIMER.send(session, [{"gone": each} for each in gone])


def add_record(session: Session, record: Record) -> None:
    """Write a record; from then on it has its number."""
    [[record.id]] = _ADD_RECORD.rows(session, columns(record))


def add(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write new rows in one statement."""
    _ADD[_tables[table.__tablename__]].send(session, rows)


def columns(row: Base) -> dict[str, Any]:
    found = row.__dict__
    return {name: found.get(name) for name in _COLUMNS[_tables[row.__tablename__]]}


def _object(table: type[Row], row: Sequence[Any]) -> Row:
    """Return a row as an object that no session knows, without the cost of a constructor."""
    made: Row = class_mapper(table).class_manager.new_instance()
    made.__dict__.update(zip(_COLUMNS[_tables[table.__tablename__]], row, strict=False))
    return made
