"""Answers of a scenario as a page posts them: texts by the names of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from forms import Component, Form
from forms.fields import DATE_PARTS, TIME_PARTS

Posted = dict[str, list[str]]


def posted(form: Form, answers: Mapping[str, Any]) -> Posted:
    """Return answers as a page posts them: texts by the names of its fields, in its order."""
    found: Posted = {}
    for question in form.questions():
        if question.key in answers:
            found |= dict(_posted(question, question.key, answers[question.key]))
    return found


def _posted(question: Component, name: str, answer: Any) -> Iterator[tuple[str, list[str]]]:
    if question.type == "dynamiclist":
        for row, given in enumerate(answer):
            for each in question.questions():
                if each.key in given or each.type == "textfield":  # not what the page began with
                    yield from _posted(each, f"{name}-{row}-{each.key}", given.get(each.key, ""))
    elif question.type in ("date", "datetime"):
        parts = DATE_PARTS if question.type == "date" else TIME_PARTS
        for part in parts:
            yield f"{name}-{part}", [_part(answer, part)]
    elif question.type == "checklist":
        yield name, [answer] if isinstance(answer, str) else list(answer)
    else:
        yield name, [str(answer)]


def _part(moment: date | str, part: str) -> str:
    if not isinstance(moment, date):
        return ""
    return (
        f"{getattr(moment, part):02}" if part in ("hour", "minute") else str(getattr(moment, part))
    )
