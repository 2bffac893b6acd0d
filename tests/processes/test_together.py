"""Completing a step for brothers and sisters at once: a record each, all of them or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from processes import cases, signing, together
from processes.models import Record, Task
from tests.processes.conftest import Pathway

Follow = Callable[..., Pathway]


def keys(pathway: Pathway, element: str, *case_ids: int) -> list[str]:
    with pathway.sessions() as session:
        return [pathway.task(session, element, case_id).key for case_id in case_ids]


def complete(pathway: Pathway, answers: dict[str, dict[str, Any]]) -> None:
    with pathway.sessions.begin() as session:
        by = pathway.person(session)
        together.complete_tasks(session, answers, by=by, now=pathway.now)


def records(pathway: Pathway, element: str) -> list[Record]:
    with pathway.sessions() as session:
        found = select(Record).where(Record.element == element).order_by(Record.case_id)
        return list(session.scalars(found))


@pytest.fixture
def brighton(pathway: Follow) -> Pathway:
    return pathway("brighton_and_hove")


@pytest.fixture
def three(brighton: Pathway) -> list[int]:
    return brighton.start("Maya D", "Leo D", "Finn D")


def screened(pathway: Pathway, **more: Any) -> dict[str, Any]:
    answers = {"response": "strategy_discussion", "suspected_harm": True}
    return {**answers, "referral_decided_at": pathway.now, **more}


def test_each_child_has_a_record_and_facts_of_its_own(brighton: Pathway, three: list[int]):
    maya, leo, finn = keys(brighton, "screen_referral", *three)
    same = screened(brighton, serious_injury=True)
    complete(brighton, {finn: {**same, "serious_injury": False}, maya: same, leo: same})

    written = records(brighton, "screen_referral")
    assert [each.case_id for each in written] == three
    assert len({each.together for each in written} - {None}) == 1
    assert [each.answers["serious_injury"] for each in written] == [True, True, False]
    assert "BH-12" in brighton.deadlines(three[0])
    assert "BH-12" not in brighton.deadlines(three[2])


def test_a_referral_for_several_children_is_one_writing_and_one_for_a_child_alone_is_not(
    brighton: Pathway, three: list[int]
):
    brighton.start("Kai L")
    shared = [each.together for each in records(brighton, "record_referral")]
    assert len(set(shared[:3])) == 1
    assert shared[0]
    assert shared[3] is None


def test_when_one_step_is_not_open_any_more_nobody_s_is_completed(
    brighton: Pathway, three: list[int]
):
    maya, leo, _ = keys(brighton, "screen_referral", *three)
    brighton.complete("screen_referral", three[1], **screened(brighton))
    with pytest.raises(cases.TaskNotOpen):
        complete(brighton, {maya: screened(brighton), leo: screened(brighton)})
    assert [each.case_id for each in records(brighton, "screen_referral")] == [three[1]]
    assert keys(brighton, "screen_referral", three[0]) == [maya]


def test_doing_it_again_changes_nothing(brighton: Pathway, three: list[int]):
    answers = {key: screened(brighton) for key in keys(brighton, "screen_referral", *three)}
    complete(brighton, answers)
    with pytest.raises(cases.TaskNotOpen):
        complete(brighton, answers)
    assert len(records(brighton, "screen_referral")) == 3


def test_a_crash_before_the_end_leaves_nothing_of_it(brighton: Pathway, three: list[int]):
    answers = {key: screened(brighton) for key in keys(brighton, "screen_referral", *three)}
    with brighton.sessions() as session:
        by = brighton.person(session)
        together.complete_tasks(session, answers, by=by, now=brighton.now)
        session.rollback()  # as the database does when the server ends before it commits
    assert records(brighton, "screen_referral") == []
    complete(brighton, answers)
    assert len(records(brighton, "screen_referral")) == 3


def test_what_every_child_s_record_lacks_is_told_together_and_nothing_is_signed(
    brighton: Pathway, three: list[int]
):
    for element, answers in (
        ("screen_referral", screened(brighton)),
        ("plan_strategy_discussion", {}),
        ("hold_strategy_discussion", {"concerns": "Bruises"}),
    ):
        complete(brighton, {key: answers for key in keys(brighton, element, *three)})
    signing_keys = keys(brighton, "sign_strategy_discussion", *three)
    with pytest.raises(signing.SigningRefused) as refused:
        complete(brighton, {key: {"record_complete": True} for key in signing_keys})
    about = {each.case_id for each in refused.value.refusals if each.rule == "WT-05"}
    assert about == set(three)
    assert records(brighton, "sign_strategy_discussion") == []
    assert keys(brighton, "sign_strategy_discussion", *three) == signing_keys


def test_the_same_step_of_brothers_and_sisters_is_found_and_nobody_else_s(
    brighton: Pathway, three: list[int]
):
    brighton.start("Kai L")
    brighton.complete("screen_referral", three[2], **screened(brighton))
    with brighton.sessions() as session:
        task = brighton.task(session, "screen_referral", three[0])
        roles = brighton.person(session).roles
        assert [each.case_id for each in together.same_step(session, task, roles)] == [three[1]]
        assert together.same_step(session, task, ["police"]) == []


def test_two_who_complete_for_the_same_children_at_once_do_it_once(
    brighton: Pathway, three: list[int]
):
    found = keys(brighton, "screen_referral", *three)
    answers = {key: screened(brighton) for key in found}
    too_late: list[Exception] = []

    def attempt(order: list[str]) -> None:
        try:
            complete(brighton, {key: answers[key] for key in order})
        except cases.TaskNotOpen as error:
            too_late.append(error)

    both = [threading.Thread(target=attempt, args=[order]) for order in (found, found[::-1])]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert len(too_late) == 1
    assert len(records(brighton, "screen_referral")) == 3
    with brighton.sessions() as session:
        waiting = select(func.count()).where(Task.element == "screen_referral")
        assert session.scalar(waiting) == 0
