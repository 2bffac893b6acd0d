"""A step that is sent back: what was recorded stays, superseded, with who, when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import cases, library, records, taking
from processes.models import Action, Case, HistoryEntry, Person, Record, Task
from processes.scenarios import observe
from processes.signing import SigningRefused
from tests.bpmn.complete_record import BRIGHTON, ENGLAND, changed_record
from tests.bpmn.omissions import BY_TELEPHONE
from tests.processes.conftest import EVERY_ROLE, Pathway

HOLD, SIGN, AUTHORISE = "hold_strategy_discussion", "sign_strategy_discussion", "authorise_notes"
FOUND: dict[str, Any] = {
    "section_47_outcome": "continuing_risk",
    "conference_required": True,
    "interim_safety_plan": "The father has moved out.",
}
SEEN: dict[str, Any] = {
    "child_views": "She wants it to stop.",
    "enquiry_analysis": "The bruises are from a belt.",
}
SAFER = "The father has moved out, and a court order says so."
WHY = "Say what the court has ordered."
SENT_BACK: dict[str, Any] = {"outcome_agreed": False, "outcome_sent_back_why": WHY}


class Step(Pathway):
    """A pathway with a manager, who is not the one who writes."""

    manager_id: int

    def hire(self, email: str = "rae") -> None:
        with self.sessions.begin() as session:
            manager = Person(name="Rae Lind", email=email, password_hash="", roles=EVERY_ROLE)
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
        """Complete a step that was sent back: what its page begins with, but for these answers."""
        self.now += timedelta(minutes=10)
        with self.sessions() as session:
            _, begun = observe.known_of(session, self.task(session, element))
        self.complete(element, **(begun | answers))

    def editions(self, element: str) -> list[Record]:
        with self.sessions() as session:
            found = select(Record).where(Record.element == element).order_by(Record.id)
            return list(session.scalars(found))

    def waiting(self, element: str) -> Task:
        with self.sessions() as session:
            return self.task(session, element)

    def fact(self, name: str, number: int = 1, scope: str = "enquiry") -> Any:
        with self.sessions() as session:
            case_id = session.scalars(select(Record.case_id).limit(1)).one()
            return taking.read_facts(session, case_id).get((scope, number), name)


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


@pytest.fixture
def found(held) -> Step:
    """A case whose enquiry has come to an outcome, which waits for a manager."""
    step: Step = held(ENGLAND)
    step.complete("acknowledge_record", record_read_at=step.now)
    step.complete("carry_out_enquiry", **SEEN, child_seen_on=step.now.date())
    step.complete("record_outcome", **FOUND)
    return step


def assert_superseded(step: Step, element: str, key: str, was: str, now: str, why: str) -> None:
    """Both editions are there, and the newer one says who wrote it, when, and why."""
    first, second = step.editions(element)
    assert (first.edition, first.answers[key], first.why) == (1, was, None)
    assert (second.edition, second.answers[key], second.why) == (2, now, why)
    assert (second.task_key, second.recorded_by_id) == (first.task_key, step.person_id)
    assert second.recorded_at > first.recorded_at


def test_an_outcome_that_is_sent_back_is_recorded_anew_and_nothing_is_lost(found):
    # when the manager does not agree, and says why
    found.authorise("authorise_outcome", **SENT_BACK)

    # then the outcome is asked for again, of whoever recorded it, and nothing is concluded
    assert found.waiting("record_outcome").assignee_id == found.person_id
    assert "authorise_outcome" not in found.open_tasks()
    assert found.fact("section_47_concluded_at") is None
    assert [each.edition for each in found.editions("record_outcome")] == [1]

    # and what is recorded anew is a new edition, with the reason; it is authorised then
    found.write_anew("record_outcome", interim_safety_plan=SAFER)
    agreed = {"outcome_agreed": True, "section_47_concluded_at": found.now}
    found.authorise("authorise_outcome", **agreed)
    was = FOUND["interim_safety_plan"]
    assert_superseded(found, "record_outcome", "interim_safety_plan", str(was), SAFER, WHY)
    assert found.fact("section_47_concluded_at") == agreed["section_47_concluded_at"]


def test_the_page_of_a_step_that_was_sent_back_begins_as_it_was_recorded_and_says_why(found):
    found.authorise("authorise_outcome", **SENT_BACK)

    with found.sessions() as session:
        task = found.task(session, "record_outcome")
        facts = taking.read_facts(session, task.case_id)
        forms = library.read(ENGLAND).forms
        begun, back = records.carried_into(session, forms, task, ("enquiry", 1), facts)

    assert back
    assert (back.why, back.by, back.at) == (WHY, "Rae Lind", found.now)
    known = {key: each.value for key, each in begun.items()}
    assert known == FOUND


def test_who_sends_a_step_back_signs_nothing_and_the_history_says_why(found):
    found.authorise("authorise_outcome", **SENT_BACK)

    (sent,) = found.editions("authorise_outcome")
    assert sent.signed_hash is None
    with found.sessions() as session:
        entry = session.scalars(
            select(HistoryEntry).where(HistoryEntry.what == "step sent back")
        ).one()
        assert (entry.by_id, entry.at) == (found.manager_id, found.now)
        assert entry.detail == {
            "element": "record_outcome",
            "name": "Record the outcome",
            "why": WHY,
        }


def test_an_outcome_is_neither_agreed_nor_sent_back_without_saying_which(found):
    concluded = {"section_47_concluded_at": found.now}
    for answers in ({}, {"outcome_agreed": False}):
        with pytest.raises(SigningRefused, match="Agree, or send it back"):
            found.authorise("authorise_outcome", **answers, **concluded)


def test_what_is_sent_back_twice_is_an_edition_more_each_time(found):
    for _ in range(2):
        found.authorise("authorise_outcome", **SENT_BACK)
        found.write_anew("record_outcome", interim_safety_plan=SAFER)

    found.authorise("authorise_outcome", outcome_agreed=True, section_47_concluded_at=found.now)
    assert [each.edition for each in found.editions("record_outcome")] == [1, 2, 3]


def test_what_is_taken_out_when_a_step_is_written_anew_is_a_fact_no_more(found):
    found.authorise("authorise_outcome", **SENT_BACK)
    assert found.fact("conference_required") is True

    found.write_anew("record_outcome", conference_required=None)

    assert found.fact("conference_required") is None


def test_a_step_goes_to_all_of_its_roles_once_who_wrote_it_has_left(found):
    with found.sessions.begin() as session:
        found.person(session).is_active = False

    found.authorise("authorise_outcome", **SENT_BACK)

    assert found.waiting("record_outcome").assignee_id is None


def test_notes_that_are_sent_back_are_corrected_and_signed_again_before_they_go_out(held):
    # given notes of a call that another manager does not find right
    step = held(BRIGHTON, **BY_TELEPHONE, follow_up_needed=False)
    step.authorise(AUTHORISE, notes_accurate=False, notes_sent_back_why=WHY)
    was = step.editions(HOLD)[0].answers["purpose"]
    assert {AUTHORISE, SIGN, "distribute_record"}.isdisjoint(step.open_tasks())

    # when they are corrected, and signed
    step.write_anew(HOLD, purpose="Whether the baby is safe too.")
    step.complete(SIGN, record_complete=True, discussion_signed_at=step.now)

    # then they are authorised and go out, once, and what was written first is there as it was
    step.authorise(AUTHORISE, notes_accurate=True, notes_authorised_at=step.now)
    assert "distribute_record" in step.open_tasks()
    assert SIGN not in step.open_tasks()
    assert step.fact("signed_record_changed_at", scope="discussion") is None
    assert_superseded(step, HOLD, "purpose", was, "Whether the baby is safe too.", WHY)


def test_who_wrote_any_version_of_the_notes_does_not_authorise_them_and_a_namesake_may(held):
    # given notes of a call in which a colleague has corrected a word
    step = held(BRIGHTON, **BY_TELEPHONE, follow_up_needed=False)
    author_id, colleague_id = step.person_id, step.manager_id
    with step.sessions.begin() as session:
        notes = session.scalars(select(Record).where(Record.element == HOLD)).one()
        colleague = session.get_one(Person, colleague_id)
        word = {"purpose": "Whether the baby is safe too."}
        cases.revise(session, notes, word, "A slip.", by=colleague, now=step.now)
        name = session.get_one(Person, author_id).name
        namesake = Person(name=name, email="other", password_hash="", roles=EVERY_ROLE)
        session.add(namesake)
        session.flush()
        namesake_id = namesake.id
    step.complete(SIGN, record_complete=True, discussion_signed_at=step.now)

    # then neither of the two who wrote authorises them
    for step.manager_id in (author_id, colleague_id):
        with pytest.raises(SigningRefused) as refused:
            step.authorise(AUTHORISE, notes_accurate=True, notes_authorised_at=step.now)
        assert [each.rule for each in refused.value.refusals] == ["BH-17"]

    # and somebody else of the author's name does
    step.manager_id = namesake_id
    step.authorise(AUTHORISE, notes_accurate=True, notes_authorised_at=step.now)
    assert step.editions(AUTHORISE)[-1].recorded_by_id == namesake_id


def test_who_wrote_any_version_of_a_deferrals_approval_does_not_agree_to_it_too(found):
    # given a deferral that a manager has approved, and a colleague has corrected a word of that
    found.authorise("authorise_outcome", outcome_agreed=True, section_47_concluded_at=found.now)
    with found.sessions.begin() as session:
        case, by = session.scalars(select(Case)).one(), session.get_one(Person, found.person_id)
        cases.begin(session, case, "conference_deferral", by=by, now=found.now)
    asked = {"deferral_requested_at": found.now, "deferred_to": date(2026, 12, 29)}
    why = {"deferral_reason": "No interpreter.", "interim_protection_plan": "He stays away."}
    found.complete("request_deferral", **asked, **why)
    found.authorise("approve_deferral", deferral_approved=True, deferral_approved_at=found.now)
    approver_id = found.manager_id
    found.hire("another")
    with found.sessions.begin() as session:
        approval = session.scalars(select(Record).where(Record.element == "approve_deferral")).one()
        colleague = session.get_one(Person, found.manager_id)
        word = {"deferral_approval_reason": "She cannot follow it without one."}
        cases.revise(session, approval, word, "A slip.", by=colleague, now=found.now)

    # then neither of the two agrees to it as its second
    agreed = {"deferral_agreed": True, "deferral_agreed_at": found.now}
    for found.manager_id in (approver_id, colleague.id):
        with pytest.raises(SigningRefused) as refused:
            found.authorise("agree_deferral", **agreed)
        assert [each.rule for each in refused.value.refusals] == ["WT-07"]

    # and somebody else does
    found.hire("a third")
    found.authorise("agree_deferral", **agreed)
    assert found.editions("agree_deferral")[-1].recorded_by_id == found.manager_id


def test_an_action_that_the_corrected_notes_still_agree_is_the_same_action(held):
    step = held(BRIGHTON, **BY_TELEPHONE, follow_up_needed=False)
    before = actions_of(step)
    step.authorise(AUTHORISE, notes_accurate=False, notes_sent_back_why=WHY)

    step.write_anew(HOLD, purpose="Whether the baby is safe too.")

    assert before
    assert actions_of(step) == before


def actions_of(step: Step) -> list[tuple[int, str]]:
    with step.sessions() as session:
        found = session.scalars(select(Action).order_by(Action.id))
        return [(each.id, each.status) for each in found]
