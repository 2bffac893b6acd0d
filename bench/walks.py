"""Random walks: the same steps, once with a reload at every step and once without, end alike.

Walking anew loads the case from the database before each step, as a request does; walking on keeps
it in memory from beginning to end. Every difference is something that saving or loading lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.answers import invent
from forms.local_time import LONDON
from processes import cases, database, library, timers
from processes.facts import Facts
from processes.library import Procedure
from processes.loaded import LoadedCase
from processes.models import (
    Base,
    Case,
    Instance,
    Person,
    ProcedureVersion,
    Task,
    Timer,
)
from processes.taking import read_facts

STARTED_AT = datetime(2026, 12, 4, 16, 50, tzinfo=LONDON)
STEPS = 30
ROLES = [
    "first_response",
    "out_of_hours",
    "social_worker",
    "team_manager",
    "service_manager",
    "conference_chair",
    "conference_administrator",
]


@dataclass(frozen=True)
class Ending:
    """Where a walk ended: all that another walk of the same steps must share."""

    open_tasks: list[tuple[str, str]]
    instances: list[tuple[str, bool]]
    facts: list[tuple[str, int, str, str]]
    passed: list[tuple[str, str, int, datetime]]


class Walker(Protocol):
    """Somebody who takes one case along, step by step."""

    def open_tasks(self) -> list[Task]: ...
    def complete(self, key: str, answers: dict[str, Any], now: datetime) -> None: ...
    def begin(self, process: str, now: datetime) -> None: ...
    def fire(self, now: datetime) -> None: ...
    def ending(self) -> Ending: ...


def unsigned(procedure: Procedure) -> Procedure:
    """Return the procedure without its signing rules: careless answers then lead everywhere."""
    table = etree.fromstring(procedure.files["signing.dmn"])
    for rule in list(table.iter("{*}rule")):
        above = rule.getparent()
        if above is not None:
            above.remove(rule)
    files = {**procedure.files, "signing.dmn": etree.tostring(table)}
    return Procedure(procedure.name, files)


def walk(walker: Walker, procedure: Procedure, seed: int, steps: int = STEPS) -> Ending:
    """Take random steps: complete a task, begin something beside, let time pass."""
    chance = Random(seed)
    now = STARTED_AT
    offered = [each["process"] for each in procedure.settings["beside"]]
    for _ in range(steps):
        tasks = walker.open_tasks()
        throw = chance.random()
        if throw < 0.3:
            now += timedelta(hours=chance.choice([1, 5, 11, 30, 90, 400]))
            walker.fire(now)
        elif throw < 0.38:
            walker.begin(chance.choice(offered), now)
        elif tasks:
            task = chance.choice(tasks)
            answers = invent(procedure.forms[task.element], now, chance)
            walker.complete(task.key, answers, now)
        now += timedelta(minutes=chance.randrange(1, 50))
    return walker.ending()


class WalkingAnew:
    """Loads the case from the database before every step."""

    def __init__(self, procedure: Procedure) -> None:
        self.sessions = database.writing(_new_database())
        with self.sessions.begin() as session:
            self.case_id = _start(session, procedure).id

    def open_tasks(self) -> list[Task]:
        with self.sessions() as session:
            instances = select(Instance).where(Instance.case_id == self.case_id)
            found = session.scalars(select(Task).where(Task.case_id == self.case_id)).all()
            return _ordered(found, session.scalars(instances))

    def complete(self, key: str, answers: dict[str, Any], now: datetime) -> None:
        with self.sessions.begin() as session:
            cases.complete_task(session, key, answers, by=_person(session), now=now)

    def begin(self, process: str, now: datetime) -> None:
        with self.sessions.begin() as session:
            loaded = LoadedCase.load(session, self.case_id, now=now)
            loaded.begin(process, {"from": "person"})
            loaded.save()

    def fire(self, now: datetime) -> None:
        fired = timers.fire_due(self.sessions, now)
        if fired.failed:
            raise AssertionError(f"A timer failed in case {self.case_id}")

    def ending(self) -> Ending:
        with self.sessions() as session:
            mine = Timer.case_id == self.case_id
            passed = select(Timer).where(mine, Timer.fired_at.is_not(None), Timer.kind == "passed")
            instances = select(Instance).where(Instance.case_id == self.case_id)
            return _ending(
                self.open_tasks(),
                list(session.scalars(instances)),
                read_facts(session, self.case_id),
                [
                    (t.rule or "", t.scope or "", t.number or 0, t.due_at)
                    for t in session.scalars(passed)
                ],
            )


class WalkingOn:
    """Keeps the loaded case from beginning to end, and never reads it back."""

    def __init__(self, procedure: Procedure) -> None:
        self.session = database.writing(_new_database())()
        case = _start(self.session, procedure)
        self.loaded = LoadedCase.load(self.session, case.id, now=STARTED_AT)
        self.loaded.by = _person(self.session)

    def open_tasks(self) -> list[Task]:
        return _ordered(self.loaded.tasks.values(), self.loaded.instances.values())

    def complete(self, key: str, answers: dict[str, Any], now: datetime) -> None:
        self._at(now)
        cases.complete(self.loaded, key, answers, by=_person(self.session))
        self.loaded.save_instances()

    def begin(self, process: str, now: datetime) -> None:
        self._at(now)
        self.loaded.begin(process, {"from": "person"})
        self.loaded.save_instances()

    def fire(self, now: datetime) -> None:
        self._at(now)
        for instance in list(self.loaded.instances.values()):
            if instance.finished_at is None:
                self.loaded.advance(instance.id)
        self.loaded.save_instances()

    def ending(self) -> Ending:
        passed = [(r["rule"], r["scope"], r["number"], r["due_at"]) for r in self.loaded.fired]
        instances = list(self.loaded.instances.values())
        return _ending(self.open_tasks(), instances, self.loaded.facts, passed)

    def _at(self, now: datetime) -> None:
        self.loaded.now = now


def _new_database() -> Any:
    engine = database.connect("sqlite://")
    Base.metadata.create_all(engine)
    return engine


def _start(session: Session, procedure: Procedure) -> Case:
    version: ProcedureVersion = library.rehearse(session, procedure, STARTED_AT)
    by = Person(name="Amina Okoro", email="amina", password_hash="", roles=ROLES)
    session.add(by)
    session.flush()
    answers = {"referral_received_at": STARTED_AT}
    child = cases.Child("Maya D")
    return cases.start(session, version, [child], answers, by=by, now=STARTED_AT)[0]


def _person(session: Session) -> Person:
    return session.scalars(select(Person)).first() or Person()


def _ordered(tasks: Iterable[Task], instances: Iterable[Instance]) -> list[Task]:
    """Sort by what two walks share: their keys are their own."""
    about = {each.id: str(sorted(each.about.items())) for each in instances}
    return sorted(
        tasks,
        key=lambda each: (
            *(each.opened_at, each.process, each.element, each.name),
            about[each.instance_id],
        ),
    )


def _ending(
    tasks: list[Task], instances: list[Instance], facts: Facts, passed: list[Any]
) -> Ending:
    return Ending(
        open_tasks=[(each.process, each.element) for each in tasks],
        instances=sorted((each.process, each.finished_at is not None) for each in instances),
        facts=sorted(_said(facts)),
        passed=sorted(passed),
    )


def _said(facts: Facts) -> Iterator[tuple[str, int, str, str]]:
    for scope in facts.scopes():
        for name, value in facts.own(scope).items():
            yield *scope, name, str(value)
