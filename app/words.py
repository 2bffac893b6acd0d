"""A case in plain words: its stages, what was asked and answered, and why a task is asked.

No engine words here: no instance, token, lane or process variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app import formats
from feel import Expression
from forms import Component, Form
from forms.components import questions
from forms.words import words as say
from processes.facts import INFORMATION
from processes.library import Procedure

# how a diagram's note on a task begins: “WT-01, BH-11: ”
_RULES_FIRST = re.compile(r"(?P<rules>[A-Z]{2}-\d+(?:, [A-Z]{2}-\d+)*)[:.] +(?P<why>.+)", re.DOTALL)


def stage(procedure: Procedure, process: str, number: int | None = None) -> str:
    """Name a stage: “Strategy discussion 2”; the whole way is “Pathway”."""
    spec = procedure.specs.get(process)
    name = (spec and spec.description) or process.replace("_", " ").capitalize()
    return f"{name} {number}" if number else str(name)


def scope(kind: str | None, number: int | None) -> str:
    """Name what a fact or a deadline belongs to: “discussion 2”, or nothing for the whole case."""
    named = "new information" if kind == INFORMATION else kind
    return f"{named} {number}" if kind and kind != "case" and number else ""


def why_asked(procedure: Procedure, process: str, element: str) -> str:
    """Return what the diagram says about a task: why it is asked, and then by which rules."""
    said = _said(procedure.specs[process].task_specs.get(element), "documentation")
    found = _RULES_FIRST.fullmatch(said)
    return f"{formats.capitalize_first(found['why'])} ({found['rules']})" if found else said


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
