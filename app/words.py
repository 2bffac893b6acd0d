"""A case in plain words: its stages, what happened to it, and why a task is asked.

No engine words here: no instance, token, lane or process variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app import formats
from feel import Expression
from forms import Component, Form
from forms.components import questions
from forms.words import words as say
from processes.library import Procedure
from processes.models import HistoryEntry


def stage(procedure: Procedure, process: str, number: int | None = None) -> str:
    """Name a stage: “Strategy discussion 2”; the whole way is “Pathway”."""
    spec = procedure.specs.get(process)
    name = (spec and spec.description) or process.replace("_", " ").capitalize()
    return f"{name} {number}" if number else str(name)


def scope(kind: str | None, number: int | None) -> str:
    """Name what a fact or a deadline belongs to: “discussion 2”, or nothing for the whole case."""
    return f"{kind} {number}" if kind and kind != "case" and number else ""


def why_asked(procedure: Procedure, process: str, element: str) -> str:
    """Return what the diagram says about a task: why it is asked, and by which paragraph."""
    return _said(procedure.specs[process].task_specs.get(element), "documentation")


def task_name(procedure: Procedure, element: str) -> str:
    """Return a task's name, whichever diagram it is drawn on."""
    return next((_said(drawn, "bpmn_name") for drawn in _drawn(procedure, element)), element)


def roles_of_task(procedure: Procedure, element: str) -> set[str]:
    """Return the roles that a task belongs to, whichever diagram it is drawn on."""
    return {role for drawn in _drawn(procedure, element) for role in procedure.roles_of(drawn.lane)}


def called(procedure: Procedure, process: str) -> dict[str, str]:
    """Return the stages that a diagram calls: the process by the element that calls it."""
    drawn = procedure.specs[process].task_specs.values()
    return {each.name: each.spec for each in drawn if getattr(each, "spec", None)}


def _drawn(procedure: Procedure, element: str) -> list[Any]:
    return [
        spec.task_specs[element] for spec in procedure.specs.values() if element in spec.task_specs
    ]


def _said(drawn: Any, about: str) -> str:
    return str(getattr(drawn, about, None) or "").strip()


def find(procedure: Procedure, name: str) -> Component | None:
    """Return the question that a fact answers, if a form of the procedure asks it."""
    asked = (each for form in procedure.forms.values() for each in form.questions())
    return next((each for each in asked if each.key == name), None)


def question(procedure: Procedure, name: str) -> str:
    """Return a fact's name as the forms ask for it."""
    asked = find(procedure, name)
    return asked.label if asked else name.replace("_", " ").capitalize()


def answer(procedure: Procedure, name: str, given: Any) -> Any:
    """Write a fact as the forms say it."""
    asked = find(procedure, name)
    return say(asked, given) if asked else str(given)


@dataclass
class Section:
    """A part of a record: a heading, and what was asked and answered under it, by which keys."""

    title: str
    answers: list[tuple[str, Any]]
    keys: list[str] = field(default_factory=list)


def written(form: Form, values: Mapping[str, Any]) -> list[Section]:
    """Return a record's answers by the headings of its form; a list's answer is its rows."""
    sections = [Section("", [])]
    for component in form.components:
        grouped = component.type == "group"
        if grouped or sections[-1].title:
            sections.append(Section(component.label if grouped else "", []))
        for asked in questions([component]):
            if asked.key in values:
                sections[-1].answers.append((asked.label, say(asked, values[asked.key])))
                sections[-1].keys.append(asked.key)
    return [each for each in sections if each.answers]


def history(entry: HistoryEntry, procedure: Procedure, now: datetime) -> str:
    """Say what happened, as a colleague would."""
    tell = _TOLD.get(entry.what)
    return tell(entry, procedure, now) if tell else entry.what.replace("_", " ").capitalize()


def _started(entry: HistoryEntry, procedure: Procedure, _: datetime) -> str:
    return f"Started the case by the procedure of {procedure.title}"


def _completed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"Completed: {entry.detail['name']}"


def _claimed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    before = entry.detail["before"]
    if entry.what == "task released":
        return f"Gave back: {entry.detail['name']}"
    return f"Took on: {entry.detail['name']}{f', from {before}' if before else ''}"


