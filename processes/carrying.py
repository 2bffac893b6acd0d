"""Carrying forward: what the case has answered already stands in a later question to be confirmed.

A form says of a question where its answer comes from, as tasks and their questions:
`"carried_from": "hold_strategy_discussion.concerns, record_referral.concerns"`. Of the records so
named the one of the same discussion or enquiry counts, else the latest. What is known of the child
as a fact is carried to every form that asks for it, but for a question that is carried from
nowhere: `"carried_from": ""`. The earlier record never changes by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from forms import Component, Form
from forms.components import LIST
from forms.fields import is_blank
from forms.words import words
from processes.facts import CASE, Facts, Scope

FROM, BESIDE = "carried_from", "shows"
_TEXTS = ("textfield", "textarea")


@dataclass(frozen=True)
class Carried:
    """An answer that is there already, and the record it comes from; a correction has none."""

    value: Any
    record_id: int | None


def forward(
    forms: Mapping[str, Form], task: str, records: Sequence[Any], scope: Scope, facts: Facts
) -> dict[str, Carried]:
    """Return what a task's questions begin with. `records` are in the order written."""
    known = facts.own(CASE)
    found = {}
    for question in forms[task].questions():
        carried = _from_records(forms, question, records, scope, facts)
        is_carried = question.properties.get(FROM) != ""
        if carried is None and is_carried and known.get(question.key) is not None:
            carried = Carried(known[question.key], facts.record_of(CASE, question.key))
        if carried is not None:
            found[question.key] = carried
    return found


def again(form: Form, record: Any, scope: Scope, facts: Facts) -> dict[str, Carried]:
    """Return what a task begins with that was sent back: what it wrote, as it is known by now."""
    found = {each.key: _answer(record, each.key, facts) for each in form.questions()}
    return {key: each for key, each in found.items() if not is_blank(each.value)}


def unchanged(carried: Mapping[str, Carried], answers: Mapping[str, Any]) -> dict[str, int] | None:
    """Return, for each answer that was taken over as it stood, the record it comes from."""
    same = {
        key: each.record_id
        for key, each in carried.items()
        if each.record_id is not None and answers.get(key) == each.value
    }
    return same or None


def still(carried: Mapping[str, int] | None, changed: Iterable[str]) -> dict[str, int] | None:
    """Return what a new edition still has from elsewhere: what it did not change."""
    return {key: each for key, each in (carried or {}).items() if key not in changed} or None


def tasks_named(form: Form, name: str) -> set[str]:
    """Return the tasks whose records a property of a form's components speaks of."""
    return {task for each in parts(form.components) for task, _ in named(each, name)}


def named(component: Component, name: str) -> list[tuple[str, str]]:
    """Return the tasks and questions that a property names; without a question, the whole task."""
    return _named(component.properties.get(name, ""))


@lru_cache(maxsize=1_000)
def _named(texts: str) -> list[tuple[str, str]]:
    parts = [text.strip().partition(".") for text in texts.split(",") if text.strip()]
    return [(task, question) for task, _, question in parts]


def _from_records(
    forms: Mapping[str, Form],
    question: Component,
    records: Sequence[Any],
    scope: Scope,
    facts: Facts,
) -> Carried | None:
    answered = []
    for task, key in named(question, FROM):
        asked = _within(forms[task].questions(), key) if task in forms else None
        for record in records if asked else ():
            said = _answer(record, key, facts)
            if record.element == task and asked and not is_blank(said.value):
                nearness = (record.scope, record.number) == scope, record.id
                answered.append((nearness, replace(said, value=_as(question, asked, said.value))))
    return max(answered, key=lambda each: each[0])[1] if answered else None


def _answer(record: Any, key: str, facts: Facts) -> Carried:
    """Return what a record answered, or what its discussion or enquiry has come to know since."""
    scope = (record.scope, record.number)
    fact = facts.get(scope, key)
    if fact is not None:
        return Carried(fact, facts.record_of(scope, key))
    return Carried(record.answers.get(key), record.id)


def _as(question: Component, asked: Component, value: Any) -> Any:
    """Return an answer as another question takes it: in words, or the columns of its rows."""
    if question.type == LIST and asked.type == LIST:
        columns = [(each, _within(asked.questions(), each.key)) for each in question.questions()]
        return [
            {
                each.key: _as(each, column, row[each.key])
                for each, column in columns
                if column and each.key in row
            }
            for row in value
        ]
    if question.type in _TEXTS and asked.type not in _TEXTS:
        said = words(asked, value)
        return said if isinstance(said, str) else value
    return value


def _within(questions: Iterable[Component], key: str) -> Component | None:
    return next((each for each in questions if each.key == key), None)


def parts(components: Iterable[Component]) -> Iterator[Component]:
    """Go through the components, those of groups too; a list is one."""
    for each in components:
        yield each
        if each.type == "group":
            yield from parts(each.components)
