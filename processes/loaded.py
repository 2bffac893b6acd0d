"""One case, loaded for one change in one transaction: the database is the truth, the engine a
visitor.

`load` locks the case and reads its facts, instances, tasks and timers; the verbs of
`processes.cases` change them; `save` writes what changed. Nothing here commits, and a loaded case
that raised is thrown away with its transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from processes import library, rows, stages, taking, timetable
from processes.deadlines import Deadline
from processes.engine import Passed, Running, Thrown
from processes.facts import Context, Facts, Scope
from processes.library import Procedure
from processes.models import Case, Fact, HistoryEntry, Instance, Person, Task, Timer
from processes.world import CaseWorld

PATHWAY = "pathway"


class LoadedCase:
    """A case with everything a change of it needs."""

    def __init__(
        self,
        session: Session,
        case: Case,
        procedure: Procedure,
        now: datetime,
        by: Person | None,
    ) -> None:
        self.session, self.case, self._now, self.by = session, case, now, by
        self.connection = session.connection()
        self.closed_at = case.closed_at
        self.procedure = procedure
        self.instances: dict[str, Instance] = {}
        self.tasks: dict[str, Task] = {}
        self.timers: Sequence[Timer] = []
        self.facts = Facts()
        self.linked_requests: list[Context] = []
        self.record_number: int | None = None  # for the first record, where it is known before
        self.known: dict[Any, list[Any]] = {}  # records that were asked for; see processes.records
        self._running: dict[str, Running] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()
        self._new_instances: set[str] = set()
        self._new_facts: list[dict[str, Any]] = []
        self._history: list[dict[str, Any]] = []
        self._deadlines: list[Deadline] | None = None
        self._reported: set[tuple[Any, ...]] = set()
        self._passed: dict[Passed, Deadline] = {}
        self.fired: list[dict[str, Any]] = []

    @classmethod
    def load(
        cls,
        session: Session,
        which: int | str,
        *,
        now: datetime,
        by: Person | None = None,
        skip_locked: bool = False,
    ) -> LoadedCase:
        """Lock and read a case, by its number or by the key of an open task of it: two statements,
        however old or large it is.
        """
        taken = taking.take(session, which, now=now, skip_locked=skip_locked)
        procedure = library.procedure_with(session, taken.case.version_id, taken.hash)
        loaded = cls(session, taken.case, procedure, now, by)
        loaded.instances, loaded.tasks = taken.instances, taken.tasks
        loaded.timers, loaded.facts = taken.timers, taken.facts
        loaded.record_number = taken.record_number
        loaded._kept = {key: rows.columns(task) for key, task in taken.tasks.items()}
        loaded._reported = timetable.reported(taken.timers)
        return loaded

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
        self.facts.set(scope, name, value, record_id)
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

    @property
    def has_news(self) -> bool:
        """Say whether a fact is new or was corrected in this change."""
        return bool(self._new_facts)

    def deadlines(self) -> list[Deadline]:
        """Return every deadline that applies to the case now, each scored by itself."""
        if self._deadlines is None:
            self._deadlines = self.procedure.deadlines(self.facts, self.now)
        return self._deadlines

    def find_deadline(self, rule: str, scope: Scope) -> Deadline | None:
        """Return the deadline that a timer drawn in this scope fires for, the earliest first."""
        to_tell = [
            each
            for each in self._meant(rule, scope)
            if each.state != "met" and timetable.identity(each) not in self._reported
        ]
        return min(to_tell, key=lambda each: each.passes_at, default=None)

    def find_undone(self, rule: str, scope: Scope) -> Deadline | None:
        """Return the deadline of a duty that is not done yet, whether or not it has passed."""
        undone = [each for each in self._meant(rule, scope) if each.until_at is None]
        return min(undone, key=lambda each: each.passes_at, default=None)

    def _meant(self, rule: str, scope: Scope) -> Iterator[Deadline]:
        """Yield what a rule means here: a discussion's or an enquiry's own, elsewhere any."""
        for each in self.deadlines():
            if each.rule == rule and (each.scope != scope[0] or each.number == scope[1]):
                yield each

    def is_anything_due(self) -> bool:
        """Say whether a timer may have to fire: its row is due, or a deadline passed untold."""
        untold = (
            each.state != "met" and timetable.identity(each) not in self._reported
            for each in self.deadlines()
            if each.passes_at <= self.now
        )
        return any(untold) or any(
            each.fired_at is None and each.due_at is not None and each.due_at <= self.now
            for each in self.timers
        )

    def report(self, instance: Instance, timer: Passed) -> None:
        """Keep that a timer fired: the row of a deadline that passed is what makes it fire once."""
        scope = stages.scope_of(self, instance, timer.process, timer.stage)
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

    def loaded(self) -> Mapping[str, Running]:
        """Return the instances that are in memory, by their keys."""
        return self._running

    def running(self, instance_id: str) -> Running:
        """Return a process instance in memory, loaded once."""
        if instance_id not in self._running:
            instance = self.instances[instance_id]
            world = CaseWorld(self, instance)
            self._running[instance_id] = Running.load(self.procedure.specs, instance.state, world)
        return self._running[instance_id]

    def begin(self, process: str, about: Mapping[str, Any], key: str | None = None) -> Instance:
        """Start a process of the procedure for this case, and run it to its first wait."""
        instance = Instance(
            id=key or uuid4().hex,
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
        stages.begin(self, instance)
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

    def _about(self, instance_id: str, thrown: Thrown) -> dict[str, Any]:
        instance = self.instances[instance_id]
        about = {
            "from": thrown.element,
            **stages.about(self, instance, thrown.process, thrown.stage),
        }
        deadline = self._passed.get(thrown.timer) if thrown.timer else None
        return {**about, **timetable.describe(deadline)} if deadline else about

    # saving

    def save(self, timers: list[timetable.Row] | None = None) -> None:
        """Write what changed: engine states, open tasks, facts, timers and history.

        `timers` are those that wait now, for a caller who has asked for them already.
        """
        if timers is None:
            timers = timetable.waiting(self)
        for instance_id, running in self._running.items():
            self.instances[instance_id].state = running.dump()
        if not self.closed_at and all(each.finished_at for each in self.instances.values()):
            self.closed_at = self.now
            self.note("case closed")
        self.save_instances()
        timetable.keep(self, timers)
        tasks = {key: rows.columns(task) for key, task in self.tasks.items()}
        rows.replace_tasks(self.connection, self._kept, tasks)
        rows.add(self.connection, Fact, self._new_facts)
        rows.add(self.connection, HistoryEntry, self._history)
        if self.closed_at != self.case.closed_at:
            rows.close(self.session, self.case, self.closed_at)

    def save_instances(self) -> None:
        """Write the instances that are new or have moved."""
        new = [rows.columns(self.instances[each]) for each in self._new_instances]
        rows.add(self.connection, Instance, new)
        moved = (self._running.keys() | self._changed) - self._new_instances
        rows.save_instances(self.connection, [self.instances[each] for each in moved])
        self._new_instances.clear()

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
            roles = self.procedure.roles_of(open_now[key].lane)
            self.tasks[key] = rows.open_task(instance, open_now[key], roles, self.now)
