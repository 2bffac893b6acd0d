"""A form as it is filled in for one child, alone or as one of several.

What is asked of a brother or sister alone is posted under its key with their case's number before
it: “_17-child_seen”. No question has such a name, because a key begins with a letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict

from forms import MOST_ROWS, Answers, Component, Form
from forms.children import own_keys
from forms.components import FILES, LIST, questions
from processes.carrying import Carried
from processes.sending_back import SentBack

_MARKED = re.compile("(_[0-9]+-)(.+)", re.DOTALL)


def mark_of(case_id: int) -> str:
    """Return what the names of questions asked about one case's child alone begin with."""
    return f"_{case_id}-"


def parted(name: str) -> tuple[str, str]:
    """Return a posted name's mark, if it has one, and the name without it."""
    marked = _MARKED.fullmatch(name)
    return (marked[1], marked[2]) if marked else ("", name)


def head(name: str) -> str:
    """Return the key of the question, or of the list, that a posted name is for."""
    return name.partition("-")[0]


@dataclass(frozen=True)
class Begun:
    """What a form begins with: answers, and of those that are carried forward where they are from;
    why the step waits once more, if it was sent back.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    carried: Mapping[str, Carried] = field(default_factory=dict)
    sent_back: SentBack | None = None


@dataclass(frozen=True)
class Child:
    """Whom a form is filled in for: what its conditions may read, and what it begins with, which
    is looked up when a page shows it.
    """

    facts: Mapping[str, Any]
    name: str = ""
    case_id: int = 0
    begin: Callable[[], Begun] = Begun

    @cached_property
    def begun(self) -> Begun:
        return self.begin()


class Filled:
    """The form as it is filled in for one child. `own` is asked of this child by itself."""

    def __init__(self, form: Form, child: Child, mark: str = "") -> None:
        self.form, self.child, self.mark = form, child, mark
        self.differing: frozenset[str] = frozenset()
        self.own: frozenset[str] = frozenset()
        self._questions = {each.key: each for each in form.questions()}

    def show(self, typed: dict[str, Any]) -> None:
        self.typed = typed
        for known in ("read", "context"):
            self.__dict__.pop(known, None)

    @cached_property
    def typed(self) -> dict[str, Any]:
        return self.begins_with()

    @cached_property
    def read(self) -> Answers:
        """What is typed, read as answers."""
        return self.form.read_answers(self.typed, self.child.facts, g.now)

    @cached_property
    def context(self) -> dict[str, Any]:
        """What conditions may read: the facts, and the answers as they are typed."""
        return {**self.child.facts, **dict.fromkeys(self.form.keys), **self.read.values}

    def set_differing(self, parts: Iterable[str]) -> None:
        self.differing = frozenset(parts)
        self.own = own_keys(self.form, self.differing)

    def begins_with(self) -> dict[str, Any]:
        return self.form.fill(self.child.begun.answers)

    def question(self, key: str) -> Component:
        return self._questions[key]

    def name(self, name: str) -> str:
        """Return the name as it is posted for this child."""
        return self.mark + name if head(name) in self.own else name

    def is_asked_alone(self, part: Component) -> bool:
        """Say whether all of a part of the form is asked of this child by itself."""
        keys = {each.key for each in questions([part])}
        return bool(keys) and keys <= self.own

    def row_context(self, question: Component, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the conditions within a row may read."""
        inner = {each.key: each.read(row.get(each.key))[0] for each in question.questions()}
        return {**self.context, **inner}

    def posted(self, posted: MultiDict[str, str]) -> MultiDict[str, str]:
        """Return what was posted about this child, by the form's own names."""
        found: MultiDict[str, str] = MultiDict()
        for name, text in posted.items(multi=True):
            mark, plain = parted(name)
            is_own = head(plain) in self.own
            if mark == (self.mark if is_own else ""):
                found.add(plain, text)
        return found

    def press(self, action: str, name: str) -> None:
        """Add a row to a list, or take one out, or a file."""
        for question in self.form.questions():
            rows, list_name = self.typed.get(question.key), self.name(question.key)
            is_mine = not self.mark or question.key in self.own
            is_list = question.type == LIST
            if not (is_list or question.type == FILES) or not isinstance(rows, list) or not is_mine:
                continue
            if action == "add" and is_list and name == list_name and len(rows) < MOST_ROWS:
                rows.append({each.key: "" for each in question.questions()})
            if action == "remove" and name.rpartition("-")[0] == list_name:
                number = int(name.rpartition("-")[2]) if name[-1].isdigit() else len(rows)
                del rows[number : number + 1]
