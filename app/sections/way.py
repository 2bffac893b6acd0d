"""The way so far: where the case is on its diagrams, and its records and open steps by stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app import drawing, words
from app.sections.page import CasePage
from processes import records, sending_back
from processes.library import Procedure
from processes.models import Record, Task

PATHWAY = "pathway"


@dataclass(frozen=True)
class Step:
    """One task of a stage: done, with its record and the one that took its place, or open."""

    name: str
    record: Record | None
    task: Task | None
    anew: Record | None = None
    is_sent_back: bool = False  # by this record: it decided so, and signed nothing


def stages(page: CasePage) -> list[tuple[str, list[Step]]]:
    """Return each stage by name, with its steps done and open, in order."""
    found: dict[tuple[str, str], list[Step]] = {}
    anew = records.done_anew(page.every_record)
    for record in page.records:
        place = (record.instance_id, record.stage or record.process)
        form = page.procedure.forms.get(record.element)
        sent = bool(form and sending_back.by_answers(form, record.answers))
        step = Step(record.name, record, None, anew.get(record.task_key), sent)
        found.setdefault(place, []).append(step)
    for task in page.tasks:
        place = (task.instance_id, task.stage or task.process)
        found.setdefault(place, []).append(Step(task.name, None, task))
    numbers = _stage_numbers(page)
    named = []
    for (_, key), steps in found.items():
        first = steps[0].record or steps[0].task
        process = first.process if first else ""
        named.append((words.stage(page.procedure, process, numbers.get(key)), steps))
    return named


def maps(page: CasePage) -> list[tuple[str, Markup]]:
    """Draw the pathway, and each diagram that has an open task, with where the case is."""
    drawn = []
    for process in dict.fromkeys([PATHWAY, *(task.process for task in page.tasks)]):
        waiting = _marked(page, process, page.tasks)
        done = _marked(page, process, page.every_record) - waiting
        name = words.stage(page.procedure, process)
        says = f"{name}: the steps that wait now are marked, and those that are done"
        content = page.procedure.files[f"{process}.bpmn"]
        drawn.append((name, drawing.draw(content, says, open_steps=waiting, done=done)))
    return [each for each in drawn if each[1]]


def _marked(page: CasePage, process: str, steps: Sequence[Record] | Sequence[Task]) -> set[str]:
    """Return the elements of a diagram that these tasks or records stand at.

    A stage that a diagram calls is marked for what happens in that diagram's own course only: a
    further discussion beside the pathway is not the pathway's.
    """
    marked = {each.element for each in steps if each.process == process}
    for call, called in words.called(page.procedure, process).items():
        within = set(_within(page.procedure, called))
        if any(
            each.process in within and page.instances[each.instance_id].process == process
            for each in steps
        ):
            marked.add(call)
    return marked


def _within(procedure: Procedure, process: str) -> Iterator[str]:
    """Go through a process and every one it calls; no process calls itself."""
    yield process
    for called in words.called(procedure, process).values():
        yield from _within(procedure, called)


def _stage_numbers(page: CasePage) -> dict[str, int]:
    """Return which discussion or enquiry each stage is."""
    return {
        key: entry[1]
        for begun in page.instances.values()
        for key, entry in begun.stages.items()
        if entry[0] != "case"
    }
