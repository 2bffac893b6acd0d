"""Which discussion, enquiry or review a stage belongs to: a run of a called process has one scope.
New information has one too, each piece its own: a process that records it opens it.

A scope is opened by the first stage that is part of it, and has the next number of its kind. What
an instance remembers of its stages is kept with it, so a number never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from processes.facts import CASE, INFORMATION, Scope
from processes.models import Instance

if TYPE_CHECKING:
    from processes.loaded import LoadedCase

OWN = ""  # where an instance remembers the scope of its own process, which no other called


def begin(loaded: LoadedCase, instance: Instance) -> None:
    """Number an instance that is a stage itself: as what it was begun about, else as the last.
    New information is always another piece of it.
    """
    kind = loaded.procedure.scope_of(instance.process)
    if kind == INFORMATION:
        scope = kind, loaded.facts.next_number(kind)
        instance.stages = {OWN: [*scope, instance.process]}
        _open(loaded, scope, instance)
    elif kind != CASE[0]:
        latest = max(loaded.facts.next_number(kind) - 1, 1)
        number = instance.about["number"] if instance.about.get("scope") == kind else latest
        instance.stages = {OWN: [kind, number, instance.process]}


def scope_of(loaded: LoadedCase, instance: Instance, process: str, stage: str | None) -> Scope:
    """Return the scope that a stage of an instance belongs to, numbering it when it is new.

    A stage opens its scope's next number, unless this instance already has an open number that
    this process has not been part of: a conference belongs to the enquiry it came from.
    """
    entry = instance.stages.get(stage or OWN)
    if entry:
        return entry[0], entry[1]
    kind = loaded.procedure.scope_of(process)
    if kind == CASE[0] or stage is None:
        return CASE
    mine = [each for each in instance.stages.values() if each[0] == kind]
    number = max((each[1] for each in mine), default=0)
    if not number or process in {each[2] for each in mine if each[1] == number}:
        number = loaded.facts.next_number(kind)
    instance.stages = {**instance.stages, stage: [kind, number, process]}
    _open(loaded, (kind, number), instance)
    return kind, number


def opened(instance: Instance) -> set[Scope]:
    """Return the scopes that an instance opened, and not those that it was begun about."""
    return {
        (kind, number)
        for key, (kind, number, _) in instance.stages.items()
        if key != OWN or kind == INFORMATION
    }


def about(
    loaded: LoadedCase, instance: Instance, process: str, stage: str | None
) -> dict[str, Any]:
    """Return the scope an instance is begun about, and the discussion it follows from."""
    kind, number = scope_of(loaded, instance, process, stage)
    behind = _discussion_behind(instance.stages, instance.about)
    return {"scope": kind, "number": number, **({"discussion": behind} if behind else {})}


def _open(loaded: LoadedCase, scope: Scope, instance: Instance) -> None:
    if loaded.facts.get(scope, "opened_at") is None:
        loaded.add_fact(scope, "opened_at", loaded.now)
        if scope[0] == "enquiry":
            behind = _discussion_behind(instance.stages, instance.about)
            latest = loaded.facts.next_number("discussion") - 1
            loaded.add_fact(scope, "initiating_discussion_number", behind or latest)
        if scope[0] == "review":
            mine = [each[1] for each in instance.stages.values() if each[0] == "enquiry"]
            latest = loaded.facts.next_number("enquiry") - 1
            loaded.add_fact(scope, "enquiry_number", max(mine, default=latest))


def _discussion_behind(stages: Mapping[str, Any], about: Mapping[str, Any]) -> int:
    """Return the latest discussion of an instance, else the one that led to it; 0 if none did."""
    mine = [each[1] for each in stages.values() if each[0] == "discussion"]
    if about.get("scope") == "discussion":
        mine.append(about["number"])
    return int(max(mine, default=about.get("discussion", 0)))
