"""The work that is measured: a pathway from referral to conference, as a scenario tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forms import Component, Form
from forms.components import LIST
from processes import library
from processes.calendar import day_of
from processes.library import Procedure
from processes.models import Record
from processes.scenarios import language
from processes.scenarios.replay import Replay
from processes.taking import read_facts

SCENARIO = library.ROOT / "bpmn" / "england" / "scenarios" / "everything_in_time.yaml"
USUAL, LONG = 800, 4_000  # characters of narrative in each form that asks for any
_SENTENCE = "The health visitor saw the child at home and wrote down what was said and by whom. "
_WEEK = timedelta(days=7)


class ScenarioDoesNotHold(RuntimeError):
    """What the scenario says must be true is not; there is no use in measuring it."""


@dataclass(frozen=True)
class Deed:
    """One task completed: by whom, when, with which answers."""

    element: str
    by: str
    at: datetime
    answers: dict[str, Any]


@dataclass(frozen=True)
class Work:
    """A pathway's deeds in order; the first one starts the case."""

    procedure: Procedure
    people: dict[str, tuple[str, ...]]
    deeds: tuple[Deed, ...]
    narrative: int

    @property
    def tasks(self) -> tuple[Deed, ...]:
        """The deeds after the one that starts the case."""
        return self.deeds[1:]

    def until(self, element: str) -> Work:
        """Return the part of the work that ends with this task."""
        last = [deed.element for deed in self.deeds].index(element)
        return replace(self, deeds=self.deeds[: last + 1])

    def in_the_present(self, now: datetime) -> Work:
        """Return the same work as it is told now: what happens in it later happens now.

        A server has the clock of the day, and refuses the future as past.
        """
        forms = self.procedure.forms
        told = (
            replace(
                deed, at=now, answers=_not_ahead(forms[deed.element].questions(), deed.answers, now)
            )
            for deed in self.deeds
        )
        return replace(self, deeds=tuple(told))


def record(now: datetime, narrative: int = USUAL, path: Path = SCENARIO) -> Work:
    """Replay the scenario once in memory and take what was recorded, told as of next week."""
    scenario = language.read(path)
    replay = Replay(scenario, library.read(scenario.procedure))
    if failed := [outcome for outcome in replay.outcomes() if not outcome.holds]:
        raise ScenarioDoesNotHold(f"{path}, line {failed[0].line}: {failed[0].found}.")
    with replay.sessions() as session:
        written = select(Record).options(joinedload(Record.recorded_by)).order_by(Record.id)
        records = session.scalars(written).all()
        known = read_facts(session, records[0].case_id).context()
        people = {each.recorded_by.name: tuple(each.recorded_by.roles) for each in records}
    replay.engine.dispose()
    later = _later((now + _WEEK - records[0].recorded_at) // _WEEK * _WEEK + _WEEK)
    deeds = (
        Deed(
            element=each.element,
            by=each.recorded_by.name,
            at=later(each.recorded_at),
            answers=later(
                _told_at_length(
                    replay.procedure.forms[each.element], each.answers, known, narrative
                )
            ),
        )
        for each in records
    )
    return Work(replay.procedure, people, tuple(deeds), narrative)


def _not_ahead(
    questions: Iterable[Component], answers: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    done = dict(answers)
    for question in questions:
        said = answers.get(question.key)
        if question.type == LIST and said:
            done[question.key] = [_not_ahead(question.questions(), row, now) for row in said]
        elif question.not_yet(said, now):
            done[question.key] = now if isinstance(said, datetime) else day_of(now)
    return done


def _later(by: timedelta) -> Callable[[Any], Any]:
    """Return what moves the dates of a value by whole weeks: nothing is due before it is done."""

    def move(value: Any) -> Any:
        match value:
            case datetime():
                return (value + by).astimezone(UTC) if value.tzinfo else value + by
            case date():
                return value + by
            case dict():
                return {key: move(each) for key, each in value.items()}
            case list():
                return [move(each) for each in value]
        return value

    return move


def _told_at_length(
    form: Form, answers: dict[str, Any], known: dict[str, Any], length: int
) -> dict[str, Any]:
    """Return the answers with as much narrative as people write, where the form asks for any."""
    text = (_SENTENCE * (length // len(_SENTENCE) + 1))[:length].strip()
    for question in form.questions():
        if question.type == "textarea":
            longer = {**answers, question.key: text}
            read = form.read_answers(longer, known)
            if not read.errors and read.values.get(question.key):
                return longer
    return answers
