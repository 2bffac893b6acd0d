"""Outside office hours what cannot wait reaches the out-of-hours team, and nothing else does."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from processes.models import Timer
from tests.processes.staff import Office, at, names


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_by_day_the_out_of_hours_team_is_told_nothing(office):
    office.start(serious_injury=True)
    office.screen()
    office.sweep(at(15, 59))
    assert "kit" not in names(office.told())


def test_what_cannot_wait_reaches_the_out_of_hours_team_when_the_office_closes(office):
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    office.tell(at(16, 59))
    assert "kit" not in names(office.told())
    office.tell(at(17))
    office.tell(at(17, 1))
    to_kit = [m for m in office.messages() if m.recipient.startswith("kit")]
    assert [m.says["what"] for m in to_kit] == ["Plan the strategy discussion"]
    assert to_kit[0].mail_at == at(17)


def test_what_is_due_in_working_days_never_reaches_the_out_of_hours_team(office):
    office.start()
    office.screen(suspected_harm=True)
    office.sweep(at(19))
    office.sweep(at(3, day=9))
    kinds = {m.kind for m in office.messages() if m.recipient.startswith("kit")}
    assert kinds == set()
    assert "BH-11" in {(m.says.get("deadline") or {}).get("rule") for m in office.messages()}


def test_at_night_a_new_task_that_cannot_wait_reaches_both_at_once(office):
    office.now = at(21)
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    planned = [m for m in office.messages() if m.says["what"] == "Plan the strategy discussion"]
    assert {m.recipient.split("@")[0] for m in planned} == {"kit", "sam", "tom"}
    assert [m.mail_at for m in planned if "kit" in m.recipient] == [at(21)]


def test_at_night_a_deadline_by_the_clock_reaches_the_out_of_hours_team_whoever_holds_it(office):
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    saba = office.hire("Saba", "social_worker", wants={"deadline_near": False})
    office.hire("Kai", "out_of_hours", wants={"deadline_near": False})
    office.change("plan_strategy_discussion", assignee_id=saba)
    with office.sessions.begin() as session:  # let the reminder fall into the evening
        near = update(Timer).where(Timer.kind == "remind", Timer.rule == "BH-12")
        session.execute(near.values(due_at=at(19), fired_at=at(19)))
    office.tell(at(19))
    near_told = {m.recipient.split("@")[0]: m.mail_at for m in office.messages("deadline_near")}
    assert near_told == {"kit": at(19), "kai": at(19), "saba": None}


def test_at_night_mail_about_what_can_wait_waits_for_the_next_start_of_work(office):
    office.now = at(18)
    office.start()
    saba = office.hire("Saba", "first_response")
    office.change("screen_referral", assignee_id=saba)
    office.tell()
    (given,) = office.messages("task_given")
    assert (given.told_at, given.mail_at) == (at(18), at(9, day=7))
