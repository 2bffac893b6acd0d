"""Earlier records beside a form: what is known is read there, without leaving the page.

A text of a form says which: `"shows": "hold_strategy_discussion.decisions, record_new_information"`
names questions of tasks, or all that a task asked. Every record of the case that answers is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app import words
from forms import Form
from forms.words import words as say
from processes import carrying
from processes.library import Procedure
from processes.models import Record


@dataclass(frozen=True)
class Earlier:
    """One record as it stands beside a form: which it is, and what it answered of what is named."""

    record: Record
    part: str
    answers: list[tuple[str, Any]]


def beside(procedure: Procedure, form: Form, records: Sequence[Record]) -> dict[str, list[Earlier]]:
    """Return, by what a text of the form says it shows, the records that stand there, in order."""
    shown = {}
    for part in carrying.parts(form.components):
        if named := carrying.named(part, carrying.BESIDE):
            found = [_earlier(procedure, record, named) for record in records]
            shown[part.properties[carrying.BESIDE]] = [each for each in found if each.answers]
    return shown


def _earlier(procedure: Procedure, record: Record, named: list[tuple[str, str]]) -> Earlier:
    wanted = {question for task, question in named if task == record.element}
    asked = procedure.forms[record.element].questions() if wanted else ()
    answers = [
        (each.label, say(each, record.answers[each.key]))
        for each in asked
        if (each.key in wanted or "" in wanted)
        and record.answers.get(each.key) not in (None, "", [])
    ]
    return Earlier(record, words.scope(record.scope, record.number), answers)
