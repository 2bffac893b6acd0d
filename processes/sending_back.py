"""Sending a step back: whoever authorises it says why, and whoever wrote it writes it anew.

A question of a form says which step it sends back, and its answer is the reason:
`"sends_back": "record_outcome"`. The diagram leads back there. What is written then is a new
edition of the record that was sent back, for that reason: nothing is deleted, and no clock stops.
Who sends back signs nothing, so nothing is refused. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forms import Form
from processes import audience
from processes.facts import CASE, Scope
from processes.loaded import LoadedCase
from processes.models import Instance, Person, Record
from processes.roles import OUT_OF_HOURS


@dataclass(frozen=True)
class SentBack:
    """Why a step was sent back, by whom and when; `record` is what stands of it, as it was read."""

    record: Any
    why: str
    by: str
    at: datetime


def by_answers(form: Form, answers: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return which step a task's answers send back, and why, if they do."""
    sent = ((step, answers.get(key)) for step, key in form.sends_back.items())
    return next(((step, str(why)) for step, why in sent if why), None)


def told_by(forms: Mapping[str, Form], task: str) -> set[str]:
    """Return the tasks whose records tell whether one was sent back, itself among them."""
    senders = {name for name, form in forms.items() if task in form.sends_back}
    return {task, *senders} if senders else set()


def find(
    forms: Mapping[str, Form], task: str, records: Sequence[Any], scope: Scope, instance_id: str
) -> SentBack | None:
    """Return why a task waits once more, if what it wrote was sent back.

    `records` are in the order written; those of the same discussion or enquiry count, and of the
    case as a whole those of the same process.
    """
    tasks = told_by(forms, task)
    here = [
        each
        for each in records
        if each.element in tasks
        and (each.scope, each.number) == scope
        and (scope != CASE or each.instance_id == instance_id)
    ]
    written = [each for each in here if each.element == task]
    decided = [each for each in here if task in forms[each.element].sends_back]
    if not written or not decided:
        return None
    sent = by_answers(forms[decided[-1].element], decided[-1].answers)
    if sent is None or sent[0] != task:
        return None
    return SentBack(written[-1], sent[1], decided[-1].recorded_by, decided[-1].recorded_at)


def give_back(loaded: LoadedCase, instance: Instance, step: str, why: str, scope: Scope) -> None:
    """Give a step that has just been sent back to whoever wrote it, if its roles are still theirs.

    What was written at night goes to whoever has the roles by day: it does not wait for a night.
    """
    for task in loaded.tasks.values():
        if (task.instance_id, task.element, task.opened_at) == (instance.id, step, loaded.now):
            loaded.note("step sent back", element=step, name=task.name, why=why)
            author = _author(loaded, instance, step, scope)
            if author and {*task.roles} & {*author.roles} - {OUT_OF_HOURS}:
                task.assignee_id = author.id


def _author(loaded: LoadedCase, instance: Instance, step: str, scope: Scope) -> Person | None:
    written = (
        select(Person)
        .join(Record, Record.recorded_by_id == Person.id)
        .where(Record.case_id == loaded.case.id, Record.element == step)
        .where(Record.scope == scope[0], Record.number == scope[1])
        .where(Person.is_active, Person.id.not_in(audience.subjects(loaded.session, loaded.case)))
        .order_by(Record.id.desc())
        .limit(1)
    )
    if scope == CASE:
        written = written.where(Record.instance_id == instance.id)
    return loaded.session.scalars(written).first()
