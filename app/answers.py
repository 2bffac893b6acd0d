"""A form on a page: what is asked, what was typed, what is wrong with it, rows added or removed.

Everything works without JavaScript: “Add another” and “Show further questions” are buttons that
send the form and get it back with everything typed in it. Nothing is saved until it is all right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from forms import MOST_ROWS, Component, Form
from forms.fields import is_blank
from processes.library import Procedure
from processes.signing import Refusal

# Names that no question can have, because a key begins with a letter.
BUTTON, SHOWN, ROW = "_button", "_shown", "_row"


@dataclass(frozen=True)
class Wrong:
    """One line of the error summary, and the place on this page or another that it leads to."""

    says: str
    address: str
    elsewhere: bool = False


class Sheet:
    """A form as one page shows it. `facts` are what its conditions may read besides its answers."""

    def __init__(
        self, form: Form, facts: Mapping[str, Any], answers: Mapping[str, Any] | None = None
    ) -> None:
        self.form = form
        self.facts = facts
        self.was_sent = self.was_pressed = False
        self.errors: dict[str, str] = {}
        self.appeared: list[Wrong] = []
        self.refused: list[Wrong] = []
        self._show(form.fill(answers or {}))

    def read(self, posted: MultiDict[str, str]) -> dict[str, Any] | None:
        """Return the answers, or None when the page is to be shown again."""
        self.was_sent = True
        read = self.form.read(posted, self.facts)
        self._show(read.typed)
        button = posted.get(BUTTON, "")
        if button:
            self.was_pressed = True
            self._press(button)
            return None
        self.appeared = list(self._new(set(posted.getlist(SHOWN))))
        unseen = {each.address for each in self.appeared}
        self.errors = {
            name: says for name, says in read.errors.items() if self.address(name) not in unseen
        }
        return None if self.errors or self.appeared else read.values

    def resume(self, posted: MultiDict[str, str]) -> None:
        """Show again what was posted once; nothing in it is called wrong yet."""
        self.was_sent = True
        self._show(self.form.typed(posted))

    def refuse(self, refusals: Iterable[Refusal], places: Mapping[str, str]) -> None:
        """Say why the record cannot be signed, each at its question, here or in another record."""
        for each in refusals:
            if each.question in self.form.keys:
                self.errors[each.question] = each.says
            else:
                place = places.get(each.question, "")
                self.refused.append(Wrong(each.says, place, elsewhere=True))

    @property
    def problems(self) -> list[Wrong]:
        """Return the lines of the error summary, in the order of the questions."""
        wrong = [Wrong(says, self.address(name)) for name, says in self.errors.items()]
        return [*wrong, *self.refused, *self.appeared]

    @property
    def has_conditions(self) -> bool:
        """Say whether some questions depend on answers to others on this page."""
        own = set(self.form.keys)
        return any(each.hide.names & own for each in _all(self.form.components) if each.hide)

    def row_context(self, question: Component, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the conditions within a row may read."""
        inner = {each.key: each.read(row.get(each.key))[0] for each in question.questions()}
        return {**self.context, **inner}

    def rows(self, question: Component, typed: list[Any]) -> list[Any]:
        """Return a list's rows: those typed, or the blank ones it begins with."""
        return typed if typed or self.was_sent else [{} for _ in range(question.rows)]

    def address(self, name: str) -> str:
        """Return the place on the page of what is posted under a name."""
        question = _find(self.form.components, name)
        parts = question and question.type in ("date", "datetime")
        return f"#{name}-day" if parts else f"#{name}"

    def _show(self, typed: dict[str, Any]) -> None:
        self.typed = typed
        values = self.form.read_answers(typed, self.facts).values
        self.context = {**self.facts, **dict.fromkeys(self.form.keys), **values}

    def _press(self, button: str) -> None:
        """Add a row to a list, or take one out; any other button only shows the page anew."""
        action, _, name = button.partition(" ")
        for question in self.form.questions():
            rows = self.typed.get(question.key)
            if question.type != "dynamiclist" or not isinstance(rows, list):
                continue
            if action == "add" and name == question.key and len(rows) < MOST_ROWS:
                rows.append({each.key: "" for each in question.questions()})
            if action == "remove" and name.rpartition("-")[0] == question.key:
                number = int(name.rpartition("-")[2]) if name[-1].isdigit() else len(rows)
                del rows[number : number + 1]

    def _new(self, shown: set[str]) -> Iterator[Wrong]:
        """Find the questions that the answers call for and the page that was sent did not ask."""
        for question in conditional(self.form.components, self.context):
            if question.key not in shown and is_blank(self.typed.get(question.key)):
                yield Wrong(question.label, self.address(question.key))


def conditional(
    components: Iterable[Component], context: Mapping[str, Any], depends: bool = False
) -> Iterator[Component]:
    """Go through the questions that a condition brought onto the page."""
    for each in components:
        if each.is_hidden(context):
            continue
        if each.type == "group":
            yield from conditional(each.components, context, depends or each.hide is not None)
        elif each.type != "text" and (depends or each.hide is not None):
            yield each


def of_question(procedure: Procedure, name: str) -> Form | None:
    """Return a form that asks one question only, as the procedure asks it."""
    for form in procedure.forms.values():
        for question in form.questions():
            if question.key == name:
                return Form(form.id, (replace(question, hide=None, required=True),))
    return None


def _all(components: Iterable[Component]) -> Iterator[Component]:
    for each in components:
        yield each
        if each.type == "group":
            yield from _all(each.components)


def _find(components: Iterable[Component], name: str) -> Component | None:
    """Return the question that a posted name is for, within a row too."""
    for question in (each for each in _all(components) if each.key):
        if question.key == name:
            return question
        row, _, key = name.removeprefix(f"{question.key}-").partition("-")
        if question.type == "dynamiclist" and row.isdigit():
            inner = _find(question.components, key)
            if inner:
                return inner
    return None
