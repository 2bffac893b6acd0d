"""People are told of what concerns them: once, and those whom it concerns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine, select, update

from processes import cases
from processes.models import Case, Incident, Person, Record, Task
from tests.processes.conftest import LONDON
from tests.processes.staff import Office, at, names

EVERYTHING = ["first_response", "social_worker", "team_manager", "out_of_hours"]


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_a_task_is_told_to_those_with_its_role_who_know_the_case(office):
    office.start()
    office.tell()
    told = [(each.recipient, each.kind, each.says["what"]) for each in office.messages()]
    assert told == [("amina", "team_task", "Screen the referral and decide the response")]


def test_a_task_of_which_nobody_knows_the_child_is_told_to_all_with_its_role(office):
    office.start()
    office.screen()
    office.tell()
    planned = {n for n, what in office.told() if what == "Plan the strategy discussion"}
    assert planned == {"sam", "tom"}


def test_a_task_given_to_one_person_is_told_to_that_one(office):
    office.start()
    office.screen()
    sam = office.hire("Saba", "social_worker")
    office.change("plan_strategy_discussion", assignee_id=sam)
    office.tell()
    assert office.told("task_given") == {("saba", "Plan the strategy discussion")}
    assert ("tom", "Plan the strategy discussion") not in office.told()


def test_a_task_given_to_the_same_person_again_is_news_again(office):
    office.start()
    office.screen()
    saba = office.hire("Saba", "social_worker")
    for _ in range(3):
        office.change("plan_strategy_discussion", assignee_id=saba, told_at=None)
        office.tell()
        office.tell()
    assert len(office.messages("task_given")) == 3


def test_whoever_left_is_told_nothing_and_their_team_is(office):
    office.start()
    office.screen()
    gone = office.hire("Saba", "social_worker")
    office.change("plan_strategy_discussion", assignee_id=gone)
    with office.sessions.begin() as session:
        session.get_one(Person, gone).is_active = False
    office.tell()
    told = {n for n, what in office.told() if what == "Plan the strategy discussion"}
    assert told == {"sam", "tom"}


def test_what_asks_for_approval_and_what_is_to_be_read_is_said_by_the_procedure(office):
    office.let_amina_be(*EVERYTHING)
    office.start()
    office.screen()
    office.complete("plan_strategy_discussion")
    held = {"strategy_discussion_started_at": at(12), "strategy_discussion_held_at": at(13)}
    office.now = at(13, 30)
    office.complete("hold_strategy_discussion", **held)
    office.tell()
    assert [each.says["what"] for each in office.messages("approval_asked")] == ["Sign the record"]


def test_those_who_sign_in_are_told_of_the_record_they_were_sent_once_an_edition(office):
    office.let_amina_be(*EVERYTHING)
    office.start()
    office.screen()
    office.complete("plan_strategy_discussion")
    held = {"strategy_discussion_started_at": at(12), "strategy_discussion_held_at": at(13)}
    office.complete("hold_strategy_discussion", **held)
    office.complete("sign_strategy_discussion", discussion_signed_at=at(14))
    office.hire("Ed", "other_agency")
    copies = [
        {"name": "Bo", "contact": "01273 000000, Bo@Example.org"},
        {"name": "Ed", "contact": "ed@example.org"},
        {"name": "Nia", "contact": "nia@example.org"},  # who does not sign in here
        {"name": "Amina", "contact": "amina"},
    ]
    office.now = at(18)
    office.complete("distribute_record", recipients=copies[:1] * 2, record_distributed_at=at(18))
    what = "Hold the strategy discussion and record it"
    assert office.told("record_to_read") == {("bo", what)}
    with office.sessions.begin() as session:
        distributed = select(Record).where(Record.element == "distribute_record")
        how = {"by": office.person(session), "now": at(18, 30)}
        record = session.scalars(distributed).one()
        cases.revise(session, record, {"recipients": copies}, "Forgotten.", **how)
    assert office.told("record_to_read") == {("bo", what), ("ed", what)}
    read = office.messages("record_to_read")
    assert [each.mail_at for each in read] == [at(9, day=7)] * 2
    with office.sessions() as session:
        about = {session.get_one(Record, each.says["record"]).element for each in read}
    assert about == {"hold_strategy_discussion"}


def test_nobody_is_told_of_a_task_that_was_completed_first(office):
    office.start()
    office.screen()
    office.tell()
    assert "Screen the referral and decide the response" not in {
        each.says["what"] for each in office.messages()
    }


def test_each_is_told_once_however_often_and_by_how_many_sweeps(office):
    office.start("Maya D", "Leo D", "Finn D")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: office.tell(), range(8)))
    office.tell()
    seen = [(each.kind, each.about_key, each.recipient) for each in office.messages()]
    assert len(seen) == len(set(seen)) == 3
    with office.sessions() as session:
        assert session.scalars(select(Task).where(Task.told_at.is_(None))).all() == []


def test_completing_a_task_leaves_what_was_told_of_the_others(office):
    office.start()
    office.screen()
    office.tell()
    before = len(office.messages())
    office.now = at(14)
    office.complete("tell_referrer", referrer_told_at=at(14))
    with office.sessions() as session:
        assert {each.told_at for each in session.scalars(select(Task))} == {at(11)}
    office.tell()
    assert len(office.messages()) == before


def test_a_correction_that_moves_a_tasks_deadline_keeps_that_it_was_told(office):
    (case_id,) = office.start(serious_injury=True)
    office.screen()
    office.tell()
    before = len(office.messages())
    with office.sessions.begin() as session:
        how = {"by": office.person(session), "now": at(12)}
        case = session.get_one(Case, case_id)
        cases.correct(session, case, "referral_received_at", at(10), "The stamp.", **how)
    office.tell(at(12))
    assert len(office.messages()) == before


def test_a_message_says_the_reference_and_never_the_child(office):
    office.start("Maya Doeringham")
    office.screen(serious_injury=True)
    office.sweep(at(23))
    for each in office.messages():
        assert each.says["reference"].startswith("SP-")
        assert "Maya" not in str(each.says)
        assert "Doeringham" not in str(each.says)


def test_a_message_says_by_when_why_and_whose_rule(office):
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    planned = [m for m in office.messages() if m.says["what"] == "Plan the strategy discussion"]
    deadline = planned[0].says["deadline"]
    assert (deadline["rule"], deadline["strength"]) == ("BH-12", "must")
    assert deadline["words"] == "On the day of the referral"
    assert deadline["due_at"] == datetime(2026, 12, 4, 23, 59, 59, tzinfo=LONDON)


# deadlines


def test_a_deadline_that_is_near_is_told_to_whoever_holds_the_task(office):
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    sam = office.hire("Saba", "social_worker")
    office.change("plan_strategy_discussion", assignee_id=sam)
    office.sweep(at(13))
    assert office.told("deadline_near") == {("saba", "Hold the strategy discussion")}


def test_a_deadline_that_is_passed_on_is_told_to_the_team_manager(office):
    office.start(serious_injury=True)
    office.screen()
    office.sweep(at(15))
    assert office.told("deadline_passed_on") == {("tom", "Hold the strategy discussion")}


def test_what_a_team_manager_has_to_do_is_passed_on_to_the_service_manager(office):
    office.start(serious_injury=True)
    office.screen()
    office.change("plan_strategy_discussion", roles=["team_manager", "out_of_hours"])
    office.sweep(at(15))
    assert office.told("deadline_passed_on") == {("rae", "Hold the strategy discussion")}


def test_a_deadline_that_passed_is_told_to_whoever_holds_the_task_and_not_as_near(office):
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    office.sweep(at(0, day=5))
    assert names(office.told("deadline_passed")) >= {"sam", "tom"}
    assert office.told("deadline_near") == set()


def test_two_escalations_that_fell_due_while_the_server_was_down_are_told_once(office):
    office.start(serious_injury=True)
    office.screen()
    office.sweep(at(21))
    passed_on = [m for m in office.messages("deadline_passed_on") if "tom" in m.recipient]
    assert len(passed_on) == 1


def test_a_deadline_met_before_anyone_was_told_is_not_told(office):
    office.let_amina_be(*EVERYTHING)
    office.start(serious_injury=True)
    office.screen()
    office.tell()
    office.fire(at(13))
    held = {"strategy_discussion_started_at": at(12), "strategy_discussion_held_at": at(12, 30)}
    office.complete("plan_strategy_discussion")
    office.complete("hold_strategy_discussion", **held)
    office.tell(at(13))
    assert office.messages("deadline_near") == []


def test_whoever_a_concern_is_about_is_told_nothing(office):
    office.start(serious_injury=True)
    office.screen()
    tom = office.hire("Tobias", "team_manager")
    office.involve(tom, "subject")
    office.change("plan_strategy_discussion", assignee_id=tom)
    office.tell()
    office.sweep(at(21))
    assert "tobias" not in names(office.told())


# what goes wrong, and what it costs


def test_a_case_that_cannot_be_told_of_becomes_an_incident_and_holds_nobody_up(office):
    broken, whole = office.start("Leo D", "Maya D")
    with office.sessions.begin() as session:
        wrong = update(Task).where(Task.case_id == broken).values(roles=5)
        session.execute(wrong)
    office.tell()
    assert {each.case_id for each in office.messages()} == {whole}
    office.tell()
    with office.sessions() as session:
        assert session.scalars(select(Incident.case_id)).all() == [broken]


def test_a_sweep_asks_no_more_however_much_was_told_already(office, statements):
    counts = []
    for _ in range(3):
        office.start(*(f"Child {number}" for number in range(3)), serious_injury=True)
        office.tell()
        statements.clear()
        office.tell()
        idle = len(statements)
        office.start("One More")
        statements.clear()
        office.tell()
        counts.append((idle, len(statements)))
    assert len(set(counts)) == 1
    assert counts[0][0] <= 5
    assert counts[0][1] <= 16
