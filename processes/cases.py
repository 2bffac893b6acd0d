"""What people do to cases: start one, complete a task, correct a fact, begin a process beside it.

Each verb is one load, one save, in the transaction of whoever called: the view or the timer sweep
commits, once. What fails leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from processes import (
    beside,
    ending,
    library,
    questions,
    records,
    sending_back,
    signatures,
    stages,
)
from processes.beside import CannotBegin as CannotBegin
from processes.beside import NotYourTask as NotYourTask
from processes.deadlines import Deadline
from processes.engine import TaskNotOpen as TaskNotOpen  # of the case's callers, too
from processes.facts import CASE, Scope
from processes.loaded import PATHWAY, LoadedCase
from processes.models import Case, FamilyGroup, Instance, Person, ProcedureVersion, Record
from processes.taking import CaseNotFound, read_facts

_OURS = re.compile(r"SP-\d+", re.IGNORECASE)


class FactNotKnown(LookupError):
    """The case has no such fact to correct, or no such discussion or enquiry."""


@dataclass(frozen=True)
class Child:
    """A child whose case is to be started. `reference` is the area's own number, if it has one."""

    name: str
    born_on: date | None = None
    reference: str | None = None


def start(
    session: Session,
    version: ProcedureVersion,
    children: Sequence[Child],
    answers: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    origin: str = "referral",
    key: str | None = None,
) -> list[Case]:
    """Start a case for each child of a family and complete the first task with the same answers.

    `key` is what the request is known by: the first child's pathway has it, so that whoever asks
    the same twice can be led to what was started.
    """
    family_group = FamilyGroup()
    session.add(family_group)
    session.flush()
    together = uuid4().hex if len(children) > 1 else None
    how: dict[str, Any] = {"by": by, "now": now, "origin": origin, "together": together}
    made = (session, version, family_group)
    first = _start(*made, children[0], answers, key=key, **how)
    return [first, *(_start(*made, each, answers, **how) for each in children[1:])]


def is_ours(reference: str) -> bool:
    """Say whether a reference is such as we give ourselves, so that it may be another case's."""
    return _OURS.fullmatch(reference) is not None


def complete_task(
    session: Session,
    key: str,
    answers: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    together: str | None = None,
) -> Record:
    """Complete an open task: keep its answers as a record, its facts as facts, and move the case
    on.
    """
    loaded = load(session, key, by=by, now=now)
    return complete_loaded(loaded, key, answers, by=by, together=together)


def load(session: Session, key: str, *, by: Person, now: datetime) -> LoadedCase:
    """Lock and load the case of an open task."""
    try:
        return LoadedCase.load(session, key, now=now, by=by)
    except CaseNotFound:
        raise TaskNotOpen from None


def complete_loaded(
    loaded: LoadedCase,
    key: str,
    answers: Mapping[str, Any],
    *,
    by: Person,
    together: str | None = None,
) -> Record:
    """Complete an open task of a case that is loaded, and save it."""
    record = complete(loaded, key, answers, by, together)
    loaded.save()
    _serve(loaded)
    return record


def revise(
    session: Session,
    record: Record,
    answers: Mapping[str, Any],
    why: str,
    *,
    by: Person,
    now: datetime,
) -> Record:
    """Write a new edition of a record. The old one stays; facts that differ are corrections.

    Of the answers those count that differ from the edition they were written over: what others
    changed meanwhile, here or by a correction or a later record, is not undone.
    """
    loaded = LoadedCase.load(session, record.case_id, now=now, by=by)
    newer = records.revise(loaded, record, records.changes(record, answers), why, by=by)
    ending.explained(loaded)
    loaded.save()
    return newer


def correct(
    session: Session,
    case: Case,
    name: str,
    value: Any,
    why: str,
    *,
    by: Person,
    now: datetime,
    scope: Scope = CASE,
) -> None:
    """Correct a fact. Running timers move with it; nothing restarts and nothing is forgotten.

    A record that says otherwise and was signed gets a new edition, which is signed again. Raises
    ValueRefused for what the fact's question would not take.
    """
    loaded = LoadedCase.load(session, case.id, now=now, by=by)
    if name not in loaded.procedure.fact_names or not loaded.facts.own(scope):
        raise FactNotKnown(f"There is no fact {name!r} to correct in {scope[0]} {scope[1] or ''}.")
    questions.check(loaded.procedure, name, value, now)
    was = loaded.facts.get(scope, name)
    if was == value:
        return
    loaded.add_fact(scope, name, value, why=why)
    loaded.note("fact corrected", name=name, was=was, now=value, why=why, scope=list(scope))
    if said := signatures.signed_record_saying(session, case.id, scope, name):
        records.revise(loaded, said, {name: value}, why, by=by)
    ending.explained(loaded)
    loaded.save()


