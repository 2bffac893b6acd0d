"""A manager hears of each duty in time, once: also late in the evening, late, or of no deadline."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from processes import cases, timers
from processes.models import Base, Case, Instance, Timer
from tests.processes.conftest import LONDON

MIDNIGHT = datetime(2026, 12, 5, tzinfo=LONDON)
AREA = "family_community_services"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 4, hour, minute, tzinfo=LONDON)


def test_a_referral_late_in_the_evening_is_escalated_once_and_at_once(pathway):
    brighton = pathway()
    brighton.now = at(21, 40)
    brighton.start(serious_injury=True)
    brighton.screen()
    for minute in (41, 42, 59):
        assert brighton.fire(at(21, minute)).failed == []
    brighton.fire(MIDNIGHT + timedelta(hours=9))
    assert [each["rule"] for each in brighton.history("escalated")].count("BH-12") == 1


def test_a_duty_that_becomes_known_when_its_escalations_are_over_is_escalated_at_once(pathway):
    brighton = pathway()
    brighton.now = at(12)
    brighton.start()
    brighton.now = at(22)
    brighton.screen(serious_injury=True)
    assert brighton.fire(at(22)).failed == []
    brighton.complete("plan_strategy_discussion")
    brighton.fire(at(23))
    assert [each["rule"] for each in brighton.history("escalated")].count("BH-12") == 1
    assert "BH-12" not in {each["rule"] for each in brighton.history("reminded")}


def test_moving_a_count_whose_escalation_was_told_tells_it_no_second_time(pathway):
    brighton = pathway()
    (case_id,) = brighton.start(serious_injury=True)
    brighton.screen()
    brighton.fire(at(21))
    told = len(brighton.history("escalated"))
    with brighton.sessions.begin() as session:
        how = {"by": brighton.person(session), "now": at(22)}
        case = session.get_one(Case, case_id)
        cases.correct(session, case, "referral_received_at", at(16, 45), "The stamp.", **how)
    brighton.fire(at(22, 1))
    assert len(brighton.history("escalated")) == told


def test_an_alert_that_is_the_deadline_itself_reaches_the_manager_at_that_moment(pathway):
    area = pathway(AREA)
    area.start()
    area.screen()
    area.fire(at(20, 49))
    assert "CF-03" not in {each["rule"] for each in area.history("escalated")}
    area.fire(at(20, 50))
    area.fire(at(23, 50))
    assert [each["rule"] for each in area.history("escalated")].count("CF-03") == 1


def test_an_alert_that_somebodys_work_overtakes_still_reaches_the_manager(pathway):
    area = pathway(AREA)
    area.start()
    area.screen()
    area.now = at(20, 51)
    area.complete("tell_referrer", referrer_told_at=area.now)
    area.fire(at(20, 52))
    assert [each["rule"] for each in area.history("escalated")].count("CF-03") == 1


def test_an_alert_that_is_known_only_when_it_is_over_reaches_the_manager(pathway):
    area = pathway(AREA)
    area.start()
    area.now = at(21, 50)
    screened = {"response": "strategy_discussion", "suspected_harm": True}
    area.complete("screen_referral", referral_decided_at=at(17), **screened)
    assert area.fire(at(21, 51)).failed == []
    area.fire(at(22))
    assert [each["rule"] for each in area.history("escalated")].count("CF-03") == 1


def test_a_deadline_that_is_next_when_another_passes_is_told_in_the_same_moment(pathway):
    area = pathway(AREA)
    area.now = at(4, 30)
    area.start(recent_abuse=True)
    area.screen(enquiry_started_at=at(4, 45))  # CF-06: escalated after 18 hours, at 22:45
    fired = area.fire(MIDNIGHT)  # CF-16 passes, CF-06 is the next to keep
    assert fired.failed == []
    assert area.fire(MIDNIGHT).count == 0
    assert "CF-16" in {each["rule"] for each in area.history("deadline passed")}
    assert [each["rule"] for each in area.history("escalated")].count("CF-06") == 1


@pytest.fixture
def urgent(pathway):
    brighton = pathway()
    brighton.start(serious_injury=True)
    brighton.screen(serious_injury=True)
    return brighton


def test_what_is_due_when_nothing_is_left_to_fire_writes_nothing(urgent):
    urgent.fire(MIDNIGHT)
    before = everything(urgent)
    fired = timers.fire_cases(urgent.sessions, [row.id for row in before["case"]], MIDNIGHT)
    assert (fired.count, fired.failed) == (0, [])
    assert everything(urgent) == before


def everything(area):
    """Return all rows of all tables."""
    with area.sessions() as session:
        tables = Base.metadata.tables.items()
        return {name: session.execute(select(each)).all() for name, each in tables}


def test_an_instance_that_was_withdrawn_has_no_timers_left(urgent):
    urgent.fire(MIDNIGHT)
    tomorrow = MIDNIGHT + timedelta(days=1)
    with urgent.sessions.begin() as session:  # let one wait, as a local diagram may draw it
        (late_id,) = session.scalars(select(Instance.id).where(Instance.process == "late"))
        moved = {"instance_id": late_id, "rule": None, "due_at": tomorrow}
        drawn = update(Timer).where(Timer.rule == "WT-03", Timer.kind == "passed")
        session.execute(drawn.values(**moved))
    with urgent.sessions.begin() as session:
        how = {"by": urgent.person(session), "now": MIDNIGHT}
        case = session.scalars(select(Case)).one()
        cases.correct(session, case, "protective_action_at", None, "None.", **how)
        held = {"scope": ("discussion", 1), **how}
        cases.correct(session, case, "strategy_discussion_started_at", at(20), "Held.", **held)
    assert len(urgent.history("process withdrawn")) == 1
    assert urgent.fire(tomorrow).failed == []
    with urgent.sessions() as session:
        waits = select(Timer).where(Timer.instance_id == late_id, Timer.fired_at.is_(None))
        assert [each for each in session.scalars(waits) if each.kind == "passed"] == []
