"""One case, loaded for one change in one transaction: the database is the truth, the engine a
visitor.

`load` locks the case and reads its facts, instances, tasks and timers; the verbs of
`processes.cases` change them; `save` writes what changed. Nothing here commits, and a loaded case
that raised is thrown away with its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, joinedload

from processes import deadlines, library, timetable
from processes.deadlines import Deadline
from processes.engine import OpenTask, Passed, Running, Stage, Thrown
from processes.facts import CASE, Context, Facts, Scope
from processes.library import Procedure
from processes.models import Base, Case, Fact, HistoryEntry, Instance, Person, Task, Timer

PATHWAY = "pathway"
_CASE = (
    select(Case)
    .options(joinedload(Case.version, innerjoin=True))
    .execution_options(populate_existing=True)
)
_ACTIVE = (
    select(Instance, Task)
    .outerjoin(Task, Task.instance_id == Instance.id)
    .where(Instance.case_id == bindparam("case_id"), Instance.finished_at.is_(None))
    .order_by(Instance.started_at, Instance.id, Task.key)
    .execution_options(populate_existing=True)
)
_timer = Timer.__table__
_TIMERS = select(_timer).where(_timer.c.case_id == bindparam("case_id")).order_by(_timer.c.id)
_fact = Fact.__table__
_FACTS = (
    select(_fact.c.scope, _fact.c.number, _fact.c.name, _fact.c.value)
    .where(_fact.c.case_id == bindparam("case_id"))
    .order_by(_fact.c.id)
)
_instance = Instance.__table__
_SAVE_INSTANCE = (
    update(_instance)
    .where(_instance.c.id == bindparam("key"))
    .values(
        state=bindparam("new_state"), stages=bindparam("new_stages"), finished_at=bindparam("ended")
    )
)


class CaseNotFound(LookupError):
    """There is no such case, or it was removed."""


class CaseBusy(RuntimeError):
    """Another worker is changing this case at this moment; it will be done by that one or later."""


class LoadedCase:
    """A case with everything a change of it needs."""

    def __init__(self, session: Session, case: Case, now: datetime, by: Person | None) -> None:
        self.session, self.case, self._now, self.by = session, case, now, by
        self.procedure = library.procedure_of(case.version)
        self.instances: dict[str, Instance] = {}
        self.tasks: dict[str, Task] = {}
        self.timers: Sequence[Any] = []  # rows of the timer table
        self.facts = Facts()
        self.linked_requests: list[Context] = []
        self._running: dict[str, Running] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()
        self._new_instances: set[str] = set()
        self._new_facts: list[dict[str, Any]] = []
        self._history: list[dict[str, Any]] = []
        self._deadlines: list[Deadline] | None = None
        self._reported: set[tuple[Any, ...]] = set()
        self._passed: dict[Passed, Deadline] = {}
        self.waiting: list[dict[str, Any]] = []
        self.fired: list[dict[str, Any]] = []

    @classmethod
    def load(
        cls,
        session: Session,
        which: ColumnElement[bool],
        *,
        now: datetime,
        by: Person | None = None,
        skip_locked: bool = False,
    ) -> LoadedCase:
        """Lock and read the one case that is meant: four statements, however old or large it is."""
        lock = _CASE.where(which).with_for_update(skip_locked=skip_locked, of=Case)
        case = session.scalars(lock).first()
        if case is None:
            raise CaseBusy if skip_locked else CaseNotFound("There is no such case.")
        loaded = cls(session, case, now, by)
        loaded._read()
        return loaded

    def _read(self) -> None:
        """Read what belongs to the case, once its row is locked."""
        mine = {"case_id": self.case.id}
        for instance, task in self.session.execute(_ACTIVE, mine):
            self.instances[instance.id] = instance
            if task is not None:
                self.tasks[task.key] = task
        for row in (*self.instances.values(), *self.tasks.values()):
            self.session.expunge(row)  # `save` writes them in bulk
        self.timers = self.session.execute(_TIMERS, mine).all()
        self._kept = {key: _columns(task) for key, task in self.tasks.items()}
        self.facts = read_facts(self.session, self.case.id)
        self._reported = timetable.reported(self.timers)

    @property
    def now(self) -> datetime:
        """The one instant of the change."""
        return self._now

    @now.setter
    def now(self, now: datetime) -> None:
        self._now, self._deadlines = now, None

    # facts and deadlines

    def add_fact(
        self,
        scope: Scope,
        name: str,
        value: Any,
        *,
        record_id: int | None = None,
        why: str | None = None,
    ) -> None:
        """Note a fact if it is news; a different value of a known fact is its correction."""
        if self.facts.get(scope, name) == value:
            return
        self.facts.set(scope, name, value)
        self._deadlines = None
        self._new_facts.append(
            {
                "case_id": self.case.id,
                "scope": scope[0],
                "number": scope[1],
                "name": name,
                "value": value,
                "recorded_at": self.now,
                "recorded_by_id": self.by.id if self.by else None,
                "record_id": record_id,
                "why": why,
            }
        )

    def deadlines(self) -> list[Deadline]:
        """Return every deadline that applies to the case now, each scored by itself."""
        if self._deadlines is None:
            self._deadlines = evaluate(self.procedure, self.facts, self.now)
        return self._deadlines

    def find_deadline(self, rule: str, scope: Scope) -> Deadline | None:
        """Return the deadline of a rule that a timer drawn in this scope means, earliest first.

        Inside a discussion or an enquiry that one's own is meant; elsewhere whichever is open.
        """
        own = [
            each
            for each in self.deadlines()
            if each.rule == rule
            and each.state != "met"
            and timetable.identity(each) not in self._reported
            and (each.scope != scope[0] or each.number == scope[1])
        ]
        return min(own, key=lambda each: each.passes_at, default=None)

    def report(self, instance: Instance, timer: Passed) -> None:
        """Keep that a timer fired: the row of a deadline that passed is what makes it fire once."""
        scope = self.scope_of(instance, timer.process, timer.stage)
        deadline = self.find_deadline(timer.rule, scope) if timer.rule else None
        late_by = self.now - timer.due_at
        if deadline is None:
            self.note("timer fired", element=timer.element, name=timer.name, late_by=late_by)
            return
        self.note("deadline passed", **timetable.describe(deadline), late_by=late_by)
        self._reported.add(timetable.identity(deadline))
        self._passed[timer] = deadline
        self.fired.append(timetable.fired(self, instance.id, timer.element, deadline))

    def note(self, what: str, **detail: Any) -> None:
        """Add an entry to the case's history."""
        self._history.append(
            {
                "case_id": self.case.id,
                "at": self.now,
                "by_id": self.by.id if self.by else None,
                "what": what,
                "detail": detail,
            }
        )

    # the engine

    def running(self, instance_id: str) -> Running:
        """Return a process instance in memory, loaded once."""
        if instance_id not in self._running:
            instance = self.instances[instance_id]
            world = CaseWorld(self, instance)
            self._running[instance_id] = Running.load(self.procedure.specs, instance.state, world)
        return self._running[instance_id]

    def begin(self, process: str, about: Mapping[str, Any]) -> Instance:
        """Start a process of the procedure for this case, and run it to its first wait."""
        instance = Instance(
            id=uuid4().hex,
            case_id=self.case.id,
            process=process,
            about=dict(about),
            stages={},
            state=b"",
            started_at=self.now,
        )
        self.instances[instance.id] = instance
        self._new_instances.add(instance.id)
        world = CaseWorld(self, instance)
        kind = self.procedure.scope_of(process)
        if kind != CASE[0]:
            latest = max(self.facts.next_number(kind) - 1, 1)
            number = about["number"] if about.get("scope") == kind else latest
            instance.stages = {"": [kind, number, process]}
        self._running[instance.id] = Running.start(self.procedure.specs, process, world)
        self.note("process began", process=process, about=dict(about))
        self.advance(instance.id)
        return instance

    def advance(self, instance_id: str) -> None:
        """Run an instance to its next wait, and start what it threw an escalation for."""
        running = self.running(instance_id)
        running.advance()
        instance = self.instances[instance_id]
        self._keep_tasks(instance, running)
        if running.is_finished:
            instance.finished_at = self.now
            self.note("process ended", process=instance.process)
        thrown, running.thrown = running.thrown, []
        for each in thrown:
            self.begin(each.code, self._about(instance_id, each))

    def scope_of(self, instance: Instance, process: str, stage: str | None) -> Scope:
        """Return the scope that a stage of an instance belongs to, numbering it when it is new.

        A stage opens its scope's next number, unless this instance already has an open number that
        this process has not been part of: a conference belongs to the enquiry it came from.
        """
        entry = instance.stages.get(stage or "")
        if entry:
            return entry[0], entry[1]
        kind = self.procedure.scope_of(process)
        if kind == CASE[0] or stage is None:
            return CASE
        mine = [each for each in instance.stages.values() if each[0] == kind]
        number = max((each[1] for each in mine), default=0)
        if not number or process in {each[2] for each in mine if each[1] == number}:
            number = self.facts.next_number(kind)
        instance.stages = {**instance.stages, stage: [kind, number, process]}
        self._open_scope((kind, number), instance)
        return kind, number

    def _open_scope(self, scope: Scope, instance: Instance) -> None:
        if self.facts.get(scope, "opened_at") is None:
            self.add_fact(scope, "opened_at", self.now)
            if scope[0] == "enquiry":
                number = self._discussion_behind(instance)
                self.add_fact(scope, "initiating_discussion_number", number)

    def _discussion_behind(self, instance: Instance) -> int:
        """Return the discussion that an enquiry of this instance comes from."""
        mine = [each[1] for each in instance.stages.values() if each[0] == "discussion"]
        if instance.about.get("scope") == "discussion":
            mine.append(instance.about["number"])
        return max(mine, default=self.facts.next_number("discussion") - 1)

    def _about(self, instance_id: str, thrown: Thrown) -> dict[str, Any]:
        scope = self.scope_of(self.instances[instance_id], thrown.process, thrown.stage)
        about: dict[str, Any] = {"from": thrown.element, "scope": scope[0], "number": scope[1]}
        deadline = self._passed.get(thrown.timer) if thrown.timer else None
        return {**about, **timetable.describe(deadline)} if deadline else about

    # saving

    def save(self) -> None:
        """Write what changed: engine states, open tasks, facts, timers and history."""
        for instance_id, running in self._running.items():
            self.instances[instance_id].state = running.dump()
        if all(each.finished_at for each in self.instances.values()):
            self.case.closed_at = self.case.closed_at or self.now
        self.case.changed_at = self.now
        self.save_instances()
        timetable.keep(self)
        self._save_tasks()
        self.insert(Fact, self._new_facts)
        self.insert(HistoryEntry, self._history)
        self.session.flush()

    def save_instances(self) -> None:
        """Write the instances that are new or have moved."""
        new = [self.instances[each] for each in self._new_instances]
        self.insert(Instance, [_columns(each) for each in new])
        touched = self._running.keys() | self._changed
        rows = [
            {
                "key": each.id,
                "new_state": each.state,
                "new_stages": each.stages,
                "ended": each.finished_at,
            }
            for each in (self.instances[key] for key in touched - self._new_instances)
        ]
        self._new_instances.clear()
        if rows:
            self.session.execute(_SAVE_INSTANCE, rows)

    def _save_tasks(self) -> None:
        """Write the open tasks; one whose due time moved is written anew."""
        now = {key: _columns(task) for key, task in self.tasks.items()}
        gone = [key for key, row in self._kept.items() if now.get(key) != row]
        if gone:
            self.session.execute(delete(Task).where(Task.key.in_(gone)))
        self.insert(Task, [row for key, row in now.items() if self._kept.get(key) != row])

    def insert(self, table: type[Base], rows: list[dict[str, Any]]) -> None:
        """Write rows in one statement."""
        if rows:
            self.session.execute(insert(table.__table__), rows)

    def loaded_instances(self) -> Iterator[tuple[str, Running]]:
        return iter(list(self._running.items()))

    def is_loaded(self, instance_id: str) -> bool:
        return instance_id in self._running

    def withdraw(self, instance_id: str, why: str) -> None:
        """End an instance that has lost its reason; what was recorded in it stays."""
        instance = self.instances[instance_id]
        self._running.pop(instance_id, None)
        self._changed.add(instance_id)
        instance.finished_at = self.now
        for task in [each for each in self.tasks.values() if each.instance_id == instance_id]:
            del self.tasks[task.key]
        self.note("process withdrawn", process=instance.process, why=why)

    def _keep_tasks(self, instance: Instance, running: Running) -> None:
        open_now = {each.key: each for each in running.open_tasks()}
        held = [each.key for each in self.tasks.values() if each.instance_id == instance.id]
        for key in held:
            if key not in open_now:
                del self.tasks[key]
        for key in open_now.keys() - self.tasks.keys():
            self.tasks[key] = self._task(instance, open_now[key])

    def _task(self, instance: Instance, opened: OpenTask) -> Task:
        return Task(
            key=opened.key,
            case_id=self.case.id,
            instance_id=instance.id,
            process=opened.process,
            stage=opened.stage,
            element=opened.element,
            name=opened.name,
            lane=opened.lane or "",
            roles=self.procedure.roles_of(opened.lane),
            opened_at=self.now,
        )


