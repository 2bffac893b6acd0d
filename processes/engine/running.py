"""A process instance in memory, for the length of one transaction.

    running = Running.load(specs, state, world)     # or Running.start(specs, "pathway", world)
    running.complete(key)                           # what a person did
    running.advance()                               # everything that follows, timers included
    state = running.dump()                          # and running.thrown, open_tasks(), timers()

After any exception the object is half-way and must be thrown away with its transaction: the kept
state is still good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.exceptions import TaskNotFoundException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine import state
from processes.engine.elements import LIVE, CallActivity
from processes.engine.expressions import compiled
from processes.engine.parser import Specs
from processes.engine.timers import BoundaryTimer, CatchTimer
from processes.engine.tokens import (
    activity_of,
    as_stage,
    element_of,
    forget,
    key_of,
    name_of,
    stage_of,
    timer_behind,
)
from processes.engine.workflow import Workflow
from processes.engine.world import OpenTask, Passed, Stage, Thrown, WaitingTimer, World

STEPS = 500  # automatic steps of one advance
_PREDICTED = TaskState.FUTURE | TaskState.LIKELY | TaskState.MAYBE
STAGES = 20  # called processes within one another


class TaskNotOpen(Exception):
    """The user task was completed or withdrawn before this request reached it."""

    def __init__(self) -> None:
        super().__init__("This task has already been completed or withdrawn.")


class ProcedureRunsAway(Exception):
    """The procedure goes on by itself and comes to no wait: a loop without a task, or too deep."""


class ProcedureStandsStill(Exception):
    """Nobody and no timer can move the instance, and it has not ended: a join waits for ever."""


class ScriptsAreNotRun(Exception):
    """Something asked the engine to run a script. It never does."""


class Running:
    """One process instance and the world it runs in.

    `thrown` and `passed` are the escalations thrown and the timers fired since it was loaded.
    """

    def __init__(self, workflow: Workflow, world: World) -> None:
        self.world = world
        self.thrown: list[Thrown] = []
        self.passed: list[Passed] = []
        self._workflow = workflow
        self._fired: dict[str, Passed] = {}
        workflow.script_engine = self  # whom SpiffWorkflow asks to evaluate a condition
        workflow.task_removed_event.connect(forget)

    @classmethod
    def start(cls, specs: Specs, process: str, world: World) -> Running:
        """Begin an instance. Its first token stands at the start: call `advance`."""
        if process not in specs:
            raise state.NoPlaceForToken(process)
        workflow = Workflow(specs[process], specs)
        workflow.begin()
        return cls(workflow, world)

    @classmethod
    def load(cls, specs: Specs, kept: bytes, world: World) -> Running:
        return cls(state.load(specs, kept), world)

    def dump(self) -> bytes:
        """Return what to keep; take it only after `advance`."""
        return state.dump(self._workflow)

    @property
    def is_finished(self) -> bool:
        return bool(self._workflow.completed)

    # What waits

    def open_tasks(self) -> list[OpenTask]:
        return [
            OpenTask(
                key=key_of(task),
                element=task.task_spec.name,
                name=name_of(task),
                lane=task.task_spec.lane,
                documentation=(task.task_spec.documentation or "").strip(),
                process=task.workflow.spec.name,
                stage=stage_of(task),
            )
            for task in self._tokens(TaskState.READY)
            if isinstance(task.task_spec, UserTask)
        ]

    def timers(self) -> list[WaitingTimer]:
        return [
            WaitingTimer(
                key=key_of(task),
                element=task.task_spec.name,
                name=name_of(task),
                process=task.workflow.spec.name,
                stage=stage_of(task),
                activity=key_of(activity_of(task)) if isinstance(timer, BoundaryTimer) else None,
                rule=timer.rule,
                due_at=timer.due_at(task),
            )
            for task, timer in self._timers()
        ]

    def stages(self) -> list[Stage]:
        """Return the runs of called processes that have not ended, each after its caller."""
        return [
            as_stage(task)
            for task in self._tokens(TaskState.STARTED)
            if isinstance(task.task_spec, CallActivity)
        ]

    # What happens

    def complete(self, key: str) -> None:
        """Complete an open user task. Only `advance` moves on from there.

        A timer on its border that is due but has not fired never will: to have what passed
        before be told, call `advance` first.
        """
        try:
            task = self._workflow.get_task_from_id(key)
        except TaskNotFoundException as error:
            raise TaskNotOpen from error
        if task.state != TaskState.READY or not isinstance(task.task_spec, UserTask):
            raise TaskNotOpen
        task.move()

    def advance(self) -> None:
        """Go on to where only people and time can move it, firing the timers due at `world.now`.

        The earliest fires first; what it moves has moved before the next is asked.
        """
        left = STEPS
        while True:
            left = self._step(left)
            due = self._next_due()
            if due is None:
                break
            left = self._count_step(left, due[1])
            self._fire(*due)
        self._workflow.get_events()  # a terminate event's echo
        self._check_that_something_can_move()

    def _step(self, left: int) -> int:
        while automatic := [t for t in self._tokens(TaskState.READY) if not t.task_spec.manual]:
            for task in automatic:
                if task.state == TaskState.READY:
                    left = self._count_step(left, task)
                    task.move()
        return left

    def _check_that_something_can_move(self) -> None:
        if self.is_finished or any(t.task_spec.manual for t in self._tokens(TaskState.READY)):
            return
        if not any(isinstance(timer, CatchTimer) for _, timer in self._timers()):
            waits = ", ".join(f"“{element_of(t)}”" for t in self._tokens(TaskState.WAITING))
            raise ProcedureStandsStill(
                f"The process {self._workflow.spec.name} can never go on: it waits at {waits} for"
                " a token that will not come. Look at the gateways that join."
            )

    def _count_step(self, left: int, task: Task) -> int:
        if left == 0:
            raise ProcedureRunsAway(
                f"The process {task.workflow.spec.name} takes more than {STEPS} steps by itself,"
                f" and was stopped at “{task.task_spec.name}”. Look for a loop without a user task."
            )
        return left - 1

    def _next_due(self) -> tuple[datetime, Task] | None:
        due = [
            (at, task)
            for task, timer in self._timers()
            if (at := timer.due_at(task)) is not None and at <= self.world.now
        ]
        return min(due, key=lambda d: (d[0], d[1].task_spec.name, d[1].id), default=None)

    def _fire(self, due: datetime, task: Task) -> None:
        timer = task.task_spec.event_definition
        passed = Passed(
            element=task.task_spec.name,
            name=name_of(task),
            process=task.workflow.spec.name,
            stage=stage_of(task),
            rule=timer.rule,
            due_at=due,
        )
        self.passed.append(passed)
        self._fired[task.id] = passed
        self.world.passed(passed)
        timer.fire(task, due)

    # What the elements of a diagram ask and tell

    def value(self, task: Task, expression: str) -> Any:
        """Evaluate FEEL where a token is."""
        where = task.workflow.spec.name, stage_of(task)
        return compiled(expression).evaluate(
            self.world.context(*where), self.world.functions(*where)
        )

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> bool:
        """Answer SpiffWorkflow's question whether a condition is true: null and text are not."""
        return self.value(task, expression) is True

    def execute(self, task: Task, script: str, external_context: object = None) -> NoReturn:
        raise ScriptsAreNotRun(f"“{task.task_spec.name}” has a script. Scripts are never run.")

    def began(self, task: Task) -> None:
        if task.workflow.depth == STAGES:
            raise ProcedureRunsAway(
                f"Processes call one another more than {STAGES} deep, and were stopped at"
                f" “{element_of(task)}” of {task.workflow.spec.name}. Look for one that calls"
                " itself."
            )
        self.world.began(as_stage(task))

    def ended(self, task: Task) -> None:
        self.world.ended(as_stage(task))

    def decide(self, task: Task, decision: str) -> None:
        self.world.decide(decision, task.workflow.spec.name, stage_of(task))

    def serve(self, task: Task, operation: str) -> None:
        self.world.serve(operation, task.workflow.spec.name, stage_of(task))

    def threw(self, task: Task, code: str) -> None:
        timer = timer_behind(task)
        self.thrown.append(
            Thrown(
                code=code,
                element=task.task_spec.name,
                name=name_of(task),
                process=task.workflow.spec.name,
                stage=stage_of(task),
                timer=self._fired.get(timer.id) if timer else None,
            )
        )

    # Tokens

    def _tokens(self, wanted: int = LIVE) -> Iterator[Task]:
        """Yield the live tokens in the order of the tree, those of a stage after their caller."""
        todo = [self._workflow.task_tree]
        found = []
        while todo:
            task = todo.pop()
            if task.has_state(wanted):
                found.append(task)
            if task.has_state(_PREDICTED):
                continue  # nothing that lives comes after what is only foreseen
            todo.extend(reversed(task.children))
            stage = self._workflow.subprocesses.get(task.id)
            if stage is not None and not stage.completed:
                todo.append(stage.task_tree)
        yield from found

    def _timers(self) -> Iterator[tuple[Task, BoundaryTimer | CatchTimer]]:
        for task in self._tokens(TaskState.WAITING):
            timer = getattr(task.task_spec, "event_definition", None)
            if isinstance(timer, BoundaryTimer | CatchTimer):
                yield task, timer
