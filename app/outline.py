"""A procedure in words: its diagrams with their tasks, and its deadlines as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import words
from feel import Expression
from processes.library import Procedure


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
    return [Process(each, words.stage(procedure, each), _tasks(procedure, each)) for each in ids]


def _tasks(procedure: Procedure, process: str) -> list[tuple[str, list[str], str]]:
    drawn = procedure.specs[process].task_specs.values()
    asked = [each for each in drawn if each.name in procedure.forms]
    return [
        (
            words.said(each, "bpmn_name"),
            procedure.roles_of(each.lane),
            words.said(each, "documentation"),
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
