"""Starting a case, completing its tasks, correcting it: one load, one save, nothing half-done."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from processes import cases
from processes.models import Case, Instance, Person, Record, Task
from tests.processes.conftest import LONDON, REFERRED_AT

MOST_STATEMENTS = 15


def test_brothers_and_sisters_are_cases_of_one_family_group(pathway):
    brighton = pathway()
    maya, leo = brighton.start("Maya D", "Leo D")
    with brighton.sessions() as session:
        groups = {session.get_one(Case, each).family_group_id for each in (maya, leo)}
    assert len(groups) == 1
    assert maya != leo


def test_completing_a_task_opens_what_the_diagram_says_next(pathway):
    brighton = pathway()
    brighton.start(serious_injury=True)
    assert brighton.open_tasks() == {"screen_referral"}
    brighton.screen()
    assert brighton.open_tasks() == {
        "complete_assessment",
        "plan_strategy_discussion",
        "tell_referrer",
    }


def test_the_answers_stay_as_a_record_and_what_a_table_names_becomes_a_fact(pathway):
    brighton = pathway()
    (case_id,) = brighton.start(serious_injury=True, concern="A belt, she says.")
    with brighton.sessions() as session:
        record = session.scalars(select(Record)).one()
        assert record.answers["concern"] == "A belt, she says."
        assert record.answers["referral_received_at"] == REFERRED_AT
    assert brighton.deadlines(case_id)["BH-12"].state == "running"


def test_a_task_is_completed_once(pathway):
    brighton = pathway()
    brighton.start()
    with brighton.sessions() as session:
        key = brighton.task(session, "screen_referral").key
    brighton.screen()
    with pytest.raises(cases.TaskNotOpen), brighton.sessions.begin() as session:  # noqa: PT012
        person = brighton.person(session)
        cases.complete_task(session, key, {}, by=person, now=brighton.now)


def test_a_task_of_another_lane_is_refused_and_stays_open(pathway):
    brighton = pathway()
    brighton.start()
    with pytest.raises(cases.NotYourTask), brighton.sessions.begin() as session:  # noqa: PT012
        key = brighton.task(session, "screen_referral").key
        teacher = Person(name="Jo Lane", email="jo", password_hash="", roles=["education"])
        session.add(teacher)
        session.flush()
        cases.complete_task(session, key, {}, by=teacher, now=brighton.now)
    assert brighton.open_tasks() == {"screen_referral"}


def test_what_fails_leaves_nothing_behind(pathway):
    brighton = pathway()
    brighton.start(serious_injury=True)
    brighton.screen()
    with brighton.sessions() as session:
        before = session.scalars(select(Instance.state)).all()
    with pytest.raises(RuntimeError), brighton.sessions.begin() as session:  # noqa: PT012
        key = brighton.task(session, "plan_strategy_discussion").key
        cases.complete_task(session, key, {}, by=brighton.person(session), now=brighton.now)
        raise RuntimeError("the power fails before the commit")
    with brighton.sessions() as session:
        assert session.scalars(select(Instance.state)).all() == before
        assert session.scalars(select(Record.element)).all() == [
            "record_referral",
            "screen_referral",
        ]


def test_correcting_when_the_referral_came_moves_its_deadlines_and_says_so(pathway):
    brighton = pathway()
    (case_id,) = brighton.start()
    monday = datetime(2026, 12, 7, 9, tzinfo=LONDON)
    with brighton.sessions.begin() as session:
        cases.correct(
            session,
            session.get_one(Case, case_id),
            "referral_received_at",
            monday,
            "The fax was found on Monday.",
            by=brighton.person(session),
            now=monday,
        )
    assert [each.due_at for each in brighton.timers("WT-01")] == [
        datetime(2026, 12, 9, tzinfo=LONDON)
    ]
    assert "WT-01" in {each["rule"] for each in brighton.history("timer moved")}
    (corrected,) = brighton.history("fact corrected")
    assert (corrected["was"], corrected["now"]) == (REFERRED_AT, monday)
    assert corrected["why"] == "The fax was found on Monday."


def test_a_new_edition_of_a_record_leaves_the_old_one(pathway):
    brighton = pathway()
    brighton.start(concern="A belt.")
    with brighton.sessions.begin() as session:
        first = session.scalars(select(Record)).one()
        person = brighton.person(session)
        answers = {"concern": "A belt, and a slap before."}
        cases.revise(session, first, answers, "She said more.", by=person, now=brighton.now)
    with brighton.sessions() as session:
        editions = session.scalars(select(Record).order_by(Record.id)).all()
        assert [each.edition for each in editions] == [1, 2]
        assert editions[0].answers["concern"] == "A belt."
        assert editions[1].why == "She said more."


def test_new_information_opens_a_discussion_beside_the_pathway(pathway):
    brighton = pathway()
    (case_id,) = brighton.start()
    with brighton.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        person = brighton.person(session)
        cases.begin(session, case, "new_information", by=person, now=brighton.now)
    assert brighton.open_tasks() == {"screen_referral", "record_new_information"}


def test_beginning_the_same_again_before_anything_is_written_leads_to_what_was_begun(pathway):
    brighton = pathway()
    (case_id,) = brighton.start()

    def begin() -> str:
        with brighton.sessions.begin() as session:
            case, by = session.get_one(Case, case_id), brighton.person(session)
            return cases.begin(session, case, "new_information", by=by, now=brighton.now).id

    # given what was begun, and begun again by a second click
    begun = begin()
    assert begin() == begun
    with brighton.sessions() as session:
        task = brighton.task(session, "record_new_information")
        assert task.assignee_id == brighton.person_id, "it is in the hands of whoever began it"

    # when something is written in it
    brighton.complete("record_new_information")

    # then the next time is another
    assert begin() != begun


def test_a_process_that_is_not_offered_cannot_be_begun(pathway):
    brighton = pathway()
    (case_id,) = brighton.start()
    with pytest.raises(cases.CannotBegin), brighton.sessions.begin() as session:  # noqa: PT012
        case = session.get_one(Case, case_id)
        cases.begin(session, case, "pathway", by=brighton.person(session), now=brighton.now)


def test_completing_costs_a_bounded_number_of_statements_however_old_the_case(pathway, statements):
    brighton = pathway()
    (case_id,) = brighton.start(serious_injury=True)
    counts = {}
    for element in ["record_new_information"] * 3 + ["screen_referral"]:
        with brighton.sessions.begin() as session:
            case, person = session.get_one(Case, case_id), brighton.person(session)
            if element == "record_new_information":
                cases.begin(session, case, "new_information", by=person, now=brighton.now)
            key = brighton.task(session, element).key
        with brighton.sessions.begin() as session:
            statements.clear()
            answers = {"suspected_harm": True, "response": "strategy_discussion"}
            cases.complete_task(session, key, answers, by=person, now=brighton.now)
            counts[key] = len([each for each in statements if not each.startswith("BEGIN")])
    assert len(counts) == 4
    assert max(counts.values()) <= MOST_STATEMENTS


def test_a_case_keeps_no_open_task_of_a_finished_instance(pathway):
    brighton = pathway()
    brighton.start()
    brighton.complete(
        "screen_referral",
        referral_decided_at=brighton.now,
        response="no_further_action",
        suspected_harm=False,
    )
    brighton.now += timedelta(hours=1)
    brighton.complete("tell_referrer", referrer_told_at=brighton.now)
    with brighton.sessions() as session:
        assert session.scalars(select(Task.element)).all() == ["close_case"]
