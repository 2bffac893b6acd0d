"""Discussions and enquiries are numbered once, and each knows which discussion led to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bench.walks import unsigned
from processes import beside, cases, library
from processes.models import Case, Fact, Task
from processes.taking import read_facts
from tests.processes.conftest import REFERRED_AT, Pathway

STEPS = ("plan_strategy_discussion", "hold_strategy_discussion", "sign_strategy_discussion")


@pytest.fixture
def open_case(engine):
    """A case with a discussion under way, in a procedure that lets everything be signed."""
    brighton = Pathway(engine, unsigned(library.read("brighton_and_hove")))
    brighton.start()
    brighton.screen()
    return brighton


def begin(brighton: Pathway, process: str, why: str | None = None) -> str:
    """Begin a process beside the pathway and return its key."""
    with brighton.sessions.begin() as session:
        case, by = session.scalars(select(Case)).one(), brighton.person(session)
        return cases.begin(session, case, process, why, by=by, now=brighton.now).id


def begin_planned(brighton: Pathway) -> str:
    """Begin a further discussion and plan it; return its key."""
    key = begin(brighton, "follow_up_discussion")
    complete(brighton, key, STEPS[0])
    return key


def complete(brighton: Pathway, instance_id: str, element: str, **answers: Any) -> None:
    with brighton.sessions.begin() as session:
        wanted = Task.instance_id == instance_id, Task.element == element
        key = session.scalars(select(Task.key).where(*wanted)).one()
        by = brighton.person(session)
        cases.complete_task(session, key, answers, by=by, now=brighton.now)


def facts(brighton: Pathway) -> Any:
    with brighton.sessions() as session:
        return read_facts(session, session.scalars(select(Case.id)).one())


def offered(brighton: Pathway) -> list[str]:
    """Return what may be begun beside the pathway as the case stands."""
    known, procedure = facts(brighton), library.read("brighton_and_hove")
    with brighton.sessions() as session:
        by = brighton.person(session)
        return [each["process"] for each in beside.offered(procedure, known, by)]


def test_discussions_that_run_side_by_side_have_numbers_of_their_own(open_case):
    for _ in range(3):
        begin_planned(open_case)
    kinds = [each for each in facts(open_case).scopes() if each[0] == "discussion"]
    assert kinds == [("discussion", number) for number in (1, 2, 3, 4)]


def test_an_enquiry_comes_from_the_discussion_that_decided_it_and_not_from_a_later_one(open_case):
    second, third = (begin_planned(open_case) for _ in range(2))
    assert third != second  # and still to be held
    held_at = REFERRED_AT + timedelta(hours=1)
    open_case.now = held_at + timedelta(hours=1)
    complete(
        open_case,
        second,
        "hold_strategy_discussion",
        strategy_discussion_started_at=held_at,
        strategy_discussion_held_at=held_at,
        discussion_format="face_to_face",
        section_47_decided=True,
        threshold="met",
    )
    complete(open_case, second, "sign_strategy_discussion")
    with open_case.sessions() as session:
        left = session.scalars(select(Task.element).where(Task.instance_id == second)).all()
    if "distribute_record" in left:
        complete(open_case, second, "distribute_record", record_distributed_at=open_case.now)
    known = facts(open_case)
    assert known.get(("enquiry", 1), "initiating_discussion_number") == 2
    (case_id,) = {each.case_id for each in open_case.timers("BH-05")}
    assert open_case.deadlines(case_id)["BH-05"].from_at == held_at


def test_what_is_about_an_enquiry_cannot_begin_before_there_is_one(open_case):
    with pytest.raises(cases.CannotBegin, match="there is none yet"):
        begin(open_case, "conference_deferral")
    assert not facts(open_case).context()["enquiry_running"]
    assert "conference_deferral" not in offered(open_case)
    assert "protective_action" in offered(open_case)


def test_a_deferral_is_offered_once_there_is_an_enquiry(open_case):
    with open_case.sessions.begin() as session:
        case_id = session.scalars(select(Case.id)).one()
        opened = {"scope": "enquiry", "number": 1, "name": "opened_at", "value": REFERRED_AT}
        session.add(Fact(case_id=case_id, recorded_at=REFERRED_AT, **opened))
    assert "conference_deferral" in offered(open_case)


def test_a_closed_case_opens_again_for_what_is_begun_and_closes_after_it(pathway):
    brighton = pathway()
    (case_id,) = brighton.start()
    screened = {"response": "no_further_action", "suspected_harm": False}
    brighton.complete("screen_referral", referral_decided_at=brighton.now, **screened)
    for element in ("tell_referrer", "close_case"):
        brighton.complete(element, referrer_told_at=brighton.now)

    def closed_at() -> Any:
        with brighton.sessions() as session:
            return session.get_one(Case, case_id).closed_at

    assert closed_at() == REFERRED_AT
    assert [each for each in brighton.timers("WT-01") if each.fired_at is None] == []
    brighton.now = REFERRED_AT + timedelta(days=30)
    begun = begin(brighton, "new_information", "The school has seen a new injury.")
    assert closed_at() is None
    assert brighton.fire(brighton.now).failed == []
    about = {"information_received_at": brighton.now, "suspected_harm": False}
    complete(brighton, begun, "record_new_information", **about)
    assert closed_at() == brighton.now
