"""One completion for several children: a discussion about brothers and sisters is written once.

Each child's case gets a record of its own; the records share `together`. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from processes import cases, signing
from processes.engine import TaskNotOpen
from processes.loaded import LoadedCase
from processes.models import Case, Instance, Person, Record, Task
from processes.prepared import Prepared

_SAME_STEP = (
    select(Task, Instance.about)
    .join(Instance, Instance.id == Task.instance_id)
    .join(Case, Case.id == Task.case_id)
    .options(contains_eager(Task.case))
    .where(Case.family_group_id == bindparam("family"), Case.version_id == bindparam("version"))
    .where(Task.process == bindparam("process"), Task.element == bindparam("element"))
    .order_by(Task.case_id, Task.opened_at, Task.key)
)
_IS_AT_STEP = Prepared(
    _SAME_STEP.with_only_columns(Task.key).where(Task.case_id != bindparam("but_for")).limit(1)
)


def complete_tasks(
    session: Session, answers: Mapping[str, Mapping[str, Any]], *, by: Person, now: datetime
) -> list[Record]:
    """Complete open tasks of several children in one go: all of them, or none.

    `answers` are by the tasks' keys.
    """
    return complete_loaded(load(session, answers, by=by, now=now), answers, by=by)


def load(
    session: Session, keys: Collection[str], *, by: Person, now: datetime
) -> dict[str, LoadedCase]:
    """Lock and load the cases of open tasks, by the tasks' keys.

    They are locked in the order of their numbers, so that two who do this at once wait for each
    other.
    """
    ordered = list(keys) if len(keys) == 1 else _by_case(session, keys)
    if len(ordered) < len(keys):
        raise TaskNotOpen
    return {key: cases.load(session, key, by=by, now=now) for key in ordered}


def complete_loaded(
    loaded: Mapping[str, LoadedCase], answers: Mapping[str, Mapping[str, Any]], *, by: Person
) -> list[Record]:
    """Complete open tasks of cases that are loaded. What each record lacks is told together."""
    together = uuid4().hex if len(answers) > 1 else None
    written: list[Record] = []
    refusals: list[signing.Refusal] = []
    for key, case in loaded.items():
        try:
            record = cases.complete_loaded(case, key, answers[key], by=by, together=together)
        except signing.SigningRefused as refused:
            refusals += refused.refusals
        else:
            written.append(record)
    if refusals:
        raise signing.SigningRefused(refusals)
    return written


def revise(
    session: Session,
    changed: Mapping[int, Mapping[str, Any]],
    why: str,
    *,
    by: Person,
    now: datetime,
) -> list[Record]:
    """Put records of several children right in one go, for one reason.

    `changed` is by the records' numbers; each child's record becomes a new edition of its own. The
    cases are locked in the order of their numbers.
    """
    meant = select(Record).where(Record.id.in_(changed)).order_by(Record.case_id, Record.id)
    return [
        cases.revise(session, each, changed[each.id], why, by=by, now=now)
        for each in session.scalars(meant).all()
    ]


def written_with(session: Session, record: Record) -> list[Record]:
    """Return the records of other children that were written with this one, as they stand now.

    One that was written anew alone since then is not among them.
    """
    if record.together is None:
        return []
    at_once = select(Record.task_key).where(Record.together == record.together)
    every = select(Record).where(Record.task_key.in_(at_once)).order_by(Record.case_id, Record.id)
    latest = {each.task_key: each for each in session.scalars(every)}
    return [
        each
        for each in latest.values()
        if each.together == record.together
        and each.version_id == record.version_id
        and each.case_id != record.case_id
    ]


def same_step(session: Session, task: Task, roles: Sequence[str]) -> list[Task]:
    """Return the open tasks of brothers and sisters that are at the same step, one a child.

    It is the same step when the same form of the same version asks for it, about the same thing,
    and somebody with these roles may complete it.
    """
    case = task.case
    given = {"family": case.family_group_id, "version": case.version_id}
    step = {"process": task.process, "element": task.element}
    if not _IS_AT_STEP.rows(session.connection(), {**given, **step, "but_for": case.id}):
        return []
    found = session.execute(_SAME_STEP, {**given, **step}).all()
    subjects = {each.key: about.get("rule") for each, about in found}  # a deadline's, if any
    same: dict[int, Task] = {}
    for each, _ in found:
        if subjects[each.key] == subjects.get(task.key) and set(each.roles) & set(roles):
            same.setdefault(each.case_id, each)
    same.pop(case.id, None)
    return list(same.values())


def _by_case(session: Session, keys: Collection[str]) -> list[str]:
    of_cases = select(Task.key).where(Task.key.in_(keys)).order_by(Task.case_id, Task.key)
    return list(session.scalars(of_cases))
