"""SpiffWorkflow's tokens: which stage one concerns, how it is called, how it is forgotten."""

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from processes.engine.elements import CallActivity
from processes.engine.world import Stage


def timer_behind(task: Task) -> Task | None:
    """Return the timer on a border that sent this token, or which this token is."""
    while task is not None and not isinstance(task.task_spec, BoundaryEvent):
        task = task.parent
    return task


def activity_of(timer: Task) -> Task:
    """Return the activity on whose border a timer is."""
    beside: list[Task] = timer.parent.children
    return next(task for task in beside if not isinstance(task.task_spec, BoundaryEvent))


def stage_of(task: Task) -> str | None:
    """Return the key of the stage a token concerns."""
    timer = timer_behind(task)
    if timer is not None and isinstance(activity_of(timer).task_spec, CallActivity):
        return key_of(activity_of(timer))
    caller: str | None = task.workflow.parent_task_id
    return caller


def key_of(task: Task) -> str:
    key: str = task.id
    return key


def name_of(task: Task) -> str:
    return task.task_spec.bpmn_name or element_of(task)


def element_of(task: Task) -> str:
    element: str = task.task_spec.name
    return element


def as_stage(call: Task) -> Stage:
    """Return the stage that a call activity runs."""
    return Stage(key_of(call), call.task_spec.spec, element_of(call), stage_of(call))


def forget(workflow: BpmnWorkflow, task: Task) -> None:
    """Take what a removed token had started with it: SpiffWorkflow leaves both behind."""
    top = workflow.top_workflow
    todo = [task]
    while todo:
        gone = todo.pop()
        top.event_manager.remove_task(gone)
        stage = top.subprocesses.pop(gone.id, None)
        if stage is not None:
            todo.extend(stage.tasks.values())
