"""Taking a case: it is locked, and all that a change of it needs is read, by two statements.

What is read are objects that belong to no session: they are changed freely and written in bulk, by
`processes.rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Column, Integer, Select, bindparam, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, polymorphic_union
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.expression import ColumnElement

from processes.facts import Facts
from processes.models import Base, Case, Fact, Instance, ProcedureVersion, Task, Timer
from processes.objects import detached, names, refresh
from processes.prepared import Answer, Prepared

Object = TypeVar("Object", Instance, Task, Timer)

_tables = Base.metadata.tables
_case, _instance, _task = _tables["case"], _tables["instance"], _tables["task"]
_timer, _fact = _tables["timer"], _tables["fact"]
_OF_INSTANCE = "instance_id", *names(Instance)[1:]  # its key is no number, as other tables' are
_OF_FACT = "scope", "number", "name", "value", "record_id"

# A case is named by its number, or by the key of an open task of it.
_BY: dict[type, Any] = {
    int: bindparam("which"),
    str: select(_task.c.case_id).where(_task.c.key == bindparam("which")).scalar_subquery(),
}


class CaseNotFound(LookupError):
    """There is no such case, or it was removed."""


class CaseBusy(RuntimeError):
    """Another worker is changing this case at this moment; it will be done by that one or later."""


@dataclass(frozen=True)
class Taken:
    """The row of a case that is taken and the hash of its version; the number for a record,
    if there is one already; its unfinished instances, oldest first, and open tasks, by their keys;
    its timers, those that fired too; and what is known of it.
    """

    case: Case
    hash: str
    record_number: int | None
    instances: dict[str, Instance]
    tasks: dict[str, Task]
    timers: list[Timer]
    facts: Facts


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
def _drawn(*_: Any, **__: Any) -> str:
    return "nextval(pg_get_serial_sequence('record', 'id'))"


def _taking(case_id: Any, skips: bool) -> ReturningUpdate[Any]:
    """Write that a case changes now. Until that is committed, nobody else changes it."""
    if skips:
        free = _case.alias("free")
        found = select(free.c.id).where(free.c.id == case_id)
        case_id = found.with_for_update(skip_locked=True, key_share=True).scalar_subquery()
    version = select(ProcedureVersion.hash).where(ProcedureVersion.id == _case.c.version_id)
    return (
        update(_case)
        .where(_case.c.id == case_id)
        .values(changed_at=bindparam("now"), revision=_case.c.revision + 1)
        .returning(_case, version.scalar_subquery(), _NextRecord())
    )


def everything(case_id: Any) -> Select[Any]:
    """Select what a change of a case needs, a row each: its unfinished instances, its open tasks,
    its timers, those that fired too, and what was written of its facts.
    """
    parts = {
        "instance": select(*map(Column.label, _instance.columns, _OF_INSTANCE)).where(
            _instance.c.finished_at.is_(None)
        ),
        "task": select(_task),
        "timer": select(_timer),
        "fact": select(_fact.c.id, *(_fact.c[name] for name in _OF_FACT)),
    }
    of_case = {
        part: each.where(_tables[part].c.case_id == case_id).subquery()
        for part, each in parts.items()
    }
    return select(polymorphic_union(of_case, "part"))  # type: ignore[no-untyped-call]


def facts(case_id: Any) -> Select[Any]:
    """Select what was written of a case's facts, in that order."""
    columns = (_fact.c[name] for name in _OF_FACT)
    return select(*columns).where(_fact.c.case_id == case_id).order_by(_fact.c.id)


READ = everything, facts
_EACH = [(kind, skips) for kind in _BY for skips in (False, True)]
_LOCK = {
    (kind, skips): Prepared(
        select(_case.c.id)
        .where(_case.c.id == _BY[kind])
        .with_for_update(skip_locked=skips, key_share=True)
    )
    for kind, skips in _EACH
}
_TAKE = {(kind, skips): Prepared(_taking(_BY[kind], skips)) for kind, skips in _EACH}
_READ = {kind: Prepared(everything(case_id)) for kind, case_id in _BY.items()}
_READ_FACTS = Prepared(facts(_BY[int]))
_PLACES = {name: place for place, name in enumerate(everything(0).selected_columns.keys())}


def _pick(*columns: str) -> itemgetter[Any]:
    """Return what takes these out of a row of `everything`."""
    return itemgetter(*(_PLACES[name] for name in columns))


_VALUES = {
    Instance: _pick(*_OF_INSTANCE),
    Task: _pick(*names(Task)),
    Timer: _pick(*names(Timer)),
    Fact: _pick(*_OF_FACT),
}
_AGE = {
    Instance: _pick("started_at", "instance_id"),
    Task: _pick("opened_at", "key"),
    Timer: _pick("id"),
    Fact: _pick("id"),
}


def lock(session: Session, which: int | str, *, skip_locked: bool) -> None:
    """Lock the row of a case, by its number or by the key of an open task of it.

    The lock keeps out other changes of the case, not rows that only refer to it: a history entry
    that a session wrote before it came here must not lock it against another that did the same.
    """
    asked = _LOCK[type(which), skip_locked].ask(session.connection(), {"which": which})
    _one(asked, skip_locked)


def take(session: Session, which: int | str, *, now: datetime, skip_locked: bool) -> Taken:
    """Lock a case, write that it changes now, and read all that a change of it needs, in one
    round trip to PostgreSQL.

    What is read is as of the moment at which the lock was had: a statement sees what was committed
    before it began.
    """
    connection, given = session.connection(), {"which": which, "now": now}
    taken = _TAKE[type(which), skip_locked].ask(connection, given)
    asked = _READ[type(which)].ask(connection, given)
    *row, hash, record_number = _one(taken, skip_locked)
    case, found = detached(Case, names(Case), row), asked.rows()
    refresh(session, case)
    tasks = {each.key: each for each in _objects(Task, found)}
    if isinstance(which, str) and which not in tasks:  # completed while this waited for the lock
        raise CaseNotFound("There is no such task any more.")
    return Taken(
        case=case,
        hash=hash,
        record_number=record_number,
        instances={each.id: each for each in _objects(Instance, found)},
        tasks=tasks,
        timers=_objects(Timer, found),
        facts=Facts(_values(Fact, found)),
    )


def read_facts(session: Session, case_id: int) -> Facts:
    """Return what is known of a case now."""
    return Facts(_READ_FACTS.rows(session.connection(), {"which": case_id}))


def _one(asked: Answer, skips: bool) -> Sequence[Any]:
    rows = asked.rows()
    if not rows:
        raise CaseBusy if skips else CaseNotFound("There is no such case.")
    return rows[0]


def _objects(kind: type[Object], found: Iterable[Sequence[Any]]) -> list[Object]:
    return [detached(kind, names(kind), each) for each in _values(kind, found)]


def _values(kind: type[Base], found: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows of one kind among those of `everything`, the oldest first."""
    part = kind.__tablename__
    rows = sorted((each for each in found if each[_PLACES["part"]] == part), key=_AGE[kind])
    return [_VALUES[kind](each) for each in rows]
