"""Invented answers to any form, from a seed: what a hurried and careless person might type."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from forms import Component, Form

LEFT_OUT = 0.25  # of the questions are left unanswered


def invent(form: Form, now: datetime, chance: Random) -> dict[str, Any]:
    """Return answers to a form as it would read them, with what is hidden left out."""
    typed = {
        question.key: _answer(question, now, chance)
        for question in form.questions()
        if chance.random() > LEFT_OUT
    }
    return form.read_answers(typed, {}).values


def _answer(question: Component, now: datetime, chance: Random) -> Any:
    when = now + timedelta(minutes=chance.randrange(-600, 1))
    match question.type:
        case "yes_no" | "checkbox":
            return chance.random() < 0.6
        case "select" | "radio":
            return chance.choice(question.options).value
        case "checklist":
            return [each.value for each in question.options if chance.random() < 0.4]
        case "date":
            return when.date()
        case "datetime":
            return when
        case "number":
            return chance.randrange(5)
        case "dynamiclist":
            return [
                {each.key: _answer(each, now, chance) for each in question.questions()}
                for _ in range(chance.randrange(3))
            ]
    return "As she said. " * chance.randrange(1, 20)
