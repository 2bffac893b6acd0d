"""A case as its page reads it: what several sections need is read once, by whichever asks first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app import standing
from processes import library
from processes.deadlines import Deadline
from processes.facts import Facts
from processes.library import Procedure
from processes.models import Case, Fact, HistoryEntry, Instance, Person, Record, Task
from processes.sight import Sight


class Begun(NamedTuple):
    """An instance of the case without the engine's state."""

    id: str
    process: str
    about: dict[str, Any]
    stages: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None


@dataclass
class CasePage:
    """One case, for the person who asks, at this moment."""

    database: Session
    case: Case
    person: Person
    now: datetime
    seen: Sight

    @cached_property
    def procedure(self) -> Procedure:
        return library.procedure_of(self.case.version)

    @cached_property
    def instances(self) -> dict[str, Begun]:
        """What was begun for the case, the first first."""
        rows = self.database.execute(
            select(
                Instance.id,
                Instance.process,
                Instance.about,
                Instance.stages,
                Instance.started_at,
                Instance.finished_at,
            )
            .where(Instance.case_id == self.case.id)
            .order_by(Instance.started_at, Instance.id)
        )
        return {row.id: Begun(*row) for row in rows}

    @cached_property
    def tasks(self) -> Sequence[Task]:
        """The open tasks, the longest open first."""
        mine = select(Task).where(Task.case_id == self.case.id)
        return self.database.scalars(mine.order_by(Task.opened_at, Task.key)).all()

    @cached_property
    def waiting(self) -> list[standing.Waiting]:
        """The open tasks with their deadlines, the next deadline first."""
        found = standing.waiting(self.database, self.tasks, self.now)
        return sorted(found, key=lambda each: each.task.due_at or datetime.max.replace(tzinfo=UTC))

    @cached_property
    def every_record(self) -> list[Record]:
        """The latest version of each record, shown or not: to draw the way, not to be read."""
        return standing.records(self.database, self.case.id)

    @property
    def records(self) -> list[Record]:
        """The records that the person may read, in the order they were first written."""
        return [each for each in self.every_record if self.seen.shows(each)]

    @cached_property
    def fact_rows(self) -> Sequence[tuple[Fact, str | None]]:
        """Everything that was ever known, and who said so, in the order it was recorded."""
        rows = self.database.execute(
            select(Fact, Person.name)
            .join(Person, Fact.recorded_by_id == Person.id, isouter=True)
            .where(Fact.case_id == self.case.id)
            .order_by(Fact.id)
        )
        return [(fact, by) for fact, by in rows]

    @cached_property
    def history(self) -> Sequence[HistoryEntry]:
        """Who did what, and when, the latest first."""
        mine = select(HistoryEntry).where(HistoryEntry.case_id == self.case.id)
        by = joinedload(HistoryEntry.by)
        return self.database.scalars(
            mine.options(by).order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
        ).all()

    @cached_property
    def facts(self) -> Facts:
        """What is known now."""
        return Facts((each.scope, each.number, each.name, each.value) for each, _ in self.fact_rows)

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Every deadline that applies, the earliest first."""
        found = self.procedure.deadlines(self.facts, self.now)
        return sorted(found, key=lambda each: (each.passes_at, each.rule))

    @property
    def next_deadline(self) -> Deadline | None:
        """The deadline to look at now: of those not done the earliest, passed ones first."""
        undone = (each for each in self.deadlines if each.until_at is None)
        return None if self.case.closed_at else next(undone, None)
