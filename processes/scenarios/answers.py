"""From a scenario's words to a form's answers: read by the same form that a page posts to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forms import Component, Form
from processes.scenarios import moments
from processes.scenarios.language import Answer


class AnswersRefused(ValueError):
    """The form does not accept these answers; the message is the form's own."""


def read_answers(
    form: Form,
    answers: Mapping[str, Answer],
    known: Mapping[str, Any],
    filled: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Return what was answered, on a page that begins with what is `filled` in already."""
    begun = {key: value for key, value in filled.items() if key in form.keys}
    read = form.read_answers({**begun, **written(form, answers)}, known, now)
    if read.errors:
        raise AnswersRefused(" ".join(read.errors.values()))
    return read.values


def read_one(form: Form, key: str, answer: Answer, now: datetime) -> Any:
    """Return the answer to one question alone, whether or not it is asked now."""
    question = next(each for each in form.questions() if each.key == key)
    if answer == "":
        return None
    if question.type == "dynamiclist":
        return form.read_answers({key: _written(question, answer)}, {}).values[key]
    value, error = question.read(_written(question, answer))
    if error := error or question.not_yet(value, now):
        raise AnswersRefused(error)
    return value


def written(form: Form, answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return the answers with their dates read; raise NotADate for one that is none."""
    return {
        question.key: _written(question, answers[question.key])
        for question in form.questions()
        if question.key in answers
    }


def _written(question: Component, answer: Any) -> Any:
    if question.type == "dynamiclist" and isinstance(answer, list):
        return [
            {
                each.key: _written(each, row[each.key])
                for each in question.questions()
                if each.key in row
            }
            for row in answer
        ]
    if question.type in ("date", "datetime") and answer:
        read = moments.read_day if question.type == "date" else moments.read_moment
        return read(answer)
    return answer
