"""What is put right later: records written anew and facts corrected, whatever came in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import cases, library
from processes.facts import CASE, Scope
from processes.library import Procedure
from processes.models import Case, Fact, HistoryEntry, Record, Timer
from processes.questions import ValueRefused
from processes.taking import read_facts
from tests.processes.conftest import LONDON, REFERRED_AT, Pathway

MIDNIGHT = datetime(2026, 12, 5, tzinfo=LONDON)
LATER = REFERRED_AT + timedelta(minutes=5)


@pytest.fixture
def urgent(pathway):
    brighton = pathway()
    brighton.start(serious_injury=True, concern="A belt.")
    brighton.screen(serious_injury=True)
    return brighton


def revise(brighton: Pathway, element: str, **answers: Any) -> None:
    """Write the first edition of a task's first record anew, whatever was written since."""
    with brighton.sessions.begin() as session:
        wanted = select(Record).where(Record.element == element).order_by(Record.id).limit(1)
        record = session.scalars(wanted).one()
        by = brighton.person(session)
        cases.revise(session, record, answers, "Put right.", by=by, now=brighton.now)


def correct(brighton: Pathway, name: str, value: Any, scope: Scope = CASE) -> None:
    with brighton.sessions.begin() as session:
        case = session.scalars(select(Case)).one()
        by = brighton.person(session)
        cases.correct(
            session, case, name, value, "Put right.", by=by, now=brighton.now, scope=scope
        )


def fact(brighton: Pathway, name: str, scope: Scope = CASE) -> Any:
    with brighton.sessions() as session:
        return read_facts(session, session.scalars(select(Case.id)).one()).get(scope, name)


def newest(brighton: Pathway, element: str) -> Record:
    with brighton.sessions() as session:
        wanted = select(Record).where(Record.element == element).order_by(Record.id.desc())
        return session.scalars(wanted.limit(1)).one()


def record(brighton: Pathway, process: str, **answers: Any) -> None:
    """Begin a process beside the pathway and complete its first task."""
    with brighton.sessions.begin() as session:
        case, by = session.scalars(select(Case)).one(), brighton.person(session)
        cases.begin(session, case, process, by=by, now=brighton.now)
    brighton.complete(f"record_{process}", **answers)


def test_writing_a_record_anew_does_not_bring_back_a_fact_that_was_corrected_since(urgent):
    correct(urgent, "referral_received_at", LATER)
    revise(urgent, "record_referral", referral_received_at=REFERRED_AT, concern="A belt, twice.")
    assert fact(urgent, "referral_received_at") == LATER


def test_an_answer_that_a_later_record_gave_anew_stays_that_records(urgent):
    for minutes in (10, 20):
        at = REFERRED_AT + timedelta(minutes=minutes)
        record(urgent, "protective_action", protective_action_at=at, action_taken="other")
    revise(urgent, "record_protective_action", protective_action_at=LATER)
    assert fact(urgent, "protective_action_at") == REFERRED_AT + timedelta(minutes=20)


def test_each_piece_of_new_information_keeps_its_own_moment(urgent):
    for minutes in (10, 20):
        at = REFERRED_AT + timedelta(minutes=minutes)
        record(urgent, "new_information", information_received_at=at, suspected_harm=False)
    revise(urgent, "record_new_information", information_received_at=LATER)
    assert fact(urgent, "information_received_at", ("information", 1)) == LATER
    second = fact(urgent, "information_received_at", ("information", 2))
    assert second == REFERRED_AT + timedelta(minutes=20)


def test_two_people_who_write_one_record_anew_keep_each_others_changes(urgent):
    seen = {"concern": "A belt.", "purpose": None}
    revise(urgent, "record_referral", **{**seen, "concern": "A belt, twice."})
    revise(urgent, "record_referral", **{**seen, "purpose": "Is she safe?"})
    answers = newest(urgent, "record_referral").answers
    assert (answers["concern"], answers["purpose"]) == ("A belt, twice.", "Is she safe?")


def test_a_record_written_anew_that_shows_a_duty_was_done_in_time_ends_what_asked_why(urgent):
    urgent.fire(MIDNIGHT)
    urgent.now = MIDNIGHT + timedelta(hours=1)
    urgent.complete("plan_strategy_discussion")
    late = MIDNIGHT + timedelta(minutes=10)
    held = {"strategy_discussion_held_at": late}
    urgent.complete("hold_strategy_discussion", strategy_discussion_started_at=late, **held)
    assert "explain_lateness" in urgent.open_tasks()
    in_time = MIDNIGHT - timedelta(minutes=10)
    revise(urgent, "hold_strategy_discussion", strategy_discussion_started_at=in_time)
    assert "explain_lateness" not in urgent.open_tasks()


