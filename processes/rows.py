"""The rows of one case, read and written by statements that are prepared once.

Instances and tasks are read as objects that belong to no session: they are changed freely and
written in bulk, one statement a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.expression import ColumnElement

from processes.engine import OpenTask
from processes.facts import Facts
from processes.models import Base, Case, Instance, ProcedureVersion, Record, Task, Timer
from processes.objects import Row, detached
from processes.prepared import Answer, Prepared

_tables = Base.metadata.tables
_instance, _task, _timer = _tables["instance"], _tables["task"], _tables["timer"]
_fact, _record, _case = _tables["fact"], _tables["record"], _tables["case"]

# A case is named by its number, or by the key of an open task of it.
_BY: dict[type, Any] = {
    int: bindparam("which"),
    str: select(_task.c.case_id).where(_task.c.key == bindparam("which")).scalar_subquery(),
}


class _NextRecord(ColumnElement[int]):
    """The number of a record that is about to be written, if the database can tell it before.

    On PostgreSQL a record is then sent without waiting. Otherwise it is NULL, and who writes the
    record is told by that.
    """

    inherit_cache = True
    type = Integer()


@compiles(_NextRecord)
def _unknown(*_: Any, **__: Any) -> str:
    return "NULL"


@compiles(_NextRecord, "postgresql")
def _taken(*_: Any, **__: Any) -> str:
    return "nextval(pg_get_serial_sequence('record', 'id'))"


_CASE = select(_case, ProcedureVersion.hash, _NextRecord()).where(
    _case.c.version_id == ProcedureVersion.id
)


def active(case_id: Any) -> Select[Any]:
    """Select a case's unfinished instances, oldest first, each beside its open tasks."""
    tasks_of_it = and_(
        _task.c.case_id == _instance.c.case_id, _task.c.instance_id == _instance.c.id
    )
    return (
        select(_instance, _task)
        .outerjoin(_task, tasks_of_it)
        .where(_instance.c.case_id == case_id, _instance.c.finished_at.is_(None))
        .order_by(_instance.c.started_at, _instance.c.id, _task.c.key)
    )


def timers(case_id: Any) -> Select[Any]:
    """Select a case's timers, those that fired too."""
    return select(_timer).where(_timer.c.case_id == case_id).order_by(_timer.c.id)


def facts(case_id: Any) -> Select[Any]:
    """Select what was written of a case's facts, in that order."""
    columns = _fact.c.scope, _fact.c.number, _fact.c.name, _fact.c.value, _fact.c.record_id
    return select(*columns).where(_fact.c.case_id == case_id).order_by(_fact.c.id)


