"""Replay a scenario in memory: the real cases, timers and forms, and a clock of its own.

Before each step everything due until then fires, each at its own moment. Nothing here touches the
database of the running system.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from feel import FeelError
from forms import Form
from forms.children import offering, rows_for
from processes import cases, database, library, signing, timers, together
from processes.deadlines import DeadlineNotReadable
from processes.engine import ProcedureRunsAway
from processes.engine.elements import NoFlowLeads
from processes.library import Procedure
from processes.models import Base, Case, Incident, Person, ProcedureVersion, Record, Task
from processes.models import Timer as TimerRow
from processes.scenarios import names, observe
from processes.scenarios.answers import AnswersRefused, read_answers, read_one
from processes.scenarios.language import LINKED, Actor, Expectation, Scenario, Step
from processes.scenarios.seen import Refusal, Seen

_MOST_SWEEPS = 2_000  # between two steps; more is a diagram whose timers never rest
_BROKEN = (FeelError, DeadlineNotReadable, NoFlowLeads, ProcedureRunsAway)
_CLOSED_DAYS = re.compile(r"^closed_days\s*=\s*\[[^\]]*\][^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """One thing a scenario said must be true, and whether it was."""

    step: str
    line: int
    sentence: str
    holds: bool
    found: str


class CannotTake(Exception):
    """A step of the scenario cannot be taken as the case stands."""


def replay(scenario: Scenario, procedure: Procedure) -> list[Outcome]:
    """Take every step and judge every sentence; a step that cannot be taken ends the replay.

    Raises ScenarioUnreadable when the scenario names what the procedure does not have.
    """
    names.check(scenario, procedure)
    run = Replay(scenario, procedure)
    try:
        return run.outcomes()
    finally:
        run.engine.dispose()


def lines(scenario: Scenario, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Say how a replay went, a line at a time."""
    yield f"{scenario.title} ({scenario.procedure}/{scenario.name})"
    step = ""
    for one in outcomes:
        if one.step != step:
            step = one.step
            yield f"  {step}"
        yield f"    {'✔' if one.holds else '✖'} {one.sentence}"
        if not one.holds:
            yield f"      line {one.line}; {one.found}"


