"""What a case's records said already: read for what is carried from them, asked of them at signing.

Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from processes.facts import CASE, Scope
from processes.loaded import LoadedCase
from processes.models import Person, Record
from processes.prepared import Prepared


@dataclass(frozen=True)
class Known:
    """The latest edition of a record, and who wrote it and each earlier one, by their numbers."""

    id: int
    task_key: str
    element: str
    scope: str
    number: int
    instance_id: str
    answers: dict[str, Any]
    stage: str | None
    process: str
    name: str
    edition: int
    carried: dict[str, int] | None
    together: str | None
    recorded_at: datetime
    recorded_by: str
    recorded_by_id: int
    writers: list[int] = field(default_factory=list)


def read(
    session: Session, case_id: int, tasks: Iterable[str], scope: Scope | None = None
) -> list[Known]:
    """Return the latest edition of some tasks' records, in the order written, in one statement.

    With a scope, also those that a signature in it covers: the scope's own and the whole case's.
    """
    named, whole = sorted(tasks), CASE[0] if scope else None
    if not named and not scope:
        return []
    kind, number = scope or (None, None)
    given = {"case_id": case_id, "whole": whole, "scope": kind, "number": number}
    given |= {f"task_{at}": each for at, each in enumerate(named)}
    latest: dict[str, Known] = {}
    for row in _reading(len(named) or 1).rows(session.connection(), given):
        each = Known(*row)
        earlier = latest.pop(each.task_key, None)
        each.writers.extend([*(earlier.writers if earlier else ()), each.recorded_by_id])
        latest[each.task_key] = each
    return list(latest.values())


def of(loaded: LoadedCase, tasks: Iterable[str], scope: Scope | None = None) -> list[Known]:
    """Return what `read` does, of a loaded case; the same is asked once a change."""
    asked = frozenset(tasks), scope
    if asked not in loaded.known:
        loaded.known[asked] = read(loaded.session, loaded.case.id, tasks, scope)
    return loaded.known[asked]


@cache
def _reading(tasks: int) -> Prepared:
    """Select the records of so many tasks, one at least, and those that a signature covers."""
    elements: list[ColumnElement[str]] = [bindparam(f"task_{each}") for each in range(tasks)]
    columns = (
        *("id", "task_key", "element", "scope", "number", "instance_id", "answers"),
        *("stage", "process", "name", "edition", "carried", "together"),
    )
    return Prepared(
        select(
            *(getattr(Record, each) for each in columns),
            Record.recorded_at,
            Person.name.label("recorded_by"),
            Record.recorded_by_id,
        )
        .join(Person, Person.id == Record.recorded_by_id)
        .where(
            Record.case_id == bindparam("case_id"),
            or_(
                Record.element.in_(elements),
                Record.scope == bindparam("whole"),
                and_(Record.scope == bindparam("scope"), Record.number == bindparam("number")),
            ),
        )
        .order_by(Record.id)
    )
