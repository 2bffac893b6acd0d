"""How cases stand now: their deadlines and tasks, for a page of them in a few statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer, joinedload

from app import formats
from processes import library
from processes.deadlines import Deadline
from processes.facts import CASE, Context, Facts, Scope
from processes.models import Case, Fact, Instance, ProcedureVersion, Record, Task
from processes.taking import read_facts

_STAGES = select(Instance.stages).where(Instance.id == bindparam("instance_id"))

# a fact as it was written: scope, number, name, value
Row = tuple[str, int, str, object]


def deadlines(session: Session, cases: Iterable[Case], now: datetime) -> dict[int, list[Deadline]]:
    """Return the deadlines of each case, the earliest first."""
    by_id = {case.id: case for case in cases}
    rows: dict[int, list[Row]] = defaultdict(list)
    columns = select(Fact.case_id, Fact.scope, Fact.number, Fact.name, Fact.value)
    for case_id, *row in session.execute(columns.where(Fact.case_id.in_(by_id)).order_by(Fact.id)):
        rows[case_id].append((row[0], row[1], row[2], row[3]))
    return {
        case_id: sorted(
            library.procedure_of(case.version).deadlines(Facts(rows[case_id]), now),
            key=lambda each: (each.passes_at, each.rule),
        )
        for case_id, case in by_id.items()
    }


@dataclass(frozen=True)
class Waiting:
    """An open task as a page tells of it: its deadline, and what it is about if it was begun so."""

    task: Task
    deadline: Deadline | None
    about: str


def waiting(session: Session, tasks: Sequence[Task], now: datetime) -> list[Waiting]:
    """Return tasks with their deadlines; one that passed stays until its duty is done."""
    known = deadlines(session, {task.case for task in tasks}, now)
    ids = {task.instance_id for task in tasks}
    rows = session.execute(select(Instance.id, Instance.about).where(Instance.id.in_(ids)))
    begun_about = {key: about.get("name", "") for key, about in rows}
    found = []
    for task in tasks:
        due = task.due_rule, task.due_at
        meant = [each for each in known[task.case_id] if (each.rule, each.passes_at) == due]
        deadline = meant[0] if meant else None
        found.append(Waiting(task, deadline, begun_about[task.instance_id]))
    return found


def is_late(deadline: Deadline) -> bool:
    """Say whether a deadline passed with the duty still undone."""
    return deadline.state == "missed" and deadline.until_at is None


def scope(session: Session, task: Task) -> Scope:
    """Return the discussion or enquiry that a task belongs to, else the case."""
    return scope_in(session.execute(_STAGES, {"instance_id": task.instance_id}).scalar_one(), task)


def scope_in(stages: Mapping[str, Any], task: Task) -> Scope:
    """Return the same as `scope`, of what the task's instance remembers of its stages."""
    entry = stages.get(task.stage or "")
    return (entry[0], entry[1]) if entry else CASE


def context(session: Session, case_id: int, scope: Scope) -> Context:
    """Return what the conditions of a form may read besides its own answers."""
    return read_facts(session, case_id).context(scope)


def records(session: Session, case_id: int) -> list[Record]:
    """Return the latest version of each record of a case, in the order they were first written."""
    rows = session.scalars(
        select(Record)
        .where(Record.case_id == case_id)
        .options(joinedload(Record.recorded_by))
        .order_by(Record.id)
    )
    return list({record.task_key: record for record in rows}.values())


def in_force(session: Session, now: datetime) -> dict[str, ProcedureVersion]:
    """Return the version in force today of each local procedure, the national one first."""
    today = formats.local(now).date()
    newest = ProcedureVersion.procedure, ProcedureVersion.number, ProcedureVersion.id
    rows = session.scalars(
        select(ProcedureVersion)
        .where(ProcedureVersion.in_force_from <= today)
        .options(defer(ProcedureVersion.content))
        .order_by(*newest)
    )
    found = {version.procedure: version for version in rows}
    return dict(sorted(found.items(), key=lambda each: (each[0] != library.NATIONAL, each[0])))


def latest_hashes(session: Session) -> dict[str, str]:
    """Return the hash of the latest version of each local procedure."""
    rows = select(ProcedureVersion.procedure, ProcedureVersion.hash)
    return {name: hash for name, hash in session.execute(rows.order_by(ProcedureVersion.number))}
