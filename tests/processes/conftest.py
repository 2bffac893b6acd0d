"""A case of a real procedure on a real database, moved on with a clock that the test holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from processes import cases, database, library, timers
from processes.deadlines import Deadline
from processes.library import Procedure
from processes.models import Case, HistoryEntry, Person, ProcedureVersion, Task, Timer
from processes.sweep import Swept

LONDON = ZoneInfo("Europe/London")
EVERY_ROLE = [
    "first_response",
    "out_of_hours",
    "social_worker",
    "team_manager",
    "service_manager",
    "conference_chair",
    "conference_administrator",
]
REFERRED_AT = datetime(2026, 12, 4, 16, 50, tzinfo=LONDON)


class Pathway:
    """One local procedure in force, a person with every role, and the cases started here."""

    def __init__(self, engine: Engine, procedure: Procedure) -> None:
        self.sessions: sessionmaker[Session] = database.writing(engine)
        with self.sessions.begin() as session:
            version = library.rehearse(session, procedure, REFERRED_AT)
            person = Person(name="Amina Okoro", email="amina", password_hash="", roles=EVERY_ROLE)
            session.add(person)
            session.flush()
            self.version_id, self.person_id = version.id, person.id
        self.now = REFERRED_AT

    def start(self, *names: str, origin: str = "referral", **answers: Any) -> list[int]:
        answers = {"referral_received_at": self.now, **answers}
        with self.sessions.begin() as session:
            version = session.get_one(ProcedureVersion, self.version_id)
            children = [cases.Child(name) for name in names or ("Maya D",)]
            started = cases.start(
                session,
                version,
                children,
                answers,
                by=self.person(session),
                now=self.now,
                origin=origin,
            )
            return [case.id for case in started]

    def complete(self, element: str, case_id: int | None = None, **answers: Any) -> None:
        with self.sessions.begin() as session:
            key = self.task(session, element, case_id).key
            cases.complete_task(session, key, answers, by=self.person(session), now=self.now)

    def screen(self, **answers: Any) -> None:
        """Decide that harm is suspected, so that the strategy discussion opens."""
        answers = {"response": "strategy_discussion", "suspected_harm": True, **answers}
        self.complete("screen_referral", referral_decided_at=self.now, **answers)

    def fire(self, now: datetime) -> Swept:
        self.now = now
        return timers.fire_due(self.sessions, now)

    def person(self, session: Session) -> Person:
        return session.get_one(Person, self.person_id)

    def task(self, session: Session, element: str, case_id: int | None = None) -> Task:
        query = select(Task).where(Task.element == element).order_by(Task.key)
        if case_id is not None:
            query = query.where(Task.case_id == case_id)
        return session.scalars(query).first() or pytest.fail(f"{element} is not open")

    def open_tasks(self) -> set[str]:
        with self.sessions() as session:
            return set(session.scalars(select(Task.element)))

    def deadlines(self, case_id: int) -> dict[str, Deadline]:
        with self.sessions() as session:
            case = session.get_one(Case, case_id)
            return {each.rule: each for each in cases.deadlines_of(session, case, self.now)}

    def timers(self, rule: str, kind: str = "passed") -> list[Timer]:
        with self.sessions() as session:
            query = select(Timer).where(Timer.rule == rule, Timer.kind == kind)
            return list(session.scalars(query.order_by(Timer.id)))

    def history(self, what: str) -> list[dict[str, Any]]:
        with self.sessions() as session:
            query = select(HistoryEntry).where(HistoryEntry.what == what)
            return [each.detail for each in session.scalars(query.order_by(HistoryEntry.id))]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def pathway(engine: Engine) -> Callable[..., Pathway]:
    def follow(name: str = "brighton_and_hove") -> Pathway:
        return Pathway(engine, library.read(name))

    return follow


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    """What the database was asked, in order; a test clears it to count from there."""
    asked: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        asked.append(sql)

    return asked
