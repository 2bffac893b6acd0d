"""Guards every address before its view runs: the roles that may use it, and the case it names.

A view that does not say who may use it is refused to everybody.

An address names such a row by one of the names in `ROWS`, and what a person may see of it is
answered by `processes.sight`. The row is loaded here: a view that asks for it again has it from
the session. A view shows of the case what `sight_of` tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.exceptions import Forbidden

from app import auth, remember, sessions, words
from processes import library, objects, records, sight
from processes.library import Procedure
from processes.models import Action, Case, ProcedureVersion, Record, Task
from processes.prepared import Prepared
from processes.sight import Sight


class WrongRole(Forbidden):
    """The page belongs to roles that the person who asks does not have."""


class NotSeen(Forbidden):
    """The case is not one that the person who asks may see."""

    def __init__(self, case: Case, seen: Sight) -> None:
        super().__init__()
        self.case, self.sight = case, seen


@dataclass(frozen=True)
class Asked:
    """The row that an address names, its case, and whether it is a task one may act on."""

    row: Any
    case: Case
    may_act: bool = False


def _case(database: Session, number: Any) -> Asked | None:
    case = database.get(Case, number, options=[joinedload(Case.version)])
    return Asked(case, case) if case else None


def _record(database: Session, number: Any) -> Asked | None:
    return _with_case(database, database.get(Record, number))


def may_revise(record: Record, procedure: Procedure) -> bool:
    """Say whether the person who asks wrote the record, or has a role whose task it was."""
    roles = words.roles_of_task(procedure, record.element)
    return record.recorded_by_id == g.person.id or not roles.isdisjoint(g.person.roles)


def _action(database: Session, number: Any) -> Asked | None:
    return _with_case(database, database.get(Action, number))


def _task(database: Session, key: Any) -> Asked | None:
    """Return a task, or the first record of one that is not open any more."""
    given = {"key": key, "person": g.person.id}
    for row in _TASK.rows(database.connection(), given):
        task, is_subject = _held(database, row), row[-1]
        is_mine = bool(set(task.roles) & set(g.person.roles))
        return Asked(task, task.case, may_act=is_mine and not is_subject)
    written = records.of_task(key).limit(1)
    asked = _with_case(database, database.scalars(written).first())
    if asked:  # whose task it was is told who completed it meanwhile
        procedure = library.procedure_of(asked.case.version)
        was_mine = words.roles_of_task(procedure, asked.row.element) & set(g.person.roles)
        return replace(asked, may_act=bool(was_mine) and not look(asked.case).is_subject)
    return None


def _with_case(database: Session, row: Any) -> Asked | None:
    return Asked(row, database.get_one(Case, row.case_id)) if row else None


def _held(database: Session, row: Sequence[Any]) -> Task:
    """Return the task that `_TASK` read, with its case and version, as the session's objects."""
    task, case, version = (
        objects.attached(database, kind, row[start:])
        for kind, start in zip(_KINDS, _STARTS, strict=True)
    )
    set_committed_value(task, "case", case)
    set_committed_value(case, "version", version)
    return task  # type: ignore[return-value]


_KINDS = Task, Case, ProcedureVersion
_READ = [objects.columns(each) for each in _KINDS]
_STARTS = [sum(map(len, _READ[:at])) for at in range(len(_READ))]
_TASK = Prepared(  # once for every request about a task, so it is worth its preparing
    select(*chain(*_READ), sight.is_subject_of(Task.case_id))
    .select_from(Task)
    .join(Task.case)
    .join(Case.version)
    .where(Task.key == bindparam("key"))
)

# What an address calls a row of a case, and how it is found. Whatever else an address may say is
# harmless, and named with that reason in the test of all routes.
ROWS: dict[str, Callable[[Session, Any], Asked | None]] = {
    "case_id": _case,
    "record_id": _record,
    "action_id": _action,
    "key": _task,
}


def init(app: Flask) -> None:
    """Guard every request of the app, once it is known who asks."""
    app.before_request(guard)


def guard() -> None:
    """Refuse whoever may not use the page, or does not see the case that its address names."""
    if request.endpoint is None or request.endpoint == "static":
        return
    who = getattr(current_app.view_functions[request.endpoint], "allowed_to", None)
    if who == "anyone":
        return
    if g.person is None:
        raise auth.SignedOut(g.timed_out)
    if auth.must_choose(g.person) and request.endpoint != "password.choose":
        raise auth.MustChoosePassword()
    rows = _asked()
    g.asked = rows[0] if rows else None
    if who is None or not auth.may(g.person, who):
        raise WrongRole()
    for asked in rows:
        _refuse_unseen(asked)
        if request.method == "GET":
            remember.read(asked.case, asked.row)


def _asked() -> list[Asked]:
    """Return the rows that the address names; of one that is not there, the view says so."""
    named = request.view_args or {}
    found = (ROWS[name](sessions.current(), named[name]) for name in named if name in ROWS)
    return [each for each in found if each]


def _refuse_unseen(asked: Asked) -> None:
    """Refuse a row that the person who asks neither sees nor may act on."""
    if asked.may_act:
        return
    seen = sight_of(asked.case)
    if isinstance(asked.row, Record) and not seen.shows(asked.row):
        raise NotSeen(asked.case, seen)


def look(case: Case) -> Sight:
    """Return what the person who asks sees of a case, which may be nothing."""
    known: dict[int, Sight] = g.setdefault("sights", {})
    if case.id not in known:
        known[case.id] = sight.of(sessions.current(), g.person, case, g.now)
    return known[case.id]


def sight_of(case: Case) -> Sight:
    """Return what the person who asks sees of a case; refuse when that is nothing."""
    seen = look(case)
    if not seen:
        raise NotSeen(case, seen)
    return seen
