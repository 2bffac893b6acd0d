"""A step that is sent back: what was recorded stays, superseded, with who, when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import cases, library
from processes.models import HistoryEntry, Person, Record
from processes.signing import SigningRefused
from tests.bpmn.complete_record import BRIGHTON, ENGLAND, changed_record
from tests.bpmn.omissions import BY_TELEPHONE
from tests.processes.conftest import EVERY_ROLE, Pathway

HOLD, SIGN = "hold_strategy_discussion", "sign_strategy_discussion"
FOUND = {
    "section_47_outcome": "continuing_risk",
    "conference_required": True,
    "interim_safety_plan": "The father has moved out.",
}
SEEN = {"child_views": "She wants it to stop.", "enquiry_analysis": "The bruises are from a belt."}
WHY = "The manager asks for it to be gone through again."


class Step(Pathway):
    """A pathway with a manager, who is not the one who writes."""

    manager_id: int

    def hire(self) -> None:
        with self.sessions.begin() as session:
            manager = Person(name="Rae Lind", email="rae", password_hash="", roles=EVERY_ROLE)
            session.add(manager)
            session.flush()
            self.manager_id = manager.id

    def authorise(self, element: str, **answers: Any) -> None:
        self.now += timedelta(minutes=10)
        with self.sessions.begin() as session:
            manager = session.get_one(Person, self.manager_id)
            key = self.task(session, element).key
            cases.complete_task(session, key, answers, by=manager, now=self.now)

    def write_anew(self, element: str, **answers: Any) -> None:
        self.now += timedelta(minutes=10)
        newest = self.editions(element)[-1]
        with self.sessions.begin() as session:
            by = self.person(session)
            cases.revise(session, newest, answers, WHY, by=by, now=self.now)

    def editions(self, element: str) -> list[Record]:
        with self.sessions() as session:
            found = select(Record).where(Record.element == element).order_by(Record.id)
            return list(session.scalars(found))


@pytest.fixture
def held(engine) -> Callable[..., Step]:
    """A case whose discussion was signed."""

    def hold(name: str, **changes: Any) -> Step:
        procedure = library.read(name)
        step = Step(engine, procedure)
        step.hire()
        step.start()
        step.screen()
        whole = changed_record(name, SIGN, **changes)
        for task in ("plan_strategy_discussion", HOLD, SIGN):
            keys = procedure.forms[task].keys
            step.complete(task, **{key: whole[key] for key in keys if key in whole})
        return step

    return hold


def assert_superseded(step: Step, element: str, key: str, was: str, now: str) -> None:
    """Both editions are there, and the history says who wrote the newer one, when, and why."""
    first, second = step.editions(element)
    assert (first.edition, first.answers[key]) == (1, was)
    assert (second.edition, second.answers[key], second.why) == (2, now, WHY)
    assert second.recorded_by_id == step.person_id
    assert second.recorded_at > first.recorded_at
    with step.sessions() as session:
        told = select(HistoryEntry).where(HistoryEntry.at == second.recorded_at)
        whose = {(each.by_id, each.detail.get("why")) for each in session.scalars(told)}
    assert (step.person_id, WHY) in whose


def test_an_outcome_that_is_not_agreed_is_written_anew_and_nothing_is_lost(held):
    # given an enquiry whose outcome the manager does not agree with
    step = held(ENGLAND)
    seen = {**SEEN, "child_seen_on": step.now.date()}
    step.complete("acknowledge_record", record_read_at=step.now)
    step.complete("carry_out_enquiry", **seen)
    step.complete("record_outcome", **FOUND, outcome_reason="As found.")
    concluded = {"section_47_concluded_at": step.now}
    with pytest.raises(SigningRefused, match="Go through it with the social worker first"):
        step.authorise("authorise_outcome", outcome_agreed=False, **concluded)
    assert step.editions("authorise_outcome") == []

    # when the outcome is written anew
    safer = "The father has moved out, and a court order says so."
    step.write_anew("record_outcome", interim_safety_plan=safer)

    # then it can be authorised, and what was written first is there as it was
    step.authorise("authorise_outcome", outcome_agreed=True, **concluded)
    was = FOUND["interim_safety_plan"]
    assert_superseded(step, "record_outcome", "interim_safety_plan", str(was), safer)


def test_notes_that_are_not_right_are_corrected_and_signed_again_before_they_go_out(held):
    # given notes of a call that another manager does not find right
    step = held(BRIGHTON, **BY_TELEPHONE, follow_up_needed=False)
    authorised = {"notes_authorised_at": step.now}
    with pytest.raises(SigningRefused, match="Have them corrected first"):
        step.authorise("authorise_notes", notes_accurate=False, **authorised)
    was = step.editions(HOLD)[0].answers["purpose"]

    # when they are corrected
    step.write_anew(HOLD, purpose="Whether the baby is safe too.")

    # then they are signed again, and what was written first is there as it was
    assert SIGN in step.open_tasks()
    step.authorise("authorise_notes", notes_accurate=True, **authorised)
    assert "distribute_record" in step.open_tasks()
    assert_superseded(step, HOLD, "purpose", was, "Whether the baby is safe too.")
