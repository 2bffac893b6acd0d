"""What a person may begin beside the pathway: the procedure's settings name it, and whose it is."""

from __future__ import annotations

from typing import Any

from processes.facts import CASE, Facts
from processes.library import Procedure
from processes.models import Person


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


def _is_there(procedure: Procedure, facts: Facts, process: str) -> bool:
    """Say whether there is a discussion or an enquiry yet, if the process is about one."""
    kind = procedure.scope_of(process)
    return kind == CASE[0] or facts.next_number(kind) > 1
