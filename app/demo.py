"""Invented people and cases to look around with: the beginnings of scenarios, moved to these days.

The cases are made by the same verbs that the pages use. Nobody here exists.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import standing
from forms.children import offering, rows_for
from processes import cases, involvement, library, scenarios, signing, timers, together
from processes.models import Case, Involvement, Person, ProcedureVersion, Task
from processes.scenarios import moments, observe
from processes.scenarios.answers import AnswersRefused, read_answers, read_one
from processes.scenarios.language import Actor, Scenario, Step

PASSWORD = "demonstration"
PEOPLE = {
    "Priya Shah": ["first_response"],
    "Sam Okafor": ["social_worker"],
    "Tom Reyes": ["team_manager"],
    "Kit Moran": ["out_of_hours"],
    "Rae Lind": ["service_manager"],
    "Bo Wells": ["police"],
    "Ines Costa": ["health"],
    "Jo Lane": ["referrer", "education"],
    "Ruth Vale": ["conference_chair"],
    "Lou Brandt": ["conference_administrator"],
    "Isla Marsh": ["lado"],
    "Owen Pryce": ["legal"],
    "Robin Field": ["procedure_owner"],
    "Casey Young": ["administrator"],
    "Alex Birch": ["auditor"],
    "Ned Hollis": ["other_agency"],
}
# owns a registered nursery; the last tale's concern is about him, so he never sees its case
SUBJECT = "Ned Hollis"
# a scenario, and the moment in it at which the demonstration begins
TALES = (
    ("brighton_and_hove/scenarios/s1_three_siblings.yaml", "Mon 7 Dec 2026 10:02"),
    ("slough/scenarios/s3_open_case_deferred.yaml", "Thu 10 Dec 2026 09:40"),
    (
        "family_community_services/scenarios/s2a_enquiry_before_discussion.yaml",
        "Sat 27 Mar 2027 22:30",
    ),
)


def add(session: Session, hasher: PasswordHasher, root: Path, now: datetime) -> str:
    """Add the people, and the cases of every tale that this server's procedures can tell."""
    password_hash = hasher.hash(PASSWORD)
    for name, roles in PEOPLE.items():
        email = f"{name.split()[0].lower()}@example.org"
        row = Person(
            name=name, email=email, password_hash=password_hash, roles=roles, is_active=True
        )
        session.add(row)
    session.flush()
    versions = standing.in_force(session, now)
    told, last = 0, None
    for path, until in TALES:
        place = root / "bpmn" / path
        if place.is_file() and place.parent.parent.name in versions:
            last = Tale(session, versions[place.parent.parent.name], now)
            told += last.tell(scenarios.read(place), moments.read_moment(until))
    if last:
        _make_subject(session, last, now)
    return f"{len(PEOPLE)} invented people and {told} invented cases are here."


def _make_subject(session: Session, tale: Tale, now: datetime) -> None:
    person = session.scalars(select(Person).where(Person.name == SUBJECT)).one()
    session.add_all(
        Involvement(
            case_id=case_id, person_id=person.id, part=involvement.SUBJECT, name=person.name,
            since_at=now,
        )
        for case_id in tale.case_ids.values()
    )  # fmt: skip


class Tale:
    """One scenario as it is told to a database: its days are moved, its expectations left out."""

    def __init__(self, session: Session, version: ProcedureVersion, now: datetime) -> None:
        self.session, self.version, self.now = session, version, now
        self.procedure = library.procedure_of(version)
        self.moved = timedelta()
        self.case_ids: dict[str, int] = {}

    def tell(self, scenario: Scenario, until: datetime) -> int:
        """Take the steps until a moment, which becomes now; return how many cases began."""
        self.moved = timedelta(days=(self.now - until).days)
        for step in scenario.steps:
            if step.at > until:
                break
            at = step.at + self.moved
            for case_id in self.case_ids.values():
                with suppress(timers.NothingDue):
                    timers.fire_case(self.session, case_id, at)
            try:
                with self.session.begin_nested():
                    self._take(scenario, step, at)
            except (signing.SigningRefused, AnswersRefused, cases.NotYourTask):
                continue  # the scenario shows what is refused
        return len(self.case_ids)

    def _take(self, scenario: Scenario, step: Step, at: datetime) -> None:
        if step.by is None:
            return
        by, meant = self._person(step.by), step.children or tuple(self.case_ids)
        if step.action == "start":
            form = self.procedure.forms[self.procedure.settings["start"][step.what]]
            answers = self._moved(read_answers(form, step.answers, {}, {}, step.at))
            children = [cases.Child(name) for name in step.children or scenario.children]
            started = cases.start(
                self.session, self.version, children, answers, by=by, now=at, origin=step.what
            )
            self.case_ids |= {case.child_name: case.id for case in started}
        known = [self.case_ids[each] for each in meant if each in self.case_ids]
        about = [self.session.get_one(Case, case_id) for case_id in known]
        if step.action == "complete":
            self._complete(about, step, by, at)
        for case in about:
            if step.action == "begin":
                cases.begin(self.session, case, step.what, step.because or None, by=by, now=at)
            elif step.action == "revise":
                self._revise(case, step, by, at)

    def _complete(self, about: list[Case], step: Step, by: Person, at: datetime) -> None:
        form = offering(self.procedure.forms[step.what], list(self.case_ids))
        answers = {}
        for case in about:
            waiting = select(Task).where(Task.case_id == case.id, Task.element == step.what)
            task = self.session.scalars(waiting.order_by(Task.opened_at, Task.key)).first()
            if task:
                known, filled = observe.known_of(self.session, task)
                read = read_answers(form, step.answers, known, filled, step.at)
                answers[task.key] = self._moved(rows_for(form, read, case.child_name))
        together.complete_tasks(self.session, answers, by=by, now=at)

    def _revise(self, case: Case, step: Step, by: Person, at: datetime) -> None:
        found = [
            each for each in standing.records(self.session, case.id) if each.element == step.what
        ]
        form = offering(self.procedure.forms[step.what], list(self.case_ids))
        changes = {key: read_one(form, key, text, step.at) for key, text in step.answers.items()}
        changes, why = self._moved(changes), step.because or "Put right"
        cases.revise(self.session, found[-1], changes, why, by=by, now=at)

    def _person(self, actor: Actor) -> Person:
        """Return the person of this name, else whoever has the role."""
        people = self.session.scalars(select(Person).order_by(Person.id)).all()
        named = [each for each in people if actor.name.endswith(each.name)]
        able = [each for each in (*named, *people) if set(actor.roles) & set(each.roles)]
        return able[0]

    def _moved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._moved(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._moved(each) for each in value]
        return value + self.moved if isinstance(value, date) else value
