"""The components a form may use, each as a page shows it and as marshmallow reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

import feel
from forms.fields import is_blank
from forms.local_time import lies_ahead, say

TEXT, GROUP, LIST, FILES = "text", "group", "dynamiclist", "filepicker"
CHILD, IF_DIFFERENT = "child", "child if different"  # what the property `each` may say


@dataclass(frozen=True)
class Option:
    """An answer that is offered."""

    value: str
    label: str


@dataclass(frozen=True)
class Component:
    """One thing on a form: a question, a text, a group of components, or a list of rows.

    `type` is the form-js name, but that a form-js datetime is a "date" or a "datetime" and a radio
    answered by yes or no is a "yes_no". It is posted under its key, with "-day" and so on for the
    parts of a date; within a list under the list's `row_name`, such as "actions-0-person".
    """

    type: str
    key: str = ""
    label: str = ""
    hint: str = ""
    text: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    hide: feel.Expression | None = None
    answer: fields.Field[Any] | None = None
    components: tuple[Component, ...] = ()
    width: int | None = None  # of the sixteen columns of a form-js row
    rows: int = 1  # that a list begins with
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def item(self) -> str:
        """What one row of a list is called: "Action"."""
        return self.properties.get("item", "Row")

    @property
    def each(self) -> str:
        """Whether this is asked for each child by itself: always, if it differs, or (“”) never."""
        return self.properties.get("each", "")

    @property
    def missing(self) -> str:
        """What to say when a required answer is not there: the form's own words, if it has any."""
        return self.properties.get("error") or _MISSING.get(self.type, "Answer {}.").format(
            f"“{self.label}”"
        )

    def row_name(self, row: int, key: str) -> str:
        """Return the posted name of a question in a row of this list."""
        return f"{self.key}-{row}-{key}"

    def questions(self) -> Iterator[Component]:
        """Go through the questions within, those of groups too; a list is one question."""
        return questions(self.components)

    def is_hidden(self, context: Mapping[str, Any]) -> bool:
        """Tell whether a page with these facts and answers leaves this out.

        What runs past a limit before it is known is asked; choices are not while there are none.
        """
        if self.type == "checklist" and not self.options:
            return True
        try:
            return self.hide is not None and self.hide.evaluate(context) is True
        except feel.FeelRuntimeError:
            return False

    def read(self, typed: Any) -> tuple[Any, str]:
        """Return an answer, and what is wrong with it in words; a form reads its lists itself."""
        assert self.answer
        is_box = self.type == "checkbox"
        try:
            if is_blank(typed):
                value = False if is_box else None
            else:
                value = self.answer.deserialize(typed)
        except ValidationError as error:
            return None, str(error.messages[0])
        is_missing = value is None or (is_box and not value)
        return value, self.missing if self.required and is_missing else ""

    def not_yet(self, value: Any, now: datetime | None) -> str:
        """Say what is wrong with an answer that tells as having happened what has yet to come."""
        if now is None or "happened" not in self.properties or not isinstance(value, date):
            return ""
        ahead = f"“{self.label}” must be in the past: {say(value)} has yet to come."
        return ahead if lies_ahead(value, now) else ""


_MISSING = {
    "date": "Give the date: {}.",
    "datetime": "Give the date and the time: {}.",
    "checkbox": "Tick {}.",
    "select": "Choose an answer to {}.",
    "radio": "Choose an answer to {}.",
    "yes_no": "Choose yes or no: {}.",
    "checklist": "Choose at least one answer to {}.",
    FILES: "Choose a file: {}.",
    LIST: "Add at least one to {}.",
}


def first_key(component: Component) -> str:
    """Return the key by which a question, or a group by its first question, is called."""
    return component.key or next((each.key for each in questions([component])), "")


def questions(components: Iterable[Component]) -> Iterator[Component]:
    """Go through the questions of components, those of groups too; a list is one question."""
    for component in components:
        if component.type == GROUP:
            yield from questions(component.components)
        elif component.type != TEXT:
            yield component