class CaseWorld:
    """What the engine may ask while it runs one instance of a loaded case."""

    def __init__(self, loaded: LoadedCase, instance: Instance) -> None:
        self._loaded, self._instance = loaded, instance

    @property
    def now(self) -> datetime:
        return self._loaded.now

    def context(self, process: str, stage: str | None) -> Context:
        scope = self._scope(process, stage)
        return {**self._loaded.facts.context(scope), "about": self._instance.about}

    def functions(self, process: str, stage: str | None) -> Mapping[str, Callable[..., Any]]:
        def deadline(rule: str) -> datetime | None:
            found = self._loaded.find_deadline(rule, self._scope(process, stage))
            return found.passes_at if found else None

        return {"deadline": deadline}

    def decide(self, decision: str, process: str, stage: str | None) -> None:
        """Ask a decision table; what it answers becomes facts of the scope that asked."""
        table = self._loaded.procedure.tables[decision]
        answer = table.decide(self.context(process, stage), self.functions(process, stage))
        if len(table.outputs) == 1:  # a table of one output answers with its value alone
            answer = {table.outputs[0].name: answer}
        for name, value in (answer or {}).items():
            self._loaded.add_fact(self._scope(process, stage), name, value, why=decision)

    def serve(self, operation: str, process: str, stage: str | None) -> None:
        self._loaded.linked_requests.append(self.context(process, stage))
        self._loaded.add_fact(CASE, "linked_case_opened_at", self.now)

    def passed(self, timer: Passed) -> None:
        self._loaded.report(self._instance, timer)

    def began(self, stage: Stage) -> None:
        self._loaded.scope_of(self._instance, stage.process, stage.key)

    def ended(self, stage: Stage) -> None:
        self._loaded.note("stage ended", process=stage.process)

    def _scope(self, process: str, stage: str | None) -> Scope:
        return self._loaded.scope_of(self._instance, process, stage)


def read_facts(session: Session, case_id: int) -> Facts:
    """Return what is known of a case now."""
    return Facts(session.execute(_FACTS, {"case_id": case_id}))


def evaluate(procedure: Procedure, facts: Facts, now: datetime) -> list[Deadline]:
    """Return every deadline that follows from the facts: the case's, each discussion's, each
    enquiry's.
    """
    contexts = [facts.context(scope) for scope in facts.scopes()]
    return deadlines.evaluate(procedure.tables["deadlines"], contexts, procedure.calendar, now)


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