def begin(
    session: Session, case: Case, process: str, why: str | None = None, *, by: Person, now: datetime
) -> Instance:
    """Begin a process beside the pathway, such as recording new information, whenever it is
    needed. A closed case is opened again by it, for a reason. What somebody begins is in their
    hands: begun again before anything is written in it, it is gone on with.
    """
    loaded = LoadedCase.load(session, case.id, now=now, by=by)
    offered = beside.find(loaded.procedure, loaded.facts, process)
    if not beside.is_for(offered, by):
        raise NotYourTask(f"“{offered['name']}” is begun by other roles than yours.")
    if loaded.closed_at and offered.get("closes_case"):
        raise CannotBegin("The case is closed already.")
    if begun := beside.begun(loaded, process, by):
        return begun
    ending.reopen(loaded, why)
    instance = loaded.begin(process, {"from": "person", "by": by.id})
    beside.take_in_hand(loaded, instance, by)
    loaded.save()
    return instance


def deadlines_of(session: Session, case: Case, now: datetime) -> list[Deadline]:
    """Return every deadline that applies to a case, each scored by itself, the earliest first."""
    found = library.procedure_of(case.version).deadlines(read_facts(session, case.id), now)
    return sorted(found, key=lambda each: (each.passes_at, each.rule))


def _start(
    session: Session,
    version: ProcedureVersion,
    family_group: FamilyGroup,
    child: Child,
    answers: Mapping[str, Any] | None,
    *,
    by: Person | None,
    now: datetime,
    origin: str,
    linked_to: Case | None = None,
    together: str | None = None,
    key: str | None = None,
) -> Case:
    case = Case(
        family_group_id=family_group.id,
        version_id=version.id,
        version=version,
        linked_to_id=linked_to.id if linked_to else None,
        reference=child.reference or uuid4().hex,
        child_name=child.name,
        born_on=child.born_on,
        opened_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    if not child.reference:
        case.reference = f"SP-{case.id:05}"
    loaded = LoadedCase(session, case, library.procedure_of(version), now, by)
    loaded.add_fact(CASE, "origin", origin)
    loaded.note("case started", origin=origin, version=version.number, procedure=version.procedure)
    loaded.begin(PATHWAY, {"from": "start"}, key)
    if answers is not None and by is not None:
        loaded.save_instances()  # the record refers to its instance
        first = loaded.procedure.settings["start"][origin]
        opened = next(key for key, task in loaded.tasks.items() if task.element == first)
        complete(loaded, opened, answers, by, together)
    loaded.save()
    _serve(loaded)
    return case


def complete(
    loaded: LoadedCase,
    key: str,
    answers: Mapping[str, Any],
    by: Person,
    together: str | None = None,
) -> Record:
    task = loaded.tasks.get(key)
    if task is None:
        raise TaskNotOpen
    if not set(task.roles) & set(by.roles):
        raise NotYourTask(f"“{task.name}” is for {task.lane}.")
    instance = loaded.instances[task.instance_id]
    scope = stages.scope_of(loaded, instance, task.process, task.stage)
    record = records.complete(loaded, task, answers, scope, by, together)
    for name in loaded.procedure.fact_names & answers.keys():
        if answers[name] is not None:  # what is left blank corrects nothing
            loaded.add_fact(scope, name, answers[name], record_id=record.id, why=record.why)
    loaded.note("task completed", element=task.element, name=task.name, record=record.id)
    if loaded.is_anything_due():
        loaded.advance(task.instance_id)  # what fell due before this moment is told first
    loaded.running(task.instance_id).complete(key)
    loaded.advance(task.instance_id)
    if sent := sending_back.by_answers(loaded.procedure.forms[task.element], answers):
        sending_back.give_back(loaded, instance, *sent, scope)
    # a linked child is named in the answers that led to the linked case, and a name is no fact
    loaded.linked_requests = [{**asked, **answers} for asked in loaded.linked_requests]
    ending.explained(loaded)
    ending.with_its_case(loaded, instance)
    return record


def _serve(loaded: LoadedCase) -> None:
    """Start the linked cases that service tasks asked for, such as an alleged abuser's under 18."""
    for asked in loaded.linked_requests:
        name, born_on = asked.get("linked_child_name"), asked.get("linked_child_born_on")
        child = Child(name or "Name not known", born_on)
        group = FamilyGroup()
        loaded.session.add(group)
        loaded.session.flush()
        how: dict[str, Any] = {"by": loaded.by, "now": loaded.now, "origin": "linked"}
        version = loaded.session.get_one(ProcedureVersion, loaded.case.version_id)
        _start(loaded.session, version, group, child, None, linked_to=loaded.case, **how)
