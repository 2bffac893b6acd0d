"""The list of open tasks: whose they are in tabs, filters that live in the address, families.

However many tasks are open, a page of the list costs the same number of statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from flask import g, request
from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app import formats, standing
from app.pages import ON_A_PAGE, Paging, said
from forms.local_time import LONDON
from processes import library, sight
from processes.models import Case, Draft, ProcedureVersion, Task

OUT_OF_HOURS = "out_of_hours"
TABS = {"mine": "Mine", "team": "My team’s", "others": "Waiting for others"}
NIGHT = {"night": "Out of hours"}
DUE = {"late": "Late", "today": "Due today", "week": "Due this week"}
SORTS: dict[str, ColumnElement[Any]] = {
    "deadline": func.min(Task.due_at),
    "opened": func.min(Task.opened_at),
    "reference": func.min(Case.reference),
}
FILTERS = ("procedure", "due", "step", "find", "sort")


@dataclass(frozen=True)
class Child:
    """A child's case, and what waits in it."""

    case: Case
    title: str
    tasks: list[standing.Waiting]


@dataclass(frozen=True)
class Step:
    """A step at which tasks wait, and how many of them belong to each tab."""

    element: str
    name: str
    counts: dict[str, int]


class TaskList:
    """One page of the list, as the address asks for it."""

    def __init__(self, database: Session) -> None:
        self.database = database
        self.filters = {name: said(name) for name in FILTERS if said(name)}
        self.tabs = TABS | (NIGHT if OUT_OF_HOURS in g.person.roles else {})
        self._steps = self._count_steps()
        self.counts = {tab: sum(each.counts[tab] for each in self._steps) for tab in self.tabs}
        asked = said("tab")
        self.tab = asked if asked in self.tabs else self._first_tab()
        self._families = self._all_families()
        self.paging = Paging(len(self._families))

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Return the steps that wait in this tab, to choose from."""
        here = [(each.element, each.name) for each in self._steps if each.counts[self.tab]]
        return sorted(here, key=lambda each: each[1])

    @property
    def procedures(self) -> dict[str, str]:
        versions = standing.in_force(self.database, g.now)
        return {name: library.procedure_of(version).title for name, version in versions.items()}

    @cached_property
    def families(self) -> list[list[Child]]:
        """Return the families of this page, the one with the next deadline first."""
        ids = self._families[self.paging.offset :][:ON_A_PAGE]
        children = self._children(self._tasks(ids))
        return [
            [each for each in children if each.case.family_group_id == family] for family in ids
        ]

    @cached_property
    def begun(self) -> dict[str, datetime]:
        """Return the pages on which this person has a draft, and when it was last saved."""
        own = select(Draft.place, Draft.saved_at).where(Draft.person_id == g.person.id)
        return {place: at for place, at in self.database.execute(own.order_by(Draft.saved_at))}

    @cached_property
    def _waits(self) -> ColumnElement[bool]:
        return sight.tasks(self.database, g.person)

    def address(self, **other: Any) -> dict[str, Any]:
        """Return what an address says of this list, with something else in it."""
        return {"tab": self.tab, **self.filters, **other}

    def _first_tab(self) -> str:
        return next((tab for tab in self.tabs if self.counts[tab]), "mine")

    def _count_steps(self) -> list[Step]:
        """Return the steps that wait for this person's roles, and how often in each tab."""
        counted = [func.sum(case((self._of_tab(tab), 1), else_=0)) for tab in self.tabs]
        found = select(Task.element, func.min(Task.name), *counted).where(self._waits)
        return [
            Step(element, name, dict(zip(self.tabs, counts, strict=True)))
            for element, name, *counts in self.database.execute(found.group_by(Task.element))
        ]

    def _all_families(self) -> Sequence[int]:
        """Return every family of this tab that the filters leave, in the order asked for."""
        first = SORTS.get(self.filters.get("sort", ""), SORTS["deadline"])
        found = self._of_wanted(select(Case.family_group_id)).group_by(Case.family_group_id)
        found = found.order_by(first.is_(None), first, Case.family_group_id)
        return self.database.scalars(found).all()

    def _of_tab(self, tab: str) -> ColumnElement[bool]:
        """Return the condition that a task which waits for this person belongs to a tab."""
        conditions: dict[str, ColumnElement[bool]] = {
            "mine": Task.assignee_id == g.person.id,
            "team": Task.assignee_id.is_(None),
            "others": Task.assignee_id != g.person.id,
            "night": Task.due_unit.in_(("hours", "same day")),
        }
        return conditions[tab]

    def _of_wanted(self, columns: Select[Any]) -> Select[Any]:
        """Take columns of the tasks of this tab that the filters leave."""
        tasks = columns.select_from(Task).join(Case, Task.case_id == Case.id).join(Case.version)
        return tasks.where(self._waits, self._of_tab(self.tab), *self._wanted())

    def _wanted(self) -> list[ColumnElement[bool]]:
        """Return the conditions of the filters."""
        wanted: list[ColumnElement[bool]] = []
        if procedure := self.filters.get("procedure"):
            wanted.append(ProcedureVersion.procedure == procedure)
        if step := self.filters.get("step"):
            wanted.append(Task.element == step)
        for word in self.filters.get("find", "").split():
            either = Case.reference, Case.child_name
            wanted.append(or_(*(each.icontains(word, autoescape=True) for each in either)))
        due = self.filters.get("due")
        if due == "late":
            wanted.append(Task.due_at < g.now)
        elif due in ("today", "week"):
            wanted.append(Task.due_at.between(g.now, _end(g.now, due)))
        return wanted

    def _tasks(self, families: Sequence[int]) -> list[Task]:
        cases = select(Case.id).where(Case.family_group_id.in_(families))
        wanted = (
            self._of_wanted(select(Task))
            .outerjoin(Task.assignee)
            .where(Task.case_id.in_(cases))
            .options(
                contains_eager(Task.case).contains_eager(Case.version),
                contains_eager(Task.assignee),
            )
            .order_by(Task.due_at.is_(None), Task.due_at, Task.case_id, Task.opened_at, Task.key)
        )
        return list(self.database.scalars(wanted))

    def _children(self, tasks: Sequence[Task]) -> list[Child]:
        children: dict[int, Child] = {}
        for waiting in standing.waiting(self.database, tasks, g.now):
            about = waiting.task.case
            if about.id not in children:
                title = library.procedure_of(about.version).title
                children[about.id] = Child(about, title, [])
            children[about.id].tasks.append(waiting)
        return list(children.values())


def _end(now: datetime, due: str) -> datetime:
    """Return the last moment of today, or of this week's Sunday, in London."""
    today = formats.local(now).date()
    days = 6 - today.weekday() if due == "week" else 0
    return datetime.combine(today + timedelta(days=days), time.max, LONDON)


def back() -> str | None:
    """Return the list that the reader came from, with its filters, if they came from it."""
    came, _, query = (request.referrer or "").partition("?")
    return f"?{query}" if query and came == request.host_url + "tasks" else None