def _handed_over(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    return f"Handed over to {detail['name_of_receiver']}: {detail['name']}. Note: {detail['note']}"


def _revised(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    return f"Wrote version {detail['edition']} of: {detail['name']}. Reason: {detail['why']}"


def _passed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail, late = entry.detail, entry.detail.get("late_by")
    told = f", told {_span(late)} later" if late and late >= timedelta(minutes=5) else ""
    return f"The deadline passed: {detail['name']} ({detail['rule']}){told}"


def _came(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"The time came: {entry.detail['name']}"


def _reminded(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    detail = entry.detail
    to = "Reminder" if entry.what == "reminded" else "Passed on to the next manager"
    return f"{to}: {detail['name']} ({detail['rule']}), due {formats.day(detail['due_at'], now)}"


def _moved(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    was, is_now = (formats.moment(entry.detail[each], now) for each in ("was", "now"))
    return f"The deadline {entry.detail['rule']} moved from {was} to {is_now}"


def _incident(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    if entry.what == "incident opened":
        return "Something went wrong in this case; its timers wait until it is looked at"
    return "What went wrong was put right; the timers run again"


def _process(entry: HistoryEntry, procedure: Procedure, _: datetime) -> str:
    begun_or_ended = {"process began": "Began", "process withdrawn": "No longer needed"}
    said = begun_or_ended.get(entry.what, "Finished")
    why = entry.detail.get("why")
    return f"{said}: {stage(procedure, entry.detail['process'])}{f'. {why}' if why else ''}"


def _corrected(entry: HistoryEntry, procedure: Procedure, now: datetime) -> str:
    detail = entry.detail
    name = question(procedure, detail["name"])
    was, is_now = value(detail["was"], now), value(detail["now"], now)
    return f"Corrected “{name}” from {was} to {is_now}. Reason: {detail['why']}"


def _paper(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    kind = {"ics": "a calendar file"}.get(detail["kind"], detail["kind"].upper())
    return f"Made a copy as {kind}: {detail['name']}, version {detail['edition']}"


def _read(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    of, name = entry.detail["of"], entry.detail["name"]
    return "Opened the case’s page" if of == "case" else f"Opened the {of} “{name}”"


_WHY_REFUSED = {
    "role": "the page belongs to other roles",
    "stranger": "the case is not one of theirs",
    "subject": "the concern is about them",
}


def _refused(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"Was refused a page: {_WHY_REFUSED[entry.detail['why']]}"


def _opened(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    until = formats.moment(entry.detail["until"], now)
    return f"Opened the case for themselves until {until}. Reason: {entry.detail['why']}"


# what is no event of the case, and is shown apart
LOOKS = frozenset({"read", "refused"})

_TOLD: dict[str, Callable[[HistoryEntry, Procedure, datetime], str]] = {
    "case started": _started,
    "task completed": _completed,
    "task claimed": _claimed,
    "task released": _claimed,
    "task handed over": _handed_over,
    "record revised": _revised,
    "fact corrected": _corrected,
    "deadline passed": _passed,
    "timer fired": _came,
    "timer moved": _moved,
    "reminded": _reminded,
    "escalated": _reminded,
    "process began": _process,
    "process ended": _process,
    "process withdrawn": _process,
    "stage ended": _process,
    "incident opened": _incident,
    "incident resolved": _incident,
    "paper made": _paper,
    "read": _read,
    "refused": _refused,
    "case opened": _opened,
    "copy confirmed": lambda entry, *_: f"Confirmed their own copy: {entry.detail['name']}",
}


def value(given: Any, now: datetime) -> str:
    """Write any answer as a page shows it."""
    if given is None or given in ("", []):
        return "not given"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, datetime):
        return formats.moment(given, now)
    if isinstance(given, date):
        return formats.day(given, now)
    if isinstance(given, list):
        return ", ".join(value(each, now) for each in given)
    return str(given)


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} hours" if hours else f"{minutes} minutes"


@dataclass(frozen=True)
class Process:
    """A diagram in words: its name and its tasks."""

    id: str
    name: str
    tasks: list[tuple[str, list[str], str]]  # name, roles, why it is asked


def processes(procedure: Procedure) -> list[Process]:
    """Return the diagrams of a procedure, the pathway and its stages first."""
    first = ["pathway", "referral", "strategy_discussion", "section_47_enquiry"]
    first.append("initial_conference")
    ids = sorted(procedure.specs, key=lambda each: (*(each != name for name in first), each))
    return [Process(each, stage(procedure, each), _tasks(procedure, each)) for each in ids]


def _tasks(procedure: Procedure, process: str) -> list[tuple[str, list[str], str]]:
    drawn = procedure.specs[process].task_specs.values()
    asked = [each for each in drawn if each.name in procedure.forms]
    return [
        (
            _said(each, "bpmn_name"),
            procedure.roles_of(each.lane),
            _said(each, "documentation"),
        )
        for each in asked
    ]


def deadline_rows(procedure: Procedure) -> list[dict[str, Any]]:
    """Return the rows of the deadlines table as they are written, by column."""
    table = procedure.tables["deadlines"]
    columns = [output.name for output in table.outputs]
    return [
        {
            column: _literal(expression)
            for column, expression in zip(columns, rule.outputs, strict=True)
        }
        for rule in table.rules
    ]


def _literal(expression: Expression) -> Any:
    """Return what a cell says, when it says it without looking at a case."""
    return expression.text if expression.names else expression.evaluate({})
