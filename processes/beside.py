"""What a person may begin beside the pathway: the procedure's settings name it, and whose it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from processes.facts import CASE, INFORMATION, Facts
from processes.library import Procedure
from processes.loaded import LoadedCase
from processes.models import Instance, Person, Record


class NotYourTask(PermissionError):
    """The task, or what is begun or withdrawn, belongs to roles that this person does not have."""


class CannotBegin(ValueError):
    """The procedure has no such process that a person may start beside the pathway."""


def offered(procedure: Procedure, facts: Facts, by: Person) -> list[dict[str, Any]]:
    """Return what a person may begin as the case stands, in the procedure's order."""
    return [
        each
        for each in procedure.settings.get("beside", [])
        if is_for(each, by) and _is_there(procedure, facts, each["process"])
    ]


def find(procedure: Procedure, facts: Facts, process: str) -> dict[str, Any]:
    """Return the settings of a process that can begin as the case stands."""
    settings: list[dict[str, Any]] = procedure.settings.get("beside", [])
    named = {each["process"]: each for each in settings}
    if process not in named:
        raise CannotBegin(f"{procedure.title} has no process {process!r} to begin here.")
    if not _is_there(procedure, facts, process):
        kind = procedure.scope_of(process)
        raise CannotBegin(f"“{named[process]['name']}” is about a {kind}: there is none yet.")
    return named[process]


def closes_case(procedure: Procedure, process: str) -> bool:
    """Say whether the case is closed when this process ends."""
    offers = procedure.settings.get("beside", [])
    return any(each["process"] == process and each.get("closes_case") for each in offers)


def is_for(offer: dict[str, Any], person: Person) -> bool:
    """Say whether a person has one of the roles that begin it."""
    return bool(set(offer.get("roles", [])) & set(person.roles))


def begun(loaded: LoadedCase, process: str, by: Person) -> Instance | None:
    """Return what somebody began before, and nobody has written anything in yet."""
    mine = [
        each
        for each in loaded.instances.values()
        if each.process == process and each.about.get("by") == by.id and not each.finished_at
    ]
    written = select(Record.instance_id).where(Record.case_id == loaded.case.id)
    used = set(loaded.session.scalars(written)) if mine else set()
    return next((each for each in mine if each.id not in used), None)


def take_in_hand(loaded: LoadedCase, instance: Instance, by: Person) -> None:
    """Put the open tasks of what somebody began into their hands; they know of them."""
    for task in loaded.tasks.values():
        if task.instance_id == instance.id and set(task.roles) & set(by.roles):
            task.assignee_id, task.told_at = by.id, loaded.now


def _is_there(procedure: Procedure, facts: Facts, process: str) -> bool:
    """Say whether there is a discussion or an enquiry yet, if the process is about one."""
    kind = procedure.scope_of(process)
    return kind in (CASE[0], INFORMATION) or facts.next_number(kind) > 1
