"""SpiffWorkflow's workflow and token, without what nobody asks of them here.

A token's id is its key, so nothing is made into a UUID and back. It carries no data, and writes no
log: SpiffWorkflow builds a text and a dictionary at every step, whoever listens. Only the next step
is predicted, when a token moves: nothing in our subset looks further ahead.
"""

# mypy: disallow-subclassing-any=False
from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from SpiffWorkflow.specs.base import TaskSpec


class Token(Task):
    """Where a process instance stands, or has been, or will be next."""

    def __init__(
        self,
        workflow: Workflow | StageWorkflow,
        element: TaskSpec,
        parent: Token | None = None,
        state: int = TaskState.MAYBE,
        key: str | None = None,
    ) -> None:
        super().__init__(workflow, element, parent, state, key or token_hex(16))

    def move(self) -> None:
        """Run it. What comes next is predicted now, when it matters."""
        if not self._children:
            self.task_spec._predict_hook(self)
        self.run()

    def _add_child(self, element: TaskSpec, state: int = TaskState.MAYBE) -> Token:
        return Token(self.workflow, element, self, state)

    def _set_state(self, state: int) -> None:
        self._state = state

    def _inherit_data(self) -> None:
        """Inherit nothing."""


class _Base:
    """What a process instance and a stage of it share."""

    task_tree: Token
    spec: Any

    def begin(self) -> None:
        """Put the first token at the start."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.FUTURE)  # type: ignore[arg-type]
        self.spec.start._predict_hook(self.task_tree)
        self.task_tree._ready()

    def update_waiting_tasks(self) -> None:
        for token in self._waiting():
            token.task_spec._update(token)

    def _waiting(self) -> Iterator[Token]:
        todo = [self.task_tree]
        while todo:
            token = todo.pop()
            todo.extend(reversed(token.children))
            if token._state == TaskState.WAITING:
                yield token

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return {}


class Workflow(_Base, BpmnWorkflow):
    """A process instance."""

    def __init__(self, spec: Any, specs: Any) -> None:
        super().__init__(spec, specs, deserializing=True)

    def create_subprocess(self, caller: Token, name: str) -> StageWorkflow:
        stage = StageWorkflow(self.subprocess_specs[name], caller, self)
        stage.begin()
        return stage


class StageWorkflow(_Base, BpmnSubWorkflow):
    """A run of a called process."""

    def __init__(self, spec: Any, caller: Token, top: Workflow) -> None:
        super().__init__(spec, caller.id, top, deserializing=True)
        top.subprocesses[caller.id] = self
