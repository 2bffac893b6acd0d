"""Rules on decision tables: the columns the application reads, and cells it can use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

import feel
from feel.table import Output, Rule
from processes.calendar import Calendar
from processes.checks.expressions import (
    AT_SIGNING,
    FUNCTIONS,
    cannot_be_worked_out,
    names,
    unknown_calls,
    unknown_function,
    unknown_name,
)
from processes.checks.problem import Problem
from processes.checks.procedure import Files
from processes.due import CannotWorkOut, work_out
from processes.involvement import PARTICIPANTS
from processes.reminders import reminders

WHEN = "true"  # the input of the column “When”, whose cells are conditions
A_DAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Shape:
    """What a table looks like: its hit policy, the inputs before “When”, the outputs.

    The owner's own are the columns of a table that has none here.
    """

    policy: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


SHAPES = {
    "deadlines.dmn": Shape(
        "C",
        ("scope",),
        tuple(
            "rule name words from until amount unit strength calendar remind escalate"
            " source".split()
        ),
    ),
    "participants.dmn": Shape(
        "C", (), ("participant", "name", "strength", "if_absent", "role_text", "rule")
    ),
    "signing.dmn": Shape("C", ("task",), ("rule", "strength", "question", "says")),
    "what_follows.dmn": Shape("U"),
}
CELLS = {
    ("deadlines.dmn", "strength"): ("must", "should", "consider"),
    ("deadlines.dmn", "calendar"): ("national", "local"),
    ("participants.dmn", "strength"): ("must", "should"),
    ("participants.dmn", "if_absent"): ("refused", "reason", "ask"),
    ("signing.dmn", "strength"): ("must", "consider"),
}
_QUOTED = re.compile(r'"([^"]*)"')
ALONE = ("deadlines.dmn", "participants.dmn", "signing.dmn")  # asked without `deadline`
MADE_OF_TEXT = ("rule", "name", "words", "source", "participant", "role_text", "question")


def tables_have_their_columns(files: Files) -> Iterator[Problem]:
    for file, shape in SHAPES.items():
        table = files.tables.get(file)
        if table is None:
            if file not in files.names and file == "deadlines.dmn":
                yield Problem(file, "", "The table of deadlines is missing. Add it.")
            continue
        if table.hit_policy != shape.policy:
            says = f"Its hit policy is {table.hit_policy}. Make it {_policy(shape.policy)}."
            yield Problem(file, table.id, says)
        inputs = tuple(column.expression.text.strip() for column in table.inputs)
        if shape.outputs and inputs != (*shape.inputs, WHEN):
            wanted = ", ".join((*shape.inputs, "true (labelled When)"))
            yield Problem(
                file, table.id, f"Its inputs are {', '.join(inputs)}. Make them {wanted}."
            )
        yield from _outputs(file, table, shape)


def rows_read_only_what_is_known(files: Files) -> Iterator[Problem]:
    known = names(files)
    for file, table in files.tables.items():
        given = known | AT_SIGNING if file == "signing.dmn" else known
        functions = () if file in ALONE else FUNCTIONS
        for element, parts in _parts(table):
            for name in sorted({name for part in parts for name in part.names} - given):
                yield Problem(file, element, unknown_name(name))
            for name in unknown_calls({c for part in parts for c in part.calls}, functions):
                yield Problem(file, element, unknown_function(name))


def rules_are_named_once(files: Files) -> Iterator[Problem]:
    table = files.tables.get("deadlines.dmn")
    rows = list(_rows(files, table)) if table else []
    times = Counter(row["rule"] for _, row in rows if isinstance(row.get("rule"), str))
    for rule, row in rows:
        if times[row.get("rule")] > 1:
            yield Problem(
                "deadlines.dmn",
                rule.id,
                f"Another row has the rule “{row['rule']}” too. Name this one apart, for instance"
                " “BH-11 follow-up”.",
            )


def cells_have_known_values(files: Files) -> Iterator[Problem]:
    for (file, column), allowed in CELLS.items():
        table = files.tables.get(file)
        for rule, row in _rows(files, table) if table else ():
            if column in row and row[column] not in allowed:
                yield Problem(
                    file,
                    rule.id,
                    f"Its {column} is {_said(row[column])}. Write one of: {', '.join(allowed)}, in"
                    " quotes.",
                )


def cells_name_what_there_is(files: Files) -> Iterator[Problem]:
    """A row about what there is not would never hold, and nobody would be told."""
    tasks = {PurePath(name).stem for name in files.names if name.endswith(".form")}
    table = files.tables.get("signing.dmn")
    inputs = [each.expression.text.strip() for each in table.inputs] if table else []
    for rule in table.rules if table and "task" in inputs else ():
        named = _QUOTED.findall(rule.tests[inputs.index("task")].text)
        for name in sorted(set(named) - tasks):
            says = f"It is about the task “{name}”, which there is not. Correct it."
            yield Problem("signing.dmn", rule.id, says)
    yield from _participants_can_be_offered(files)


def cells_have_text(files: Files) -> Iterator[Problem]:
    for file in SHAPES:
        table = files.tables.get(file)
        for rule, row in _rows(files, table) if table else ():
            for column in MADE_OF_TEXT:
                if column in row and not _is_text(row[column]):
                    says = f"Its {column} is {_said(row[column])}. Write text in quotes."
                    yield Problem(file, rule.id, says)


def cells_come_to_something(files: Files) -> Iterator[Problem]:
    """What depends on facts shows itself when it is asked; what stands fast is asked now."""
    for file, table in files.tables.items():
        for element, parts in _parts(table):
            for part in parts:
                constant = files.constants.of(part)
                if constant and constant.says:
                    yield Problem(file, element, cannot_be_worked_out(part.text, constant))


def deadlines_can_be_worked_out(files: Files) -> Iterator[Problem]:
    """Work each row out from a sample day: unit, amount, reminders and escalations must fit."""
    table = files.tables.get("deadlines.dmn")
    for rule, row in _rows(files, table) if table else ():
        if not {"amount", "unit", "calendar", "remind", "escalate"} <= row.keys():
            continue  # a column is missing, or a cell depends on facts
        try:
            due = work_out(A_DAY, row["amount"], row["unit"], Calendar(), row["calendar"])
            for column in ("remind", "escalate"):
                reminders(row[column], column, due, Calendar())
        except CannotWorkOut as error:
            if ("deadlines.dmn", error.part) not in CELLS:
                yield Problem("deadlines.dmn", rule.id, f"Its {error.part} does not fit: {error}")


def deadlines_count_from_something(files: Files) -> Iterator[Problem]:
    table = files.tables.get("deadlines.dmn")
    for rule in table.rules if table else ():
        if table and any(o.name == "from" and not c.text for o, c in _cells(table, rule)):
            says = "It is counted from nothing. Name the fact from which it counts."
            yield Problem("deadlines.dmn", rule.id, says)


def rows_of_one_answer_do_not_overlap(files: Files) -> Iterator[Problem]:
    for file, table in files.tables.items():
        if table.hit_policy == "U":
            for overlap in table.overlaps():
                yield Problem(file, table.id, str(overlap))


def _participants_can_be_offered(files: Files) -> Iterator[Problem]:
    """Who has to take part is one of those whom the lists of participants let people choose."""
    lists = (each for form in files.forms.values() for each in form.becoming(PARTICIPANTS))
    asked = (each for one in lists for each in one.questions() if each.key == "agency")
    known = {option.value for each in asked for option in each.options}
    table = files.tables.get("participants.dmn")
    for rule, row in _rows(files, table) if table and known else ():
        named = row.get("participant") or []
        for name in [named] if isinstance(named, str) else named:
            if name not in known:
                says = f"No list of participants offers “{name}”. Correct it, or offer it."
                yield Problem("participants.dmn", rule.id, says)


def _outputs(file: str, table: feel.DecisionTable, shape: Shape) -> Iterator[Problem]:
    found = [output.name for output in table.outputs]
    for name in shape.outputs:
        if name not in found:
            yield Problem(file, table.id, f"The output column “{name}” is missing. Add it.")
    for name in found:
        if shape.outputs and name not in shape.outputs:
            yield Problem(file, table.id, f"Nobody reads the output column “{name}”. Take it out.")


def _parts(
    table: feel.DecisionTable,
) -> Iterator[tuple[str, list[feel.Expression | feel.UnaryTests]]]:
    """Yield the expressions of the columns, then those of each row, with whose they are."""
    yield table.id, [column.expression for column in table.inputs]
    for rule in table.rules:
        yield rule.id, [*rule.tests, *rule.outputs]


def _rows(files: Files, table: feel.DecisionTable) -> Iterator[tuple[Rule, dict[str, Any]]]:
    """Yield each rule with those of its cells that stand fast."""
    for rule in table.rules:
        row: dict[str, Any] = {}
        for output, cell in _cells(table, rule):
            constant = files.constants.of(cell)
            if constant and not constant.says:
                row[output.name] = constant.value
        yield rule, row


def _cells(table: feel.DecisionTable, rule: Rule) -> Iterator[tuple[Output, feel.Expression]]:
    return zip(table.outputs, rule.outputs, strict=True)


def _is_text(value: object) -> bool:
    """Say whether it is some text, or a list of some: any one of those agencies."""
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(text, str) and text.strip() for text in texts)


def _policy(letter: str) -> str:
    return {"C": "COLLECT", "U": "UNIQUE"}[letter]


def _said(value: object) -> str:
    return "empty" if value is None else f"“{str(value)[:40]}”"
