"""Rules on FEEL: it can be read, and reads and calls only what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import feel
import forms
from feel.builtins import BUILTINS
from processes.checks.constants import Constant
from processes.checks.diagram import Diagram, Node
from processes.checks.problem import Problem
from processes.checks.procedure import Files
from processes.engine.expressions import duration_expression

# What every expression may read beside facts (see processes.facts).
GIVEN = frozenset(
    "scope number discussions enquiries next_discussion previous_discussion initiating_discussion"
    " case all_information enquiry_running about origin discussion_number opened_at"
    " initiating_discussion_number signed_record_changed_at enquiry reviews previous_review"
    " bank_holidays".split()
)
# What signing.dmn may read beside the answers (see processes.signing).
AT_SIGNING = frozenset(
    "task signed_by recorded_by written_by missing_participants linked_cases"
    " deadlines_missed".split()
)
FUNCTIONS = frozenset(["deadline", "acting_as", "out_of_office_hours", "start_of_work"])

_DEADLINE = re.compile(r'\bdeadline\s*\(\s*(?:"([^"]*)"\s*\))?')


def expressions_can_be_read(files: Files) -> Iterator[Problem]:
    for diagram, element, text in _all(files):
        try:
            feel.compile(text)
        except feel.FeelError as error:
            yield diagram.problem(element, f"“{_short(text)}” is not FEEL. {error}")


def expressions_come_to_something(files: Files) -> Iterator[Problem]:
    for diagram, element, expression in readable(files):
        constant = files.constants.of(expression)
        if constant and constant.says:
            yield diagram.problem(element, cannot_be_worked_out(expression.text, constant))


def expressions_read_only_what_is_known(files: Files) -> Iterator[Problem]:
    known = names(files)
    for diagram, element, expression in readable(files):
        for name in sorted(expression.names - known):
            yield diagram.problem(element, unknown_name(name))
        for name in unknown_calls(expression.calls):
            yield diagram.problem(element, unknown_function(name))


def timers_give_an_instant(files: Files) -> Iterator[Problem]:
    """What stands fast can be looked at now; what depends on facts shows itself when it runs."""
    for diagram in files.diagrams.values():
        for node in diagram.of("boundaryEvent", "intermediateCatchEvent"):
            timer = node.child("timerEventDefinition")
            if timer is None:
                continue
            kinds = [str(child.tag).rpartition("}")[2] for child in timer]
            if kinds not in (["timeDate"], ["timeDuration"]) or not (timer[0].text or "").strip():
                says = (
                    "A timer has either a timeDate or a timeDuration, in FEEL, and does not repeat."
                )
                yield diagram.problem(node.id, says)
            else:
                yield from _instant(
                    files, diagram, node, kinds[0] == "timeDate", timer[0].text or ""
                )


def deadlines_have_a_row(files: Files) -> Iterator[Problem]:
    rows = rules(files)
    for diagram, element, text in files.expressions():
        for match in _DEADLINE.finditer(text):
            if match[1] is None:
                says = 'Write the rule itself, in quotes: deadline("WT-01").'
                yield diagram.problem(element, says)
            elif rows and match[1] not in rows:
                yield diagram.problem(
                    element,
                    f"It draws the deadline “{match[1]}”, which has no row in deadlines.dmn.",
                )


def deadlines_are_drawn(files: Files) -> Iterator[Problem]:
    drawn = {m[1] for _, _, text in files.expressions() for m in _DEADLINE.finditer(text)}
    for rule, row in rules(files).items():
        if rule not in drawn:
            yield Problem(
                "deadlines.dmn",
                row,
                f"No timer of any diagram draws the deadline “{rule}”, so nothing happens when it"
                f' passes. Draw a timer with deadline("{rule}").',
            )


def conditions_of_forms_read_only_what_is_known(files: Files) -> Iterator[Problem]:
    known = names(files)
    for task, form in files.forms.items():
        for name in sorted(form.names - known):
            yield Problem(f"forms/{task}.form", "", unknown_name(name))
        for component in parts_of(form.components):
            for name in unknown_calls(component.hide.calls if component.hide else (), ()):
                yield Problem(f"forms/{task}.form", component.key, unknown_function(name))


def conditions_of_forms_come_to_something(files: Files) -> Iterator[Problem]:
    for task, form in files.forms.items():
        for component in parts_of(form.components):
            constant = files.constants.of(component.hide) if component.hide else None
            if component.hide and constant and constant.says:
                says = cannot_be_worked_out(component.hide.text, constant)
                yield Problem(f"forms/{task}.form", component.key, says)


def keys_of_forms_can_be_read(files: Files) -> Iterator[Problem]:
    for task, form in files.forms.items():
        for key in form.keys:
            if key in GIVEN | AT_SIGNING or not _is_a_name(key):
                says = f"The key “{key}” means something else in expressions. Choose another."
                yield Problem(f"forms/{task}.form", key, says)


def names(files: Files) -> frozenset[str]:
    """Return what an expression of this procedure may read."""
    asked = {key for form in files.forms.values() for key in form.keys}
    decided = {output.name for table in files.tables.values() for output in table.outputs}
    return GIVEN | asked | decided


def rules(files: Files) -> dict[str, str]:
    """Return the deadlines there are, with the ids of their rows."""
    table = files.tables.get("deadlines.dmn")
    columns = [output.name for output in table.outputs] if table else []
    if not table or "rule" not in columns:
        return {}
    cell = columns.index("rule")
    found = ((files.constants.of(row.outputs[cell]), row.id) for row in table.rules)
    return {rule.value: row for rule, row in found if rule and isinstance(rule.value, str)}


def unknown_name(name: str) -> str:
    return f"It reads “{name}”, which no form asks and no table decides. Correct it, or ask it."


def cannot_be_worked_out(text: str, constant: Constant) -> str:
    return f"“{_short(text)}” cannot be worked out. {constant.says} Write something smaller."


def unknown_function(name: str) -> str:
    return f"It calls “{name}”, which is no function there is. Correct it."


def unknown_calls(calls: Iterable[str], given: Iterable[str] = FUNCTIONS) -> list[str]:
    return sorted(set(calls) - set(given) - BUILTINS.keys())


def _all(files: Files) -> Iterator[tuple[Diagram, str, str]]:
    for diagram, element, text in files.expressions():
        yield diagram, element, duration_expression(text)


def readable(files: Files) -> Iterator[tuple[Diagram, str, feel.Expression]]:
    for diagram, element, text in _all(files):
        try:
            yield diagram, element, feel.compile(text)
        except feel.FeelError:
            continue


def _instant(
    files: Files, diagram: Diagram, node: Node, is_date: bool, text: str
) -> Iterator[Problem]:
    try:
        expression = feel.compile(text if is_date else duration_expression(text))
    except feel.FeelError:
        return
    constant = files.constants.of(expression)
    if constant is None or constant.says:
        return
    value = constant.value
    if is_date and not (isinstance(value, datetime) and value.utcoffset() is not None):
        yield diagram.problem(
            node.id,
            f"“{_short(text)}” is not a date and time with its offset. Write the offset, or"
            ' deadline("the rule").',
        )
    if not is_date and not isinstance(value, timedelta | feel.YearsMonths):
        yield diagram.problem(
            node.id, f"“{_short(text)}” is not a duration. Write one, such as P1D or PT4H."
        )


def parts_of(components: Iterable[forms.Component]) -> Iterator[forms.Component]:
    for component in components:
        yield component
        yield from parts_of(component.components)


def _is_a_name(key: str) -> bool:
    try:
        return feel.compile(key).names == {key}
    except feel.FeelError:
        return False


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:79]}…"
