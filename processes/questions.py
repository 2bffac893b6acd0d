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
    """Return a form that asks one question only, as the procedure asks it.

    What one of its forms asks as having happened, has.
    """
    forms = procedure.forms.values()
    asked = [(form, each) for form in forms for each in form.questions() if each.key == name]
    if not asked:
        return None
    form, question = max(asked, key=lambda each: "happened" in each[1].properties)
    return Form(form.id, (replace(question, hide=None, required=True),))


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