READ = (active, timers, facts)
_LOCK = {
    (kind, skips): Prepared(
        _CASE.where(_case.c.id == case_id).with_for_update(
            skip_locked=skips, key_share=True, of=_case
        )
    )
    for kind, case_id in _BY.items()
    for skips in (False, True)
}
_READ = {kind: [Prepared(read(case_id)) for read in READ] for kind, case_id in _BY.items()}
_READ_FACTS = Prepared(facts(_BY[int]))
_SAVE_INSTANCE = Prepared(
    update(_instance)
    .where(_instance.c.id == bindparam("key"))
    .values(
        state=bindparam("new_state"), stages=bindparam("new_stages"), finished_at=bindparam("ended")
    )
)
_SAVE_CASE = Prepared(
    update(_case)
    .where(_case.c.id == bindparam("key"))
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
_ADD_NUMBERED = Prepared(_NEW[_record].values(id=bindparam("id")))


class CaseNotFound(LookupError):
    """There is no such case, or it was removed."""


class CaseBusy(RuntimeError):
    """Another worker is changing this case at this moment; it will be done by that one or later."""


@dataclass(frozen=True)
class Locked:
    """The row of a locked case and the hash of its version; its unfinished instances, oldest
    first, and open tasks, by their keys; its timers, those that fired too; what is known of it; and
    the number for a record, if there is one already.
    """

    case: Case
    hash: str
    record_number: int | None
    instances: dict[str, Instance]
    tasks: dict[str, Task]
    timers: list[Timer]
    facts: Facts


def lock(session: Session, which: int | str, *, skip_locked: bool) -> Case:
    """Lock the row of a case, by its number or by the key of an open task of it; return it.

    The lock keeps out other changes of the case, not rows that only refer to it: a history entry
    that a session wrote before it came here must not lock it against another that did the same.
    """
    return _locked(_ask_lock(session.connection(), which, skip_locked), skip_locked)[0]


def read_locked(connection: Connection, which: int | str, *, skip_locked: bool) -> Locked:
    """Lock a case and read all that a change of it needs, in one round trip to PostgreSQL.

    What is read is as of the moment at which the lock was had: each statement sees what was
    committed before it began.
    """
    case = _ask_lock(connection, which, skip_locked)
    active, timers, facts = (read.ask(connection, {"which": which}) for read in _READ[type(which)])
    row, hash, record_number = _locked(case, skip_locked)
    instances, tasks = _active(active.rows())
    if isinstance(which, str) and which not in tasks:  # completed while this waited for the lock
        raise CaseNotFound("There is no such task any more.")
    rows = [_object(Timer, each) for each in timers.rows()]
    known = Facts(map(tuple, facts.rows()))
    return Locked(row, hash, record_number, instances, tasks, rows, known)


def _ask_lock(connection: Connection, which: int | str, skips: bool) -> Answer:
    return _LOCK[type(which), skips].ask(connection, {"which": which})


def _locked(answer: Answer, skips: bool) -> tuple[Case, str, int | None]:
    rows = answer.rows()
    if not rows:
        raise CaseBusy if skips else CaseNotFound("There is no such case.")
    *_, hash, record_number = rows[0]
    return _object(Case, rows[0]), hash, record_number


def _active(found: Iterable[Sequence[Any]]) -> tuple[dict[str, Instance], dict[str, Task]]:
    instances: dict[str, Instance] = {}
    tasks: dict[str, Task] = {}
    of_instance = len(_COLUMNS[_instance])
    for row in found:
        if row[0] not in instances:
            instances[row[0]] = _object(Instance, row)
        if row[of_instance] is not None:
            tasks[row[of_instance]] = _object(Task, row[of_instance:])
    return instances, tasks


def read_facts(session: Session, case_id: int) -> Facts:
    """Return what is known of a case now."""
    return Facts(tuple(row) for row in _READ_FACTS.rows(session.connection(), {"which": case_id}))


def save_case(
    session: Session, case: Case, *, changed_at: datetime, closed_at: datetime | None
) -> None:
    """Write that a case has changed. It was locked when it was read: nobody else changed it."""
    saved = {"changed_at": changed_at, "closed_at": closed_at, "revision": case.revision + 1}
    given = {"changed": changed_at, "closed": closed_at, "now": case.revision + 1}
    _SAVE_CASE.send(session.connection(), [{"key": case.id, **given}])
    for name, value in saved.items():
        set_committed_value(case, name, value)  # the session has nothing left to write
    read_before = session.identity_map.get(identity_key(Case, case.id))
    if read_before is not None and read_before is not case:
        session.expire(read_before)


def save_instances(connection: Connection, instances: Iterable[Instance]) -> None:
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
    _SAVE_INSTANCE.send(connection, rows)


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
    connection: Connection, kept: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> None:
    """Write the open tasks over those that were kept; one that changed is written anew."""
    gone = [key for key, row in kept.items() if now.get(key) != row]
    _REMOVE_TASK.send(connection, [{"gone": key} for key in gone])
    add(connection, Task, [row for key, row in now.items() if kept.get(key) != row])


def remove_timers(connection: Connection, gone: Sequence[int]) -> None:
    _REMOVE_TIMER.send(connection, [{"gone": each} for each in gone])


def add_record(connection: Connection, record: Record, number: int | None) -> None:
    """Write a record, under its number if that is known; from then on it has one."""
    if number is None:
        [[record.id]] = _ADD_RECORD.rows(connection, columns(record))
    else:
        record.id = number
        _ADD_NUMBERED.send(connection, [columns(record)])


def add(connection: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write new rows in one statement."""
    _ADD[_tables[table.__tablename__]].send(connection, rows)


def columns(row: Base) -> dict[str, Any]:
    found = row.__dict__
    return {name: found.get(name) for name in _COLUMNS[_tables[row.__tablename__]]}


def _object(table: type[Row], row: Sequence[Any]) -> Row:
    return detached(table, _COLUMNS[_tables[table.__tablename__]], row)
