"""What is kept of an instance between two transactions: where its tokens are, and no more.

What a token has passed is not kept: nothing in our subset asks for it, so a case that goes round
for years stays as small as it began. What lies ahead is predicted when a token moves. Of a
token's past only the element it came from stays, where that still counts: at a join, and inside
the frame SpiffWorkflow draws around an activity with timers on its border.
"""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.elements import LIVE, InclusiveGateway, ParallelGateway
from processes.engine.parser import Specs
from processes.engine.workflow import StageWorkflow, Token, Workflow

FORMAT = 1

_ROOT = 0

Row = list[Any]  # [row of what it came from, element, state, key, what the element remembers]


class StateNotReadable(Exception):
    """A kept state was written by another release, or is not a state at all."""


class NoPlaceForToken(Exception):
    """A token waits at an element which the procedure no longer has."""

    def __init__(self, process: str, element: str | None = None) -> None:
        where = f"the element “{element}” of {process}" if element else f"the process {process}"
        super().__init__(
            f"The case waits at {where}, which this version of the procedure does not have."
            " Say where it is to go on, or keep the case on its version."
        )
        self.process, self.element = process, element


def dump(workflow: Workflow) -> bytes:
    stages = [
        [key, stage.spec.name, _rows(stage)]
        for key, stage in workflow.subprocesses.items()
        if not stage.completed
    ]
    return orjson.dumps(
        {
            "format": FORMAT,
            "process": workflow.spec.name,
            "finished": workflow.completed,
            "tokens": [] if workflow.completed else _rows(workflow),
            "stages": [] if workflow.completed else stages,
        }
    )


def load(specs: Specs, state: bytes) -> Workflow:
    kept = _read(state)
    workflow = Workflow(_process(specs, kept["process"]), specs)
    _restore(workflow, kept["tokens"])
    workflow.completed = kept["finished"]
    for key, process, rows in kept["stages"]:  # what calls stands before what it called
        caller = workflow.get_task_from_id(key)
        stage = StageWorkflow(_process(specs, process), caller, workflow)
        _restore(stage, rows)
        stage.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return workflow


def _read(state: bytes) -> dict[str, Any]:
    try:
        kept = orjson.loads(state)
        form = kept["format"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise StateNotReadable("The kept state of this case is damaged.") from error
    if form != FORMAT:
        raise StateNotReadable(
            f"The kept state of this case has format {form!r}; this release reads format {FORMAT}."
        )
    found: dict[str, Any] = kept
    return found


def _rows(workflow: Workflow | StageWorkflow) -> list[Row]:
    """Return the live tokens below one root, each after what it came from."""
    row_of: dict[str, int] = {}
    rows: list[Row] = []

    def keep(task: Task, source: int, *, live: bool) -> int:
        if task.id not in row_of:
            rows.append([source, task.task_spec.name, task.state, task.id if live else 0])
            if live and task.internal_data:
                rows[-1].append(task.internal_data)
            row_of[task.id] = len(rows)
        return row_of[task.id]

    for task in _in_order(workflow):
        source = task.parent
        if source.id not in row_of and _counts(task, source):
            keep(source, _ROOT, live=False)
        keep(task, row_of.get(source.id, _ROOT), live=True)
    return rows


def _in_order(workflow: Workflow | StageWorkflow) -> list[Task]:
    """Return the live tokens in the order of the tree, so a reload changes no order.

    Those that have come to an end are left out: the last one to come ends the process.
    """
    found, todo = [], [workflow.task_tree]
    while todo:
        task = todo.pop()
        if task.has_state(LIVE) and not isinstance(task.task_spec, _EndJoin):
            found.append(task)
        todo.extend(reversed(task.children))
    return found


def _counts(task: Task, source: Task) -> bool:
    joins = isinstance(task.task_spec, ParallelGateway | InclusiveGateway)
    return joins or isinstance(source.task_spec, BoundaryEventSplit)


def _restore(workflow: Workflow | StageWorkflow, rows: list[Row]) -> None:
    process = workflow.spec
    root = Token(workflow, process.start, state=TaskState.COMPLETED)
    workflow.task_tree = root
    tokens = [root]
    for source, element, state, key, *remembered in rows:
        if element not in process.task_specs:
            raise NoPlaceForToken(process.name, element)
        token = Token(
            workflow,
            process.task_specs[element],
            parent=tokens[source],
            state=state,
            key=key or None,
        )
        token.internal_data = remembered[0] if remembered else {}
        tokens.append(token)
    for token in tokens:
        if isinstance(token.task_spec, CatchingEvent) and token.state == TaskState.WAITING:
            workflow.top_workflow.event_manager.add_task(token)


def _process(specs: Specs, name: str) -> Any:
    if name not in specs:
        raise NoPlaceForToken(name)
    return specs[name]
