"""Which sequence flows of the diagrams a replay has taken.

The engine keeps no past, so this watches tokens as they move: a token that becomes live was led
there from the element its parent stands at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.util.task import TaskState

from processes.engine.workflow import Token
from processes.library import NATIONAL

Flow = tuple[str, str, str]  # process, source, target

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ROOT = Path(__file__).parents[2] / "bpmn"
_FRAME = ".BoundaryEventSplit"  # SpiffWorkflow's, around an activity with timers on its border
_LIVE = (TaskState.READY, TaskState.WAITING, TaskState.STARTED, TaskState.COMPLETED)


@contextmanager
def watched() -> Iterator[set[Flow]]:
    """Collect the flows that tokens take while this is entered."""
    taken: set[Flow] = set()
    move = Token._set_state

    def watch(task: Any, value: int) -> None:
        move(task, value)
        if value in _LIVE and task.parent is not None:
            process, source, target = task.workflow.spec.name, task.parent, task.task_spec.name
            taken.add((process, source.task_spec.name, target.removesuffix(_FRAME)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Token, "_set_state", watch)
        yield taken


def drawn(diagram: Path) -> dict[Flow, str]:
    """Return every sequence flow of a diagram, with its id."""
    return {
        (diagram.stem, flow.attrib["sourceRef"], flow.attrib["targetRef"]): flow.attrib["id"]
        for flow in etree.parse(diagram).iter(f"{BPMN}sequenceFlow")
    }


def diagrams_of(procedure: str) -> Iterator[Path]:
    """Return the diagrams a local procedure runs: its own, and England's where it has none."""
    own = {diagram.name: diagram for diagram in (ROOT / NATIONAL).glob("*.bpmn")}
    own |= {diagram.name: diagram for diagram in (ROOT / procedure).glob("*.bpmn")}
    yield from own.values()