def test_a_fact_corrected_to_nothing_stops_its_clock_and_is_known_again_later(urgent):
    correct(urgent, "referral_received_at", None)
    assert [each.due_at for each in urgent.timers("BH-12")] == [None]
    assert urgent.fire(MIDNIGHT).failed == []
    correct(urgent, "referral_received_at", REFERRED_AT)
    urgent.fire(MIDNIGHT)
    assert [each["rule"] for each in urgent.history("deadline passed")] == ["BH-12"]


def test_a_timer_that_draws_no_deadline_moves_with_the_fact_it_reads(engine):
    drawn = library.read("brighton_and_hove")
    read = drawn.files["pathway.bpmn"]
    own = read.replace(b'deadline("WT-03")', b'referral_received_at + duration("P2D")')
    assert own != read
    brighton = Pathway(engine, Procedure(drawn.name, {**drawn.files, "pathway.bpmn": own}))
    brighton.start()
    brighton.screen()

    def due() -> list[datetime | None]:
        with brighton.sessions() as session:
            waits = select(Timer.due_at).where(Timer.rule.is_(None), Timer.fired_at.is_(None))
            return list(session.scalars(waits))

    assert due() == [REFERRED_AT + timedelta(days=2)]
    correct(brighton, "referral_received_at", LATER)
    assert due() == [LATER + timedelta(days=2)]
    assert brighton.fire(LATER + timedelta(days=2)).failed == []
    assert due() == [None]


def test_a_discussions_fact_is_corrected_in_that_discussion(urgent):
    urgent.complete("plan_strategy_discussion")
    urgent.complete("hold_strategy_discussion", strategy_discussion_started_at=LATER)
    correct(urgent, "strategy_discussion_started_at", REFERRED_AT, ("discussion", 1))
    assert fact(urgent, "strategy_discussion_started_at", ("discussion", 1)) == REFERRED_AT
    assert fact(urgent, "strategy_discussion_started_at") is None


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("shoe_size", CASE),
        ("opened_at", ("discussion", 1)),
        ("serious_injury", ("discussion", 7)),
        ("serious_injury", ("enquiry", 1)),
        ("serious_injury", ("nonsense", 1)),
    ],
)
def test_what_is_no_fact_of_the_case_cannot_be_corrected(urgent, name, scope):
    with pytest.raises(cases.FactNotKnown, match=name):
        correct(urgent, name, True, scope)


def test_a_correction_that_corrects_nothing_is_not_told(urgent):
    correct(urgent, "serious_injury", True)
    assert urgent.history("fact corrected") == []


def test_a_new_version_of_what_was_signed_is_not_signed(urgent):
    with urgent.sessions.begin() as session:
        session.scalars(select(Record).order_by(Record.id)).first().signed_hash = "f00d"
    revise(urgent, "record_referral", concern="A belt, twice.")
    assert newest(urgent, "record_referral").signed_hash is None


def test_changing_a_record_that_a_signature_covers_is_told(urgent):
    with urgent.sessions.begin() as session:
        wanted = select(Record).where(Record.element == "screen_referral")
        session.scalars(wanted).one().signed_hash = "f00d"
    revise(urgent, "record_referral", concern="A belt, twice.")
    (told,) = urgent.history("signed record changed")
    assert told["element"] == "record_referral"
    assert told["signed"] == [newest(urgent, "screen_referral").name]


def test_what_was_recorded_before_a_signature_is_not_said_to_change_by_later_records(urgent):
    with urgent.sessions.begin() as session:
        session.scalars(select(Record).order_by(Record.id)).first().signed_hash = "f00d"
    revise(urgent, "screen_referral", concern="A belt, twice.")
    assert urgent.history("signed record changed") == []


def test_every_kind_of_value_comes_back_from_a_record_and_a_fact(pathway):
    brighton = pathway()
    odd = {
        "concern": "🧒🏽 " + "very long " * 20_000,
        "participants": [{"name": "Zoë", "more": [[{"deep": ["\\u0000", {"@@": None}]}]]}],
        "purpose": "",
        "nul": "before\0after",
        "review_on": REFERRED_AT.date(),
    }
    (case_id,) = brighton.start(**odd, recent_abuse=False)
    assert newest(brighton, "record_referral").answers.items() >= odd.items()
    with brighton.sessions() as session:
        names = set(session.scalars(select(Fact.name).where(Fact.case_id == case_id)))
        assert "concern" not in names
        assert session.scalars(select(HistoryEntry)).first() is not None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("referral_received_at", REFERRED_AT + timedelta(days=400), "must be in the past"),
        ("referral_received_at", "soon", "“When was the referral received?”"),
        ("referral_received_at", "2026-12-04T10:00", "“When was the referral received?”"),
        ("serious_injury", "perhaps", "serious"),
        ("serious_injury", 7, "serious"),
    ],
)
def test_no_fact_becomes_what_its_question_would_refuse(urgent, name: str, value: Any, says: str):
    before = fact(urgent, name)
    with pytest.raises(ValueRefused) as refused:
        correct(urgent, name, value)
    assert says in str(refused.value)
    assert fact(urgent, name) == before
