"""The question that a fact is the answer to, and what it has against a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from forms import Form
from processes.library import Procedure


class ValueRefused(ValueError):
    """The question of a fact would not take this value; the message says why."""


def alone(procedure: Procedure, name: str) -> Form | None:
    """Return a form that asks one question only, as the procedure asks it."""
    for form in procedure.forms.values():
        for question in form.questions():
            if question.key == name:
                return Form(form.id, (replace(question, hide=None, required=True),))
    return None


def check(procedure: Procedure, name: str, value: Any, now: datetime) -> None:
    """Refuse what nobody could have answered: another kind of value, or what has yet to come.

    That nothing is known any more is no answer, and always may be said.
    """
    form = alone(procedure, name)
    if form is None or value is None:
        return
    read = form.read_answers({name: value}, {}, now)
    for says in read.errors.values():
        raise ValueRefused(says)
    if not isinstance(value, list) and read.values[name] != value:
        raise ValueRefused(f"“{form.labels[name]}” cannot be “{value}”: give it as it is asked.")
