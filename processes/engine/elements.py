"""The elements of a diagram that behave as BPMN says where SpiffWorkflow's own do not.

Nothing here copies data between tokens: a token carries none.
"""

# mypy: disallow-subclassing-any=False
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from SpiffWorkflow.specs.base import TaskSpec
    from SpiffWorkflow.task import Task

    from processes.engine.running import Running

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class ParallelGateway(defaults.ParallelGateway):
    """A join takes one token from each incoming flow and leaves every other token where it is.

    SpiffWorkflow's own counts tokens it cancelled in an earlier round of a loop. Behind a join
    nothing is predicted until it opens: a prediction for every token doubles with every join.
    """

    def _predict_hook(self, task: Task) -> None:
        if len(self._inputs) < 2:
            super()._predict_hook(task)

    def _update_hook(self, task: Task) -> bool:
        arrived = {task.parent.task_spec.name: task}
        for other in _waiting_at(self, task):
            arrived.setdefault(other.parent.task_spec.name, other)
        if not arrived.keys() >= set(self._inputs):
            task._set_state(TaskState.WAITING)
            return False
        for name in set(self._inputs):
            if arrived[name] is not task:
                arrived[name].cancel()
        return True

    def _run_hook(self, task: Task) -> bool:
        return _lead_on(task, self.outputs)


class InclusiveGateway(defaults.InclusiveGateway):
    """A join waits while a token can still come in where none has, and only there.

    That is BPMN 2.0, 13.4.3. SpiffWorkflow's own does not see a running call activity, nor all
    ways into the gateway.
    """

    def _update_hook(self, task: Task) -> bool:
        if len(self._inputs) < 2:
            return True
        waiting = _waiting_at(self, task)
        came = {other.parent.task_spec.name for other in [task, *waiting]}
        to_empty, to_filled = self._before(set(self._inputs) - came), self._before(came)
        for other in _elsewhere(self, task):
            if other in to_empty and other not in to_filled:
                task._set_state(TaskState.WAITING)
                return False
        for other in waiting:
            other.cancel()
        return True

    def _before(self, sources: set[str]) -> set[str]:
        """Return the elements from which a way leads to these, not through this gateway."""
        found: set[str] = set()
        todo = list(sources)
        while todo:
            name = todo.pop()
            if name not in found and name != self.name:
                found.add(name)
                todo.extend(self._wf_spec.task_specs[name]._inputs)
        return found

    def _run_hook(self, task: Task) -> bool:
        matches, defaults_ = self._get_matching_outputs(task)
        if not matches and not defaults_:
            raise NoFlowLeads(task)
        return _lead_on(task, matches or defaults_)


class ExclusiveGateway(defaults.ExclusiveGateway):
    """Takes the first flow whose condition is true, else the default flow."""

    def _run_hook(self, task: Task) -> bool:
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(task):
                return _lead_on(task, [self._wf_spec.task_specs[name]])
        if self.default_task_spec is None:
            raise NoFlowLeads(task)
        return _lead_on(task, [self._wf_spec.task_specs[self.default_task_spec]])


class CallActivity(defaults.CallActivity):
    """Runs a process as a stage, and tells the world when the stage begins and ends."""

    def start_workflow(self, task: Task) -> None:
        _running(task).began(task)
        super().start_workflow(task)

    def _on_subworkflow_completed(self, subworkflow: Any, task: Task) -> None:
        super()._on_subworkflow_completed(subworkflow, task)
        _running(task).ended(task)

    def _on_cancel(self, task: Task) -> None:
        stage = task.workflow.top_workflow.get_subprocess(task)
        if stage is not None and not stage.completed:
            super()._on_cancel(task)
            _running(task).ended(task)

    def copy_data(self, task: Task, subworkflow: Any) -> None:
        """Copy nothing: tokens carry no data."""

    def update_data(self, task: Task, subworkflow: Any) -> None:
        """Copy nothing: tokens carry no data."""


class DecisionTask(BpmnSpecMixin):
    """A business rule task: names a decision, which the world evaluates and keeps."""

    def __init__(self, spec: Any, name: str, decision: str, **kwargs: Any) -> None:
        super().__init__(spec, name, **kwargs)
        self.decision = decision

    def _run_hook(self, task: Task) -> bool:
        _running(task).decide(task, self.decision)
        return True


class OperationTask(BpmnSpecMixin):
    """A service task: names an operation, which the world carries out."""

    def __init__(self, spec: Any, name: str, operation: str, **kwargs: Any) -> None:
        super().__init__(spec, name, **kwargs)
        self.operation = operation

    def _run_hook(self, task: Task) -> bool:
        _running(task).serve(task, self.operation)
        return True


class Escalation(EventDefinition):
    """An escalation is the application's to answer: no diagram of ours catches one."""

    def __init__(self, name: str | None, code: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.code = code

    def throw(self, task: Task) -> None:
        _running(task).threw(task, self.code)


class NoFlowLeads(Exception):
    """No condition of a gateway was true, and it has no default flow."""

    def __init__(self, task: Task) -> None:
        super().__init__(
            f"No flow leads out of the gateway “{task.task_spec.name}” of"
            f" {task.workflow.spec.name}: no condition is true. Draw a default flow."
        )


def _lead_on(task: Task, outputs: list[TaskSpec]) -> bool:
    """Give each of these elements a token."""
    task._sync_children(outputs, TaskState.FUTURE)
    return True


def _waiting_at(spec: TaskSpec, task: Task) -> list[Task]:
    return [
        other
        for other in task.workflow.tasks.values()
        if other.task_spec is spec and other is not task and other.has_state(TaskState.WAITING)
    ]


def _elsewhere(spec: TaskSpec, task: Task) -> set[str]:
    """Return the elements at which the other tokens of the process are.

    Timers on borders do not count: what they send out never returns to the way.
    """
    return {
        other.task_spec.name
        for other in task.workflow.tasks.values()
        if other.has_state(LIVE)
        and other.task_spec is not spec
        and not isinstance(other.task_spec, defaults.BoundaryEvent)
    }


def _running(task: Task) -> Running:
    running: Running = task.workflow.script_engine
    return running
