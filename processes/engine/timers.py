"""Timer events: when they are due, and what is remembered of one that waits.

`timeDate` is asked anew whenever the instance advances, so a corrected fact moves a running timer;
only the instant it last fired for is kept, so it fires once for each. `timeDuration` is counted
once, from the moment the timer is reached. A timer is due at its very instant. Only
`Running.advance` fires timers: SpiffWorkflow looks at the clock at moments of its own, and then
these say "not yet".
"""

# mypy: disallow-subclassing-any=False
from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    TimerEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

import feel
from processes.engine.expressions import deadline_rule
from processes.engine.tokens import stage_of

if TYPE_CHECKING:
    from SpiffWorkflow.task import Task

    from processes.engine.running import Running

DUE, FIRED = "due", "fired"


class TimerHasNoInstant(Exception):
    """A timer's expression gave something that is not an instant with an offset, or a duration."""

    def __init__(self, task: Task, expression: str, value: object) -> None:
        super().__init__(
            f"The timer “{task.task_spec.name}” of {task.workflow.spec.name} needs"
            f" a date and time with its offset, but {expression} gives {value!r}."
        )


class _Timer(TimerEventDefinition):
    """What both kinds of timer share; `expression` is FEEL, `counted` says it is a duration."""

    def __init__(self, name: str, expression: str, counted: bool, **kwargs: Any) -> None:
        super().__init__(name, expression, **kwargs)
        self.counted = counted

    @property
    def rule(self) -> str | None:
        return None if self.counted else deadline_rule(self.expression)

    def update_task(self, task: Task) -> None:
        if self.counted:
            self._count(task)

    def due_at(self, task: Task) -> datetime | None:
        """Return the instant at which this timer is to fire next, None if there is none now."""
        if self.counted:
            self._count(task)
            due = _instant(task.internal_data.get(DUE))
        else:
            due = self._asked(task)
        return None if due == _instant(task.internal_data.get(FIRED)) else due

    def _asked(self, task: Task) -> datetime | None:
        running, rule = _running(task), self.rule
        if rule:  # asked for at every step of every case, so FEEL is spared
            known = running.world.functions(task.workflow.spec.name, stage_of(task))
            value = known["deadline"](rule)
        else:
            value = running.value(task, self.expression)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise TimerHasNoInstant(task, self.expression, value)
        return value

    def _count(self, task: Task) -> None:
        """Fix the end of a duration; one that is unknown yet counts from when it is known."""
        if DUE in task.internal_data:
            return
        running = _running(task)
        value = running.value(task, self.expression)
        if value is None:
            return
        if isinstance(value, timedelta):
            end = running.world.now + value
        elif isinstance(value, feel.YearsMonths):
            end = _months_later(running.world.now, value.months)
        else:
            raise TimerHasNoInstant(task, self.expression, value)
        task.internal_data[DUE] = end.isoformat()


class BoundaryTimer(_Timer, CycleTimerEventDefinition):
    """A timer on the border of an activity. It stays until the activity ends, and may fire again.

    It is a cycle only in name: SpiffWorkflow predicts nothing behind a cycle, and lets it wait on.
    """

    def fire(self, task: Task, due: datetime) -> None:
        """Send a token down the timer's path, and leave the timer and its activity as they are."""
        task.internal_data[FIRED] = due.isoformat()
        for output in task.task_spec.outputs:
            if isinstance(output, BoundaryEventJoin):
                continue  # SpiffWorkflow's own way back into the activity, for what interrupts it
            output._update(task._add_child(output, TaskState.FUTURE))


class CatchTimer(_Timer):
    """A timer the token itself waits at."""

    def fire(self, task: Task, due: datetime) -> None:
        task._set_internal_data(event_fired=True)
        task.task_spec._update(task)


def _running(task: Task) -> Running:
    running: Running = task.workflow.script_engine
    return running


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _months_later(start: datetime, months: int) -> datetime:
    """Return the same local time so many months later, on the month's last day if it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(
        year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])
    )
