"""Our own way: the verbs of `processes.cases` and `processes.timers`, without HTTP."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from bench.work import Deed, Work
from processes import cases, database, timers
from processes.models import Instance, Person, ProcedureVersion, Task, Timer


class Ours:
    """Our system on one database. What is looked up to find the next task is not measured."""

    def __init__(self, engine: Engine, work: Work) -> None:
        self.work = work
        self.sessions, self.looking = database.writing(engine), database.reading(engine)
        with self.looking() as session:
            self.people = {each.name: each for each in session.scalars(select(Person))}
            self.version_id = session.scalars(select(ProcedureVersion.id)).one()
            session.expunge_all()

    @property
    def writes(self) -> Engine:
        """The engine of the sessions that are measured, and of no other."""
        engine: Engine = self.sessions.kw["bind"]
        return engine

    def start(self) -> int:
        """Start a case by the first deed and return its number."""
        deed = self.work.deeds[0]
        with self.sessions.begin() as session:
            version = session.get_one(ProcedureVersion, self.version_id)
            [case] = cases.start(
                session,
                version,
                [cases.Child("Isla M")],
                deed.answers,
                by=self.people[deed.by],
                now=deed.at,
            )
            return case.id

    def complete(self, case_id: int, deed: Deed) -> float:
        """Complete a task and return the seconds from the request to the commit."""
        key = self.key(case_id, deed.element)
        began = time.perf_counter()
        with self.sessions.begin() as session:
            cases.complete_task(session, key, deed.answers, by=self.people[deed.by], now=deed.at)
        return time.perf_counter() - began

    def fire(self, now: datetime) -> float:
        """Fire what is due and return how many timers that is a second."""
        began = time.perf_counter()
        fired = timers.fire_due(self.sessions, now, limit=1_000_000)
        return fired.count / (time.perf_counter() - began)

    def key(self, case_id: int, element: str) -> str:
        """Return the key of a case's open task."""
        with self.looking() as session:
            which = Task.case_id == case_id, Task.element == element
            return session.scalars(select(Task.key).where(*which)).one()

    def due_at(self) -> datetime:
        """Return the instant at which the next timer of a diagram is due."""
        with self.looking() as session:
            waiting = Timer.kind == "passed", Timer.fired_at.is_(None), Timer.due_at.is_not(None)
            due = select(Timer).where(*waiting).order_by(Timer.due_at).limit(1)
            return session.scalars(due).one().due_at or datetime.max

    def state_size(self, case_id: int) -> int:
        """Return how many bytes the states of a case's instances have."""
        with self.looking() as session:
            states = session.scalars(select(Instance.state).where(Instance.case_id == case_id))
            return sum(len(state) for state in states)


def just_before(instant: datetime) -> datetime:
    return instant - timedelta(seconds=1)
