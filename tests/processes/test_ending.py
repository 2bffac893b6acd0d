"""Closing a case early, opening it again, and withdrawing what was begun by mistake."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from processes import cases, ending, timers
from processes.models import Case, Fact, HistoryEntry, Instance, Record, Task, Timer
from processes.signing import SigningRefused
from tests.processes.conftest import Pathway

Follow = Callable[..., Pathway]
MISTAKE = {"closing_reason": "mistake", "closing_mistake": "The school meant another child."}


def begin(england: Pathway, case_id: int, process: str, why: str | None = None) -> str:
    with england.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        return cases.begin(
            session, case, process, why, by=england.person(session), now=england.now
        ).id


def withdraw(england: Pathway, case_id: int, instance_id: str, why: str) -> None:
    with england.sessions.begin() as session:
        case, by = session.get_one(Case, case_id), england.person(session)
        ending.withdraw(session, case, instance_id, why, by=by, now=england.now)


def close(england: Pathway, case_id: int, **answers: Any) -> None:
    begin(england, case_id, "early_closing")
    england.complete("close_case", case_id, case_closed_at=england.now, **(MISTAKE | answers))


def kept(england: Pathway) -> dict[str, set[int]]:
    """Return the numbers of all that is only ever added to."""
    with england.sessions() as session:
        return {
            table.__tablename__: set(session.scalars(select(table.id)))
            for table in (Record, Fact, HistoryEntry)
        }


def test_closing_early_ends_what_is_open_and_the_brothers_case_goes_on(pathway: Follow):
    # given two children whose discussion is to be held
    england = pathway("england")
    maya, leo = england.start("Maya D", "Leo D")
    for each in (maya, leo):
        england.complete(
            "screen_referral", each, referral_decided_at=england.now,
            response="strategy_discussion", suspected_harm=True,
        )  # fmt: skip
    before = kept(england)

    # when one case is closed
    close(england, maya)

    # then nothing of it waits, each end is told, and nothing was lost
    with england.sessions() as session:
        assert session.get_one(Case, maya).closed_at == england.now
        assert session.get_one(Case, leo).closed_at is None
        assert set(session.scalars(select(Task.case_id))) == {leo}
        waiting = select(func.count()).where(Timer.case_id == maya, Timer.fired_at.is_(None))
        assert session.scalar(waiting.select_from(Timer)) == 0
        open_still = select(Instance).where(Instance.case_id == maya)
        assert all(each.finished_at for each in session.scalars(open_still))
    told = england.history("process withdrawn")
    assert told == [{"process": "pathway", "why": "The case was closed."}]
    assert len(england.history("case closed")) == 1
    after = kept(england)
    assert all(before[name] <= after[name] for name in before)

    # and no timer of it ever fires
    england.fire(england.now + timedelta(days=60))
    with england.sessions() as session:
        fired = select(Timer.case_id).where(Timer.fired_at.is_not(None))
        assert set(session.scalars(fired)) == {leo}


def test_the_hard_rules_of_closing_hold(pathway: Follow):
    england = pathway("england")
    [case_id] = england.start()
    with england.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        session.add(
            Fact(
                case_id=case.id, scope="enquiry", number=1, name="opened_at", value=england.now,
                recorded_at=england.now,
            )
        )  # fmt: skip
    with pytest.raises(SigningRefused, match="a section 47 enquiry is still open"):
        close(england, case_id)
    assert "screen_referral" in england.open_tasks()


def test_a_closed_case_is_opened_again_with_a_reason_and_keeps_everything(pathway: Follow):
    england = pathway("england")
    [case_id] = england.start()
    close(england, case_id)
    before = kept(england)
    england.now += timedelta(days=3)
    with pytest.raises(ending.NoReason, match="Say why it is opened again"):
        begin(england, case_id, "new_information")
    assert england.history("case reopened") == []
    begin(england, case_id, "new_information", "The school was right after all.")
    with england.sessions() as session:
        assert session.get_one(Case, case_id).closed_at is None
    [told] = england.history("case reopened")
    assert told["why"] == "The school was right after all."
    assert told["was"] == england.now - timedelta(days=3)
    after = kept(england)
    assert all(before[name] <= after[name] for name in before)
    assert england.open_tasks() == {"record_new_information"}


def test_a_record_of_a_case_that_closed_before_an_alert_was_told_is_put_right(pathway: Follow):
    # given a case that is closed in the minute after an alert fell due, before anybody was told
    area = pathway("family_community_services")
    [case_id] = area.start()
    area.screen()
    area.now += timedelta(hours=4, minutes=1)
    close(area, case_id)

    # when a record of it is put right
    with area.sessions.begin() as session:
        record = session.scalars(select(Record).where(Record.element == "screen_referral")).one()
        by, slip = area.person(session), {"suspected_harm": False}
        cases.revise(session, record, slip, "A slip.", by=by, now=area.now)

    # then the alert is still told
    assert area.fire(area.now + timedelta(minutes=1)).failed == []
    assert [each["rule"] for each in area.history("escalated")].count("CF-03") == 1


def test_a_closed_case_is_not_closed_again(pathway: Follow):
    england = pathway("england")
    [case_id] = england.start()
    close(england, case_id)
    with pytest.raises(cases.CannotBegin, match="closed already"):
        begin(england, case_id, "early_closing")


def test_a_discussion_begun_by_mistake_is_withdrawn_and_counts_no_more(pathway: Follow):
    # given a further discussion, planned, beside the one of the pathway
    england = pathway("england")
    [case_id] = england.start()
    england.screen()
    begun = begin(england, case_id, "follow_up_discussion")
    with england.sessions() as session:
        mine = select(Task.key).where(Task.instance_id == begun)
        key = session.scalars(mine).one()
    with england.sessions.begin() as session:
        by = england.person(session)
        cases.complete_task(
            session, key, {"discussion_planned_for": england.now}, by=by, now=england.now
        )
    before = kept(england)

    # when it is withdrawn
    withdraw(england, case_id, begun, "There is one already.")

    # then its task is gone and its plan stays, and no deadline counts from it
    with england.sessions() as session:
        assert begun not in set(session.scalars(select(Task.instance_id)))
    assert england.history("process withdrawn") == [
        {"process": "follow_up_discussion", "why": "There is one already."}
    ]
    after = kept(england)
    assert all(before[name] <= after[name] for name in before)
    with england.sessions() as session:
        case = session.get_one(Case, case_id)
        found = cases.deadlines_of(session, case, england.now + timedelta(days=30))
    assert {each.number for each in found if each.scope == "discussion"} <= {1}

    # and the next discussion is the third
    begin(england, case_id, "follow_up_discussion")
    with england.sessions() as session:
        opened = select(Fact.number).where(Fact.name == "opened_at").order_by(Fact.id)
        assert session.scalars(opened).all() == [1, 2, 3]


def test_what_the_pathway_began_is_not_withdrawn(pathway: Follow):
    england = pathway("england")
    [case_id] = england.start()
    with england.sessions() as session:
        [own] = session.scalars(select(Instance.id))
    with pytest.raises(ending.CannotWithdraw):
        withdraw(england, case_id, own, "I would rather not.")


def test_what_was_signed_is_not_withdrawn(pathway: Follow):
    england = pathway("england")
    [case_id] = england.start()
    begun = begin(england, case_id, "new_information")
    with england.sessions.begin() as session:
        place = {
            "case_id": case_id, "version_id": england.version_id, "instance_id": begun,
            "task_key": "signed", "process": "new_information", "element": "x", "name": "Sign",
            "scope": "case", "number": 0, "edition": 1, "answers": {}, "signed_hash": "abc",
        }  # fmt: skip
        by = england.person(session)
        session.add(Record(**place, recorded_at=england.now, recorded_by_id=by.id))
    with pytest.raises(ending.CannotWithdraw):
        withdraw(england, case_id, begun, "I would rather not.")


def test_only_those_who_may_begin_it_withdraw_it(pathway: Follow):
    england = pathway("england")
    [case_id] = england.start()
    begun = begin(england, case_id, "new_information")
    with england.sessions.begin() as session:
        case, by = session.get_one(Case, case_id), england.person(session)
        by.roles = ["education"]
        session.flush()
        with pytest.raises(cases.NotYourTask):
            ending.withdraw(session, case, begun, "Not mine", by=by, now=england.now)
        session.rollback()


def test_a_withdrawn_discussion_takes_what_was_begun_about_it_along(pathway: Follow):
    # given a further discussion that is late, and has to be explained
    brighton = pathway()
    [case_id] = brighton.start()
    begun = begin(brighton, case_id, "follow_up_discussion")
    timers.fire_due(brighton.sessions, brighton.now)
    with brighton.sessions.begin() as session:
        session.add(
            Instance(
                id="about", case_id=case_id, process="late", stages={}, state=b"",
                about={"from": "x", "scope": "discussion", "number": 1}, started_at=brighton.now,
            )
        )  # fmt: skip

    # when the discussion is withdrawn
    withdraw(brighton, case_id, begun, "A slip")

    # then so is the explanation
    with brighton.sessions() as session:
        assert session.get_one(Instance, "about").finished_at == brighton.now


def test_correcting_and_writing_anew_delete_nothing(pathway: Follow):
    # given a record, and the fact that it answered
    england = pathway("england")
    [case_id] = england.start()
    before = kept(england)
    said = {"referral_received_at": england.now - timedelta(hours=1)}

    # when the fact is corrected, and then the record is written anew
    with england.sessions.begin() as session:
        case, by = session.get_one(Case, case_id), england.person(session)
        earlier = england.now - timedelta(hours=2)
        cases.correct(
            session, case, "referral_received_at", earlier, "A slip", by=by, now=england.now
        )
    with england.sessions.begin() as session:
        record, by = session.scalars(select(Record)).one(), england.person(session)
        cases.revise(session, record, said, "The letter says so", by=by, now=england.now)

    # then all that was there is, as it was, and what is new says who and why
    after = kept(england)
    assert all(before[name] < after[name] for name in before)
    with england.sessions() as session:
        stated = select(Fact).where(Fact.name == "referral_received_at").order_by(Fact.id)
        facts = session.scalars(stated).all()
        assert [each.why for each in facts] == [None, "A slip", "The letter says so"]
        assert all(each.recorded_by_id == england.person_id for each in facts)
        first, newer = session.scalars(select(Record).order_by(Record.id))
        assert (first.why, first.edition) == (None, 1)
        assert (newer.why, newer.edition) == ("The letter says so", 2)
        assert first.answers["referral_received_at"] == england.now
