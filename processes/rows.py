"""The rows of one case, written in bulk: one statement a table, prepared once.

What is read of a case that was taken are objects that belong to no session (see
`processes.taking`): they are changed freely, and nothing is written but by these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from processes.engine import OpenTask
from processes.models import Base, Case, Instance, Record, Task
from processes.objects import refresh
from processes.prepared import Prepared

_tables = Base.metadata.tables
_instance, _task, _timer = _tables["instance"], _tables["task"], _tables["timer"]
_record, _case = _tables["record"], _tables["case"]
_COLUMNS = {table: tuple(column.key for column in table.columns) for table in _tables.values()}
_SAVE_INSTANCE = Prepared(
    update(_instance)
    .where(_instance.c.id == bindparam("key"))
    .values(
        state=bindparam("new_state"), stages=bindparam("new_stages"), finished_at=bindparam("ended")
    )
)
_CLOSE = Prepared(
    update(_case).where(_case.c.id == bindparam("key")).values(closed_at=bindparam("closed"))
)
_REMOVE_TASK = Prepared(delete(_task).where(_task.c.key == bindparam("gone")))
_REMOVE_TIMER = Prepared(delete(_timer).where(_timer.c.id == bindparam("gone")))
_NEW = {
    table: insert(table).values(
        {name: bindparam(name) for name in names if table.c[name] is not table.autoincrement_column}
    )
    for table, names in _COLUMNS.items()
}
_ADD = {table: Prepared(new) for table, new in _NEW.items()}
_ADD_RECORD = Prepared(_NEW[_record].returning(_record.c.id))
_ADD_NUMBERED = Prepared(_NEW[_record].values(id=bindparam("id")))


def close(session: Session, case: Case, closed_at: datetime | None) -> None:
    """Write that a case was closed, or opened again."""
    _CLOSE.send(session.connection(), [{"key": case.id, "closed": closed_at}])
    set_committed_value(case, "closed_at", closed_at)  # its session has nothing left to write
    refresh(session, case)


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
