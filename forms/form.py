"""A form: what a task asks. It reads what was posted, and says answers in words.

Only declared questions are read, in the order they are asked; whether one is asked at all is
decided here, by the condition the page was made with. What was typed comes back as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from forms.components import GROUP, LIST, TEXT, Component, questions
from forms.fields import DATE_PARTS, TIME_PARTS, clean, is_blank
from forms.words import typed_again, words

MOST_ROWS = 50
SAVE = "Save and continue"
Shown = str | list[list[tuple[str, "Shown"]]]


@dataclass(frozen=True)
class Answers:
    """What was answered: values by key, errors by posted name, and everything as it was typed."""

    values: dict[str, Any]
    errors: dict[str, str]
    typed: dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What a task asks, from its form-js file; `button` is what its button says."""

    id: str
    components: tuple[Component, ...]
    button: str = SAVE

    def questions(self) -> tuple[Component, ...]:
        """Return the questions in order, those of groups too; a list is one question."""
        return self._questions

    @cached_property
    def _questions(self) -> tuple[Component, ...]:
        return tuple(questions(self.components))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions())

    def becoming(self, what: str) -> list[Component]:
        """Return the lists whose rows become something else too, such as actions."""
        lists = (each for each in self.questions() if each.type == LIST)
        return [each for each in lists if each.properties.get("becomes") == what]

    @cached_property
    def sends_back(self) -> dict[str, str]:
        """The steps that can be sent back here, and the question whose answer is the reason."""
        asked = ((each.properties.get("sends_back"), each.key) for each in self.questions())
        return {step: key for step, key in asked if step}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {question.key: question.label for question in self.questions()}

    @cached_property
    def names(self) -> frozenset[str]:
        """What the conditions need to know from elsewhere: the names no question here answers."""
        return frozenset(_names(self.components)) - set(self.keys)

    def typed(self, posted: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was posted for the declared questions, as typed: to show again, or to read.

        A date is its parts, choices are a list, rows are a list of the same. `posted` is a
        multi-dict (with `getlist`) or a mapping of texts and lists of texts.
        """
        return _typed(self.questions(), posted, "")

    def read(self, posted: Mapping[str, Any], facts: Mapping[str, Any]) -> Answers:
        """Read what a page posted."""
        typed = self.typed(posted)
        values, errors = self._check(typed, facts)
        return Answers(values, errors, typed)

    def read_answers(
        self, answers: Mapping[str, Any], facts: Mapping[str, Any], now: datetime | None = None
    ) -> Answers:
        """Read answers by key: Python values, or as a scenario or the API writes them.

        Told what time it is, it refuses what is said to have happened later.
        """
        values, errors = self._check(answers, facts, now)
        return Answers(values, errors, {key: answers[key] for key in self.keys if key in answers})

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as if they had been typed, for a page that begins with them."""
        return {
            question.key: typed_again(question, values.get(question.key))
            for question in self.questions()
        }

    def show(self, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Say a record's answers in words, by label; a list is its rows, each said the same way."""
        return [
            (question.label, words(question, values[question.key]))
            for question in self.questions()
            if question.key in values
        ]

    def _check(
        self, typed: Mapping[str, Any], facts: Mapping[str, Any], now: datetime | None = None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        reading = _Reading({**facts, **dict.fromkeys(self.keys)}, {}, {}, now)
        reading.visit(self.components, typed)
        return reading.values, reading.errors


@dataclass(frozen=True)
class _Reading:
    """Answers being read, in the order asked; what a condition sees grows with them."""

    context: dict[str, Any]
    values: dict[str, Any]
    errors: dict[str, str]
    now: datetime | None

    def visit(self, components: Sequence[Component], typed: Mapping[str, Any]) -> None:
        for component in components:
            if component.type == TEXT or component.is_hidden(self.context):
                continue
            if component.type == GROUP:
                self.visit(component.components, typed)
            else:
                self._ask(component, typed.get(component.key))

    def _ask(self, question: Component, typed: Any) -> None:
        if question.type == LIST:
            value, error = self._rows(question, typed)
        else:
            value, error = question.read(typed)
            error = error or question.not_yet(value, self.now)
        if error:
            self.errors[question.key] = error
        self.values[question.key] = self.context[question.key] = value

    def _rows(self, question: Component, typed: Any) -> tuple[list[dict[str, Any]], str]:
        rows = [] if is_blank(typed) else typed
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows[:100]):
            return [], f"“{question.label}” must be a list of rows."
        if len(rows) > MOST_ROWS:
            return [], f"“{question.label}” can have at most {MOST_ROWS} rows."
        asked = list(question.questions())
        read = []
        for number, row in enumerate(rows):
            if all(_untouched(each, row.get(each.key)) for each in asked):
                continue
            context = {**self.context, **dict.fromkeys(each.key for each in asked)}
            inner = _Reading(context, {}, {}, self.now)
            inner.visit(question.components, row)
            read.append(inner.values)
            for key, error in inner.errors.items():
                name = question.row_name(number, key)
                self.errors[name] = f"{question.item} {number + 1}: {error}"
        return read, question.missing if question.required and not read else ""


def _untouched(question: Component, typed: Any) -> bool:
    return is_blank(typed) or (question.type == "checkbox" and typed in (False, "no", "false"))


def _names(components: Sequence[Component]) -> Iterator[str]:
    for component in components:
        yield from component.hide.names if component.hide else ()
        own = {each.key for each in component.questions()} if component.type == LIST else set()
        yield from set(_names(component.components)) - own


def _typed(asked: Iterable[Component], posted: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {each.key: _typed_one(each, posted, prefix + each.key) for each in asked}


def _typed_one(question: Component, posted: Mapping[str, Any], name: str) -> Any:
    match question.type:
        case "date" | "datetime":
            parts = DATE_PARTS if question.type == "date" else TIME_PARTS
            return {part: _one(posted.get(f"{name}-{part}")) for part in parts}
        case "checklist" | "filepicker":
            getlist = getattr(posted, "getlist", None)
            given = getlist(name) if getlist else posted.get(name)
            texts = map(_one, given if isinstance(given, list) else [given])
            return [text for text in texts if text.strip()]
        case "dynamiclist":
            return [
                _typed(question.questions(), posted, f"{name}-{row}-")
                for row in _row_numbers(name, posted)
            ]
    return _one(posted.get(name))


def _row_numbers(name: str, posted: Mapping[str, Any]) -> list[int]:
    numbered = re.compile(rf"{re.escape(name)}-(0|[1-9][0-9]{{0,3}})-")
    return sorted({int(found[1]) for key in posted if (found := numbered.match(key))})


def _one(given: object) -> str:
    return clean(given) if isinstance(given, str) else ""
