"""A signed record that is changed is signed and sent again, with a clock of its own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import cases, library
from processes.models import Case, Record
from tests.bpmn.complete_record import BRIGHTON, changed_record

SIGN, HOLD = "sign_strategy_discussion", "hold_strategy_discussion"


@pytest.fixture
def signed(pathway):
    """The whole record of a discussion, signed."""
    brighton = pathway()
    brighton.start(serious_injury=True)
    brighton.screen()
    whole = changed_record(BRIGHTON, SIGN)
    forms = library.read(BRIGHTON).forms
    for task in ("plan_strategy_discussion", HOLD, SIGN):
        answers = {key: whole[key] for key in forms[task].keys if key in whole}
        brighton.now += timedelta(minutes=10)
        brighton.complete(task, **answers)
    return brighton


def newest(pathway: Any, element: str) -> Record:
    with pathway.sessions() as session:
        of_element = select(Record).where(Record.element == element)
        record: Record = session.scalars(of_element.order_by(Record.id.desc())).all()[0]
        return record


def revise(pathway: Any, element: str, **answers: Any) -> None:
    record = newest(pathway, element)
    with pathway.sessions.begin() as session:
        how = {"by": pathway.person(session), "now": pathway.now}
        cases.revise(session, record, answers, "It was wrong.", **how)


def correct(pathway: Any, name: str, value: Any, why: str) -> None:
    with pathway.sessions.begin() as session:
        case = session.scalars(select(Case)).one()
        how = {"by": pathway.person(session), "now": pathway.now, "scope": ("discussion", 1)}
        cases.correct(session, case, name, value, why, **how)


def test_the_new_version_is_signed_by_nobody_until_the_chair_signs_it(signed):
    was = newest(signed, SIGN).signed_hash
    signed.now += timedelta(hours=1)
    revise(signed, HOLD, purpose="Whether the baby is safe too.")
    assert newest(signed, HOLD).signed_hash is None
    assert SIGN in signed.open_tasks()
    signed.complete(SIGN, record_complete=True, discussion_signed_at=signed.now)
    assert newest(signed, SIGN).signed_hash not in (None, was)


def test_a_change_that_is_none_asks_for_no_signature(signed):
    told = newest(signed, HOLD).answers["discussion_format"]
    correct(signed, "discussion_format", told, "Nothing.")
    assert SIGN not in signed.open_tasks()


def test_a_corrected_fact_that_a_signed_record_says_is_a_new_version_of_it(signed):
    ended = newest(signed, HOLD).answers["strategy_discussion_held_at"] - timedelta(minutes=5)
    signed.now = ended + timedelta(hours=1)
    correct(signed, "strategy_discussion_held_at", ended, "The log.")
    record = newest(signed, HOLD)
    assert (record.edition, record.why) == (2, "The log.")
    assert record.answers["strategy_discussion_held_at"] == ended
    assert SIGN in signed.open_tasks()


def test_a_changed_signature_is_signed_again(signed):
    revise(signed, SIGN, quorum_reason="Nobody answered.")
    assert newest(signed, SIGN).signed_hash is None
    assert SIGN in signed.open_tasks()


def test_what_is_of_the_whole_case_is_told_and_not_signed_again(signed):
    revise(signed, "record_referral", concern="A belt.")
    assert signed.history("signed record changed")
    assert SIGN not in signed.open_tasks()


def test_signing_again_opens_a_case_that_was_closed(signed):
    with signed.sessions.begin() as session:
        session.scalars(select(Case)).one().closed_at = signed.now
    revise(signed, HOLD, purpose="Whether the baby is safe too.")
    with signed.sessions() as session:
        assert session.scalars(select(Case.closed_at)).one() is None
