"""Nothing but signing and closing refuses anything: acting, holding, recording late always work.

A bare sheet answers what a form requires and no more. It is taken at any time and in any order of
times, by every task that is not one of signing; and what is required at all is little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

import pytest
from lxml import etree

from bench.walks import STARTED_AT, WalkingAnew, unsigned
from forms import Component, Form
from processes import library
from processes.facts import Facts
from tests.bpmn.complete_record import LONDON, PROCEDURES

LAST = "close_case"  # it ends whatever is open
NOW = datetime(2026, 12, 7, 14, tzinfo=LONDON)
TIMES = {
    "now": [NOW],
    "years ago": [NOW - timedelta(days=3000)],
    "the end before the beginning": [NOW - timedelta(days=2), NOW - timedelta(days=900)],
}
# What is required besides moments, which clocks count from, and what makes a row of a list one.
DECIDES = {  # the pathway goes one way or another by it
    "response",
    "action_taken",
    "discussion_format",
    "plan_continues",
    "lateness_accepted",
    "disagreement_outcome",
}
SAYS = {  # the task asks for little else
    "lateness_reason",
    "lateness_explanation",
    "done_out_of_hours",
    "open_after_handover",
    "onward_recipient",
    "unsafe_discharge_step",
    "lateness_sent_back_why",
}
A_ROW = {"name", "what", "action"}


def bare(form: Form, times: list[datetime]) -> dict[str, Any]:
    """Answer what is required, and nothing else."""
    moments = cycle(times)
    asked = (each for each in form.questions() if each.required)
    return {each.key: answer(each, next(moments)) for each in asked}


def answer(question: Component, when: datetime) -> Any:
    if question.type in ("date", "datetime"):
        return when.date() if question.type == "date" else when
    return choices(question)[-1] if choices(question) else "Words."


def choices(question: Component) -> list[Any]:
    if question.type in ("yes_no", "checkbox"):
        return [True, False]
    return [each.value for each in question.options]


def one_way(form: Form, chance: Random) -> dict[str, Any]:
    """Answer the choices, by which the pathway goes one way or another."""
    asked = (each for each in form.questions() if choices(each) and each.type != "checklist")
    return {each.key: chance.choice(choices(each)) for each in asked}


def required(form: Form) -> Iterator[tuple[str, Component]]:
    for question in form.questions():
        yield from ((question.key, each) for each in question.questions() if each.required)
        if question.required:
            yield "", question


def tasks() -> list[Any]:
    """Return every task but those of signing and closing."""
    return [
        pytest.param(procedure, task, id=f"{procedure.name} {task}")
        for procedure in map(library.read, PROCEDURES)
        for task in sorted(procedure.forms.keys() - procedure.signing_tasks)
    ]


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize(("procedure", "task"), tasks())
def test_a_form_takes_a_bare_sheet_whatever_its_times(
    procedure: library.Procedure, task: str, when: str
):
    form = procedure.forms[task]
    assert form.read_answers(bare(form, TIMES[when]), {}).errors == {}


@pytest.mark.parametrize(("procedure", "task"), tasks())
def test_little_is_required(procedure: library.Procedure, task: str):
    for rows, question in required(procedure.forms[task]):
        is_moment = question.type in ("date", "datetime") and not rows
        makes_a_row = question.key in A_ROW and bool(rows)
        assert is_moment or makes_a_row or question.key in DECIDES | SAYS, question.key


@pytest.mark.parametrize(
    ("day", "is_asked"), [("2026-12-26", True), ("2026-12-28", True), ("2026-12-29", False)]
)
@pytest.mark.parametrize(
    ("task", "on", "why"),
    [
        ("book_conference", "conference_booked_for", "conference_booked_day_reason"),
        ("hold_conference", "conference_held_on", "conference_day_reason"),
    ],
)
def test_a_conference_at_a_weekend_or_on_a_bank_holiday_is_asked_about_and_recorded(
    task: str, on: str, why: str, day: str, is_asked: bool
):
    form = library.read("england").forms[task]
    facts = Facts().context()
    [question] = [each for each in form.questions() if each.key == why]

    assert question.is_hidden({**facts, on: date.fromisoformat(day)}) is not is_asked
    assert form.read_answers({on: day}, facts).errors == {}


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_task_takes_a_bare_sheet_late_and_early(name: str):
    """Chance leads the way, without the rules of signing; what cannot be completed fails."""
    procedure = library.read(name)
    walked = unsigned(procedure)
    taken = set().union(*(walk(walked, Random(seed)) for seed in range(8)))
    others = {*user_tasks(procedure)} - procedure.signing_tasks
    assert len(taken & others) > 0.75 * len(others), others - taken


def user_tasks(procedure: library.Procedure) -> Iterator[str]:
    for name, content in procedure.files.items():
        if name.endswith(".bpmn"):
            yield from (each.attrib["id"] for each in etree.fromstring(content).iter("{*}userTask"))


def walk(procedure: library.Procedure, chance: Random) -> set[str]:
    """Return the tasks that one case completed, each at some time with moments of any time."""
    walking, now = WalkingAnew(procedure), STARTED_AT
    taken: Counter[str] = Counter(record_referral=1)  # the case begins with it
    offered = [each["process"] for each in procedure.settings["beside"]]
    for process in offered:
        walking.begin(process, now)
    for _ in range(60):
        open_tasks = walking.open_tasks()
        if not open_tasks:
            break
        task = min(
            open_tasks,
            key=lambda each: (each.element == LAST, taken[each.element], chance.random()),
        )
        times = [now - timedelta(days=chance.choice([0, 0, 1, 400])) for _ in range(3)]
        form = procedure.forms[task.element]
        sheet = bare(form, times) | one_way(form, chance)
        walking.complete(task.key, form.read_answers(sheet, {}).values, now)
        taken[task.element] += 1
        now += timedelta(hours=chance.choice([0, 1, 30, 500]))
        walking.fire(now)
    return set(taken)
