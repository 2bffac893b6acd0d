"""What is due fires once, tells that it was late, and one broken case holds nobody up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from processes import cases, incidents, timers
from processes.models import Case, Instance, Timer
from tests.processes.conftest import LONDON

MIDNIGHT = datetime(2026, 12, 5, tzinfo=LONDON)
EVENING = datetime(2026, 12, 4, 18, 50, tzinfo=LONDON)


@pytest.fixture
def urgent(pathway):
    """A referral of serious injury on Friday at 16:50, screened: the discussion is due that day."""
    brighton = pathway()
    brighton.start(serious_injury=True)
    brighton.screen(serious_injury=True)
    return brighton


def test_a_deadline_passes_at_midnight_and_not_a_second_before(urgent):
    urgent.fire(MIDNIGHT - timedelta(seconds=1))
    assert urgent.history("deadline passed") == []
    urgent.fire(MIDNIGHT)
    (passed,) = urgent.history("deadline passed")
    assert passed["rule"] == "BH-12"


def test_what_fired_does_not_fire_again(urgent):
    urgent.fire(MIDNIGHT)
    assert urgent.fire(MIDNIGHT).count == 0
    assert urgent.fire(MIDNIGHT + timedelta(hours=8)).count == 0
    assert len(urgent.history("deadline passed")) == 1


def test_a_passed_deadline_asks_for_the_reason_and_leaves_the_task_open(urgent):
    urgent.fire(MIDNIGHT)
    assert {"plan_strategy_discussion", "explain_lateness"} <= urgent.open_tasks()


def test_a_task_whose_deadline_passed_stays_due_until_it_is_done(urgent):
    urgent.fire(MIDNIGHT)
    with urgent.sessions() as session:
        task = urgent.task(session, "plan_strategy_discussion")
    assert (task.due_rule, task.due_at) == ("BH-12", MIDNIGHT)


def test_a_reminder_fires_at_its_moment_and_moves_nothing(urgent):
    before = urgent.open_tasks()
    urgent.fire(EVENING - timedelta(seconds=1))
    assert urgent.history("reminded") == []
    urgent.fire(EVENING)
    assert [each["rule"] for each in urgent.history("reminded")] == ["BH-12"]
    assert urgent.open_tasks() == before


def test_after_the_server_was_down_each_timer_fires_once_and_says_it_was_late(urgent):
    urgent.fire(MIDNIGHT + timedelta(hours=9))
    (passed,) = urgent.history("deadline passed")
    assert passed["late_by"] == timedelta(hours=9)
    assert len(urgent.history("escalated")) == 2


def test_a_discussion_recorded_late_but_held_in_time_needs_no_explanation(urgent):
    urgent.fire(MIDNIGHT)
    urgent.now = MIDNIGHT + timedelta(hours=9)
    urgent.complete("plan_strategy_discussion")
    evening = datetime(2026, 12, 4, 19, 40, tzinfo=LONDON)
    urgent.complete(
        "hold_strategy_discussion",
        strategy_discussion_started_at=evening,
        strategy_discussion_held_at=evening + timedelta(minutes=45),
    )
    assert "explain_lateness" not in urgent.open_tasks()
    assert len(urgent.history("process withdrawn")) == 1


def test_a_correction_that_moves_a_deadline_arms_its_timer_again(urgent):
    urgent.fire(MIDNIGHT)
    monday = datetime(2026, 12, 7, 9, tzinfo=LONDON)
    with urgent.sessions.begin() as session:
        case = session.scalars(select(Case)).one()
        person = urgent.person(session)
        cases.correct(
            session, case, "referral_received_at", monday, "It came later.", by=person, now=monday
        )
    assert urgent.fire(datetime(2026, 12, 8, tzinfo=LONDON)).failed == []
    passed = [each["due_at"] for each in urgent.history("deadline passed")]
    assert [each.date().day for each in passed] == [4, 7]


def test_two_sweeps_at_once_fire_each_timer_once(pathway):
    brighton = pathway()
    brighton.start(*(f"Child {number}" for number in range(6)), serious_injury=True)
    with ThreadPoolExecutor(2) as pool:
        sweeps = [pool.submit(timers.fire_due, brighton.sessions, MIDNIGHT) for _ in range(2)]
        fired = [each.result() for each in sweeps]
    brighton.fire(MIDNIGHT)
    assert all(each.failed == [] for each in fired)
    assert len(brighton.history("deadline passed")) == 6


def test_a_resolved_incident_lets_the_case_fire_again(pathway):
    brighton = pathway()
    (case_id,) = brighton.start(serious_injury=True)
    with brighton.sessions.begin() as session:
        state = session.scalars(select(Instance.state)).one()
        session.execute(update(Instance).values(state=b"not a state"))
    brighton.fire(MIDNIGHT)
    with brighton.sessions.begin() as session:
        session.execute(update(Instance).values(state=state))
        incidents.resolve(session, case_id, by=brighton.person(session), now=MIDNIGHT)
    assert brighton.fire(MIDNIGHT).cases == [case_id]


def test_a_sweep_asks_no_more_for_timers_that_are_not_due(pathway, statements):
    brighton = pathway()
    counts = []
    for _ in range(2):
        brighton.start(*(f"Child {number}" for number in range(4)))
        statements.clear()
        brighton.fire(brighton.now)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    with brighton.sessions() as session:
        assert len(session.scalars(select(Timer)).all()) > 40
