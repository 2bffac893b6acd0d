"""What stands beside a form besides earlier records, where a text of it asks for it.

`"beside": "open discussions"` shows the other discussions about the child, or a brother or sister,
that are open now; `"beside": "chronology"` shows the child's story; `"beside": "open actions"` what
was agreed for the child and is not done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app import words
from app.guard import sight_of
from app.sections import actions, chronology
from app.sections.actions import Shared
from app.sections.chronology import Entry
from app.sections.page import CasePage
from forms import Form
from processes import carrying, library, sight
from processes.models import Case, Instance, Task
from processes.stages import OWN

OPEN, STORY, ACTIONS = "open discussions", "chronology", "open actions"


@dataclass(frozen=True)
class Open:
    """A discussion that is open: whose, which one, and the step that waits."""

    case: Case
    name: str
    step: str


@dataclass(frozen=True)
class Alongside:
    """What a form's texts ask to be shown."""

    open: list[Open] = field(default_factory=list)
    story: list[Entry] = field(default_factory=list)
    actions: list[Shared] = field(default_factory=list)


def of(database: Session, task: Task, form: Form, same_step: Iterable[Task]) -> Alongside:
    """Return what stands beside a task's form; `same_step` are the tasks written of with it."""
    asked = {each.properties.get("beside") for each in carrying.parts(form.components)}
    page = CasePage(database, task.case, g.person, g.now, sight_of(task.case))
    return Alongside(
        _open(database, task, same_step) if OPEN in asked else [],
        chronology.load(page) if STORY in asked and page.seen.whole else [],
        _to_do(page) if ACTIONS in asked and page.seen.whole else [],
    )


def _to_do(page: CasePage) -> list[Shared]:
    agreed = actions.load(page)
    return agreed.to_do if agreed else []


def _open(database: Session, task: Task, same_step: Iterable[Task]) -> list[Open]:
    """Return the family's other discussions that have a task open, the child's own first."""
    found = database.execute(
        select(Task, Instance.stages)
        .join(Instance, Instance.id == Task.instance_id)
        .join(Case, Case.id == Task.case_id)
        .options(contains_eager(Task.case).joinedload(Case.version))
        .where(Case.family_group_id == task.case.family_group_id)
        .where(sight.cases(database, g.person, g.now))
        .order_by(Case.id != task.case_id, Case.id, Task.opened_at, Task.key)
    )
    here = {each.key for each in (task, *same_step)}
    discussions: dict[tuple[int, int], list[Task]] = {}
    for each, stages in found:
        kind, number, _ = stages.get(each.stage or OWN, ("", 0, ""))
        if kind == "discussion" and each.stage:
            discussions.setdefault((each.case_id, number), []).append(each)
    return [
        Open(first.case, _name(first, number), first.name)
        for (_, number), [first, *others] in discussions.items()
        if not here & {each.key for each in (first, *others)}
    ]


def _name(task: Task, number: int) -> str:
    return words.stage(library.procedure_of(task.case.version), task.process, number)
