"""How what is open ends before its time, withdrawn or with its case, and a case is opened again.

A procedure says which process beside the pathway closes the case (`closes_case = true`). What was
recorded stays, and so does every fact; a discussion or an enquiry that was withdrawn is not counted
among the case's any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import beside, stages
from processes.loaded import LoadedCase
from processes.models import Case, Instance, Person, Record


class CannotWithdraw(ValueError):
    """It has ended, it was not begun by a person, or something in it was signed."""


class NoReason(beside.CannotBegin):
    """A closed case is opened again for a reason, and none was given."""


def is_by_person(about: dict[str, Any]) -> bool:
    """Say whether somebody began a process beside the pathway; what the pathway began is owed."""
    return about.get("from") == "person"


def signed(session: Session, case: Case) -> set[str]:
    """Return the instances of a case in which a record was signed."""
    of_case = select(Record.instance_id).where(Record.case_id == case.id)
    return set(session.scalars(of_case.where(Record.signed_hash.is_not(None))))


def withdraw(
    session: Session, case: Case, instance_id: str, why: str, *, by: Person, now: datetime
) -> Instance:
    """Withdraw what was begun beside the pathway by mistake; its roles are those that begin it."""
    loaded = LoadedCase.load(session, case.id, now=now, by=by)
    instance = loaded.instances.get(instance_id)
    is_begun = instance is not None and is_by_person(instance.about)
    if instance is None or not is_begun or instance_id in signed(session, case):
        raise CannotWithdraw("It has ended, or something in it was signed. It stays as it is.")
    offer = beside.find(loaded.procedure, loaded.facts, instance.process)
    if not beside.is_for(offer, by):
        raise beside.NotYourTask(f"“{offer['name']}” is withdrawn by other roles than yours.")
    loaded.withdraw(instance_id, why)
    opened = stages.opened(instance)
    for scope in opened:
        loaded.add_fact(scope, "withdrawn_at", now, why=why)
    for each in _open(loaded):
        if (each.about.get("scope"), each.about.get("number")) in opened:
            loaded.withdraw(each.id, why)
    loaded.save()
    return instance


def with_its_case(loaded: LoadedCase, ended: Instance) -> None:
    """End whatever is open once the process has ended that closes the case."""
    if ended.finished_at and beside.closes_case(loaded.procedure, ended.process):
        for each in _open(loaded):
            loaded.withdraw(each.id, "The case was closed.")


def reopen(loaded: LoadedCase, why: str | None) -> None:
    """Open a case again, if it is closed, for what is about to begin in it."""
    if loaded.closed_at:
        if not why:
            raise NoReason("The case is closed. Say why it is opened again.")
        loaded.note("case reopened", was=loaded.closed_at, why=why)
        loaded.closed_at = None


def explained(loaded: LoadedCase) -> None:
    """End what was begun because a deadline passed, once the facts show that it was met after
    all.
    """
    met = {
        (each.rule, each.scope, each.number) for each in loaded.deadlines() if each.state == "met"
    }
    for each in _open(loaded):
        about = each.about
        if (about.get("rule"), about.get("scope"), about.get("number")) in met:
            loaded.withdraw(each.id, f"{about['name']}: it was done in time.")


def _open(loaded: LoadedCase) -> list[Instance]:
    return [each for each in loaded.instances.values() if each.finished_at is None]
