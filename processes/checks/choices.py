"""Rules on comparing: an answer that is chosen is only ever one of those that are offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import forms
from feel.comparisons import Compared, comparisons, comparisons_of_cell
from forms.components import questions
from processes.checks.diagram import LONGEST_ID
from processes.checks.expressions import AT_SIGNING, parts_of, readable
from processes.checks.problem import Problem
from processes.checks.procedure import Files
from processes.checks.settings import ORIGINS, SCOPES
from processes.checks.tables import ALONE

_NOT_ANSWERED = AT_SIGNING | {"about", "?"}  # what is read of these is no answer of a form
_CHOSEN = ("select", "radio", "checklist")
_MOST_TOLD = 12


def comparisons_can_be_met(files: Files) -> Iterator[Problem]:
    """A value that no answer can have is a slip of the pen: the comparison would never hold."""
    known = _known(files)
    found = chain(_drawn(files), _in_tables(files), _asked(files))
    for file, element, ((of, name), value) in found:
        values = known.get(name)
        if values and value not in values and of not in _NOT_ANSWERED:
            said = [_said(each) for each in sorted(values, key=str)]
            more = " …" if len(said) > _MOST_TOLD else ""
            yield Problem(
                file,
                element,
                f"It compares “{name}” with {_said(value)}, which it never is. It can be:"
                f" {', '.join(said[:_MOST_TOLD])}{more}.",
            )


def _drawn(files: Files) -> Iterator[tuple[str, str, Compared]]:
    for diagram, element, expression in readable(files):
        for each in comparisons(expression.nodes):
            yield diagram.file, element[:LONGEST_ID], each


def _in_tables(files: Files) -> Iterator[tuple[str, str, Compared]]:
    for file, table in files.tables.items():
        for rule in table.rules:
            found = [comparisons(part.nodes) for part in rule.outputs]
            for column, cell in zip(table.inputs, rule.tests, strict=True):
                found.append(comparisons_of_cell(column.expression.nodes[0], cell.nodes))
            for each in chain(*found):
                yield file, rule.id, each


def _asked(files: Files) -> Iterator[tuple[str, str, Compared]]:
    for task, form in files.forms.items():
        for part in parts_of(form.components):
            for each in comparisons(part.hide.nodes) if part.hide else ():
                yield f"forms/{task}.form", part.key or part.label, each


def _known(files: Files) -> dict[str, frozenset[Any]]:
    """Return the values that each name can have, of those for which all of them are known."""
    known: dict[str, set[Any] | None] = {}
    for form in files.forms.values():
        for question in _questions(form.components):
            _add(known, question.key, _answers(question))
    for file, table in files.tables.items():
        for at, output in enumerate(table.outputs if file not in ALONE else ()):
            cells = [files.constants.of(rule.outputs[at]) for rule in table.rules]
            texts = {each.value for each in cells if each and isinstance(each.value, str)}
            is_all = len(cells) == sum(each is not None and not each.says for each in cells)
            is_all = is_all and output.default is None
            _add(known, output.name, texts if is_all and texts else None)
    given = {"origin": frozenset(ORIGINS), "scope": frozenset(SCOPES)}
    return {name: frozenset(values) for name, values in known.items() if values} | given


def _add(known: dict[str, set[Any] | None], name: str, values: set[Any] | None) -> None:
    before = known.get(name, set())
    known[name] = None if before is None or values is None else before | values


def _answers(question: forms.Component) -> set[Any] | None:
    if question.type in ("yes_no", "checkbox"):
        return {True, False}
    offered = {option.value for option in question.options}
    return offered if offered and question.type in _CHOSEN else None


def _questions(components: Iterable[forms.Component]) -> Iterator[forms.Component]:
    for question in questions(components):
        yield question
        yield from _questions(question.components)


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"“{str(value)[:40]}”"