@dataclass
class Replay:
    """One run of a scenario, in a database of its own."""

    scenario: Scenario
    procedure: Procedure
    engine: Engine = field(init=False)
    sessions: sessionmaker[Session] = field(init=False)
    version_id: int = field(init=False)
    case_ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = database.connect("sqlite://")
        Base.metadata.create_all(self.engine)
        self.sessions = database.writing(self.engine)
        if self.scenario.closed_days:
            self.procedure = _closed(self.procedure, self.scenario.closed_days)
        with self.sessions.begin() as session:
            version = library.rehearse(session, self.procedure, self.scenario.steps[0].at)
            self.version_id = version.id

    def outcomes(self) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for step in self.scenario.steps:
            try:
                self.let_pass_until(step.at)
                refusal = self.take(step)
                self.let_pass_until(step.at)  # what the step itself made due
            except CannotTake as error:
                return [*outcomes, Outcome(str(step), step.line, "can be taken", False, str(error))]
            outcomes += self.judge(step, refusal)
        return outcomes

    def let_pass_until(self, moment: datetime) -> None:
        """Fire what falls due, in order, each as if it were its own moment."""
        for _ in range(_MOST_SWEEPS):
            with self.sessions() as session:
                due_at = session.scalar(_next_due(moment))
            if due_at is None:
                return
            if timers.fire_due(self.sessions, due_at).failed:
                raise CannotTake(f"A timer did not fire: {self._incident()}")
        raise CannotTake(f"Timers did not rest after {_MOST_SWEEPS} had fired.")

    def take(self, step: Step) -> Refusal | None:
        """Do what a step says in one transaction, all of it or nothing."""
        if not step.action:
            return None
        session = self.sessions()
        try:
            with session.begin():
                by = _person(session, step.by)
                getattr(self, f"_{step.action}")(session, step, by)
        except signing.SigningRefused as error:
            rules = tuple(each.rule for each in error.refusals)
            return self._expected(step, Refusal("signing", rules, str(error)))
        except AnswersRefused as error:
            return self._expected(step, Refusal("answers", (), str(error)))
        except (cases.NotYourTask, cases.CannotBegin) as error:
            return self._expected(step, Refusal("person", (), str(error)))
        except _BROKEN as error:
            raise CannotTake(f"The procedure cannot go on: {error}") from error
        return None

    def judge(self, step: Step, refusal: Refusal | None) -> Iterator[Outcome]:
        with self.sessions() as session:
            seen: dict[int, Seen] = {}
            for expectation in step.then:
                yield self._judge(session, step, expectation, refusal, seen)
            session.rollback()

    def _judge(
        self,
        session: Session,
        step: Step,
        said: Expectation,
        refusal: Refusal | None,
        seen: dict[int, Seen],
    ) -> Outcome:
        children = [said.child] if said.child else list(step.children)
        holds, found = bool(self.case_ids), "no case has started"
        for case in self._cases(session, children):
            if case.id not in seen:
                seen[case.id] = observe.see(session, case, self._group(session), step.at, refusal)
            holds, found = said.means.holds(seen[case.id], said.words)
            if not holds:
                found = f"{case.child_name}: {found}"
                break
        return Outcome(str(step), said.line, said.sentence, holds, found)

    def _expected(self, step: Step, refusal: Refusal) -> Refusal:
        if not any(each.means.about_refusal for each in step.then):
            raise CannotTake(f"{refusal.of} refused: {refusal.says}")
        return refusal

    def _start(self, session: Session, step: Step, by: Person) -> None:
        version = session.get_one(ProcedureVersion, self.version_id)
        first = self.procedure.settings["start"][step.what]
        children = step.children or self.scenario.children
        started = cases.start(
            session,
            version,
            [cases.Child(name) for name in children],
            read_answers(self.procedure.forms[first], step.answers, {}, {}, step.at),
            by=by,
            now=step.at,
            origin=step.what,
        )
        self.case_ids |= {case.child_name: case.id for case in started}

    def _complete(self, session: Session, step: Step, by: Person) -> None:
        cases_ = self._cases(session, step.children)
        tasks = [task for case in cases_ for task in self._tasks(session, case, step)]
        if not tasks or (step.children and len(tasks) < len(cases_)):
            raise CannotTake(f"The task {step.what} is not open; {self._open(session, step)}.")
        form, answers = self._form(step), {}
        for task in tasks:
            known, filled = observe.known_of(session, task)
            read = read_answers(form, step.answers, known, filled, step.at)
            answers[task.key] = rows_for(form, read, task.case.child_name)
        together.complete_tasks(session, answers, by=by, now=step.at)

    def _revise(self, session: Session, step: Step, by: Person) -> None:
        for case in self._cases(session, step.children):
            form, why = self._form(step), step.because or "Put right"
            said, at = step.answers.items(), step.at
            changes = {key: read_one(form, key, text, at) for key, text in said}
            cases.revise(session, self._record(session, case, step), changes, why, by=by, now=at)

    def _begin(self, session: Session, step: Step, by: Person) -> None:
        for case in self._cases(session, step.children):
            cases.begin(session, case, step.what, step.because or None, by=by, now=step.at)

    def _correct(self, session: Session, step: Step, by: Person) -> None:
        form = next(each for each in self.procedure.forms.values() if step.what in each.keys)
        value = read_one(form, step.what, step.to, step.at)
        scope = observe.scope(step.place)
        for case in self._cases(session, step.children):
            cases.correct(
                session, case, step.what, value, step.because, by=by, now=step.at, scope=scope
            )

    def _form(self, step: Step) -> Form:
        """Return what a task asks, offering the children where it does."""
        return offering(self.procedure.forms[step.what], self.scenario.children)

    def _tasks(self, session: Session, case: Case, step: Step) -> list[Task]:
        """Return the one open task meant in a case; none when it has none, as others may have."""
        found = [
            task
            for task in observe.tasks_of(session, case)
            if task.element == step.what
            and step.place in ("", observe.place(session, task))
            and step.about in ("", observe.about(session, task))
        ]
        if len(found) > 1:
            raise CannotTake(
                f"The task {step.what} is open {len(found)} times for {case.child_name}; say which:"
                f" {self._open(session, step)}."
            )
        return found

    def _record(self, session: Session, case: Case, step: Step) -> Record:
        found = [
            record
            for record in observe.records_of(session, case)
            if record.element == step.what and step.place in ("", observe.place(session, record))
        ]
        if not found:
            raise CannotTake(f"{case.child_name} has no record of {step.what} to revise.")
        return found[-1]

    def _cases(self, session: Session, children: Sequence[str]) -> list[Case]:
        group = self._group(session)
        names_ = children or list(self.case_ids)
        linked = [case for case in group if case.linked_to_id and LINKED in names_]
        ids = [self.case_ids[name] for name in names_ if name in self.case_ids]
        return [case for case in group if case.id in ids] + linked

    def _group(self, session: Session) -> list[Case]:
        """Return every case of this replay, those opened for other young people last."""
        return list(session.scalars(select(Case).order_by(Case.linked_to_id.is_not(None), Case.id)))

    def _incident(self) -> str:
        with self.sessions() as session:
            return session.scalars(select(Incident.says).order_by(Incident.id.desc())).first() or ""

    def _open(self, session: Session, step: Step) -> str:
        tasks = [
            f"{task.element} ({observe.place(session, task) or 'case'})"
            for case in self._cases(session, step.children)
            for task in observe.tasks_of(session, case)
        ]
        return "open: " + (", ".join(tasks) or "nothing")


def _closed(procedure: Procedure, days: Iterable[date]) -> Procedure:
    """Return the procedure with these local closed days instead of its own."""
    written = f"closed_days = [{', '.join(day.isoformat() for day in days)}]\n"
    settings = _CLOSED_DAYS.sub("", procedure.files["procedure.toml"].decode())
    files = {**procedure.files, "procedure.toml": (written + settings).encode()}
    return Procedure(procedure.name, files)


def _person(session: Session, actor: Actor | None) -> Person:
    if actor is None:
        raise CannotTake("Nobody is named who does this.")
    email = actor.name.lower().replace(" ", ".") + "@example.org"
    person = session.scalars(select(Person).where(Person.email == email)).first()
    if person is None:
        person = Person(name=actor.name, email=email, password_hash="", is_active=True)
        session.add(person)
    person.roles = list(actor.roles)  # somebody may act in one role today and in another tomorrow
    session.flush()
    return person


def _next_due(moment: datetime) -> Any:
    return (
        select(TimerRow.due_at)
        .where(TimerRow.fired_at.is_(None), TimerRow.due_at <= moment)
        .order_by(TimerRow.due_at, TimerRow.id)
        .limit(1)
    )
