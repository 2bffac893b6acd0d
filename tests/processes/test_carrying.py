"""What the case has answered already stands in later questions, and says where it comes from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

import forms
from bench.walks import unsigned
from processes import carrying, cases, known, library
from processes.facts import CASE, Facts
from processes.models import Case, Fact, Record, Task
from processes.taking import read_facts
from tests.processes.conftest import REFERRED_AT, Pathway

TOLD = {"name": "Bo Wells", "role": "Detective", "agency": "police", "contact": "101"}
THEN = {**TOLD, "attended": "attended", "contribution": "Would like a joint visit."}
EARLIER = {"type": "default", "components": [{"type": "textarea", "key": "concerns", "label": "A"}]}


@pytest.fixture
def england(engine):
    """A case that a referral began, in a procedure that lets everything be signed."""
    pathway = Pathway(engine, unsigned(library.read("england")))
    pathway.start(concerns="Bruises on both arms.", suspected_harm=True, recent_abuse=True)
    return pathway


def begun(pathway: Pathway, element: str) -> dict[str, Any]:
    """Return what the page of an open task begins with."""
    with pathway.sessions() as session:
        case_id = session.scalars(select(Case.id)).one()
        facts, scope = read_facts(session, case_id), CASE
        if numbers := [each for each in facts.scopes() if each != CASE]:
            scope = numbers[-1]
        procedure = library.read("england")
        named = carrying.tasks_named(procedure.forms[element], carrying.FROM)
        earlier = known.read(session, case_id, named)
        return carrying.forward(procedure.forms, element, earlier, scope, facts)


def written(pathway: Pathway, element: str) -> Record:
    with pathway.sessions() as session:
        found = select(Record).where(Record.element == element).order_by(Record.id.desc())
        return session.scalars(found).first() or pytest.fail(element)


def hold(pathway: Pathway, **answers: Any) -> None:
    """Take one strategy discussion from its plan to its record's distribution."""
    pathway.complete("plan_strategy_discussion", participants=[TOLD])
    times = dict.fromkeys(("strategy_discussion_started_at", "strategy_discussion_held_at"))
    times = dict.fromkeys(times, pathway.now)
    pathway.complete("hold_strategy_discussion", **times, **answers)
    pathway.complete("sign_strategy_discussion", discussion_signed_at=pathway.now)
    pathway.complete("distribute_record", record_distributed_at=pathway.now)


def test_the_discussion_begins_with_the_referral_and_names_it(england):
    england.screen()
    england.complete("plan_strategy_discussion")
    stands = begun(england, "hold_strategy_discussion")
    referral = written(england, "record_referral").id
    assert stands["concerns"] == carrying.Carried("Bruises on both arms.", referral)
    assert stands["recent_abuse"] == carrying.Carried(True, referral)


def test_a_record_names_where_each_unchanged_answer_comes_from(england):
    england.screen()
    england.complete("plan_strategy_discussion")
    answers = {"recent_abuse": False, "concerns": "Bruises on both arms."}
    england.complete("hold_strategy_discussion", **answers)
    referral = written(england, "record_referral").id
    assert written(england, "hold_strategy_discussion").carried == {"concerns": referral}


def test_a_further_discussion_invites_whoever_took_part_in_the_last_one(england):
    england.screen()
    hold(england, participants=[THEN], follow_up_needed=True, threshold="met")
    first = written(england, "hold_strategy_discussion").id
    stands = begun(england, "plan_strategy_discussion")
    assert stands["participants"] == carrying.Carried([TOLD], first)


def test_a_discussion_is_held_with_its_own_plan_before_a_later_one(england):
    # given two discussions planned side by side, the second one planned last
    england.screen()
    with england.sessions.begin() as session:
        case, by = session.scalars(select(Case)).one(), england.person(session)
        cases.begin(session, case, "follow_up_discussion", by=by, now=england.now)
    others = [TOLD, {**TOLD, "name": "Ines Costa"}]
    for people in ([TOLD], others):
        with england.sessions.begin() as session:
            plans = select(Task.key).where(Task.element == "plan_strategy_discussion")
            key = session.scalars(plans.order_by(Task.opened_at, Task.key)).first()
            answers, by = {"participants": people}, england.person(session)
            cases.complete_task(session, str(key), answers, by=by, now=england.now)
    with england.sessions() as session:
        plans = session.scalars(select(Record).where(Record.element == "plan_strategy_discussion"))
        by_number = {each.number: each for each in plans}

    # then each is held with its own
    procedure = library.read("england")
    for number, plan in by_number.items():
        stands = carrying.forward(
            procedure.forms,
            "hold_strategy_discussion",
            list(by_number.values()),
            ("discussion", number),
            Facts(),
        )
        assert stands["participants"] == carrying.Carried(plan.answers["participants"], plan.id)
    assert len(by_number) == 2


def test_what_was_corrected_since_is_carried_as_corrected_and_names_no_record(england):
    with england.sessions.begin() as session:
        case, by = session.scalars(select(Case)).one(), england.person(session)
        cases.correct(session, case, "suspected_harm", False, "A slip", by=by, now=england.now)
    assert begun(england, "screen_referral")["suspected_harm"] == carrying.Carried(False, None)
    england.screen(suspected_harm=False)
    assert "suspected_harm" not in (written(england, "screen_referral").carried or {})


def test_a_question_left_blank_corrects_nothing(england):
    england.screen(suspected_harm=None)
    with england.sessions() as session:
        facts = session.scalars(select(Fact.value).where(Fact.name == "suspected_harm")).all()
    assert facts == [True]
    assert written(england, "screen_referral").answers["suspected_harm"] is None


def test_an_answer_that_was_chosen_is_carried_into_a_text_as_its_words(england):
    england.screen()
    action = {
        "action": "Visit",
        "agency": "social_care",
        "person": "Sam",
        "due_on": date(2026, 12, 7),
    }
    hold(england, actions=[action], threshold="met", section_47_decided=False)
    (row,) = begun(england, "update_plan")["plan_actions"].value
    assert row["agency"] == "Children's social care"
    assert row["due_on"] == action["due_on"]


def test_the_latest_record_counts_among_several(england):
    england.screen()
    england.complete("plan_strategy_discussion")
    england.now = REFERRED_AT + timedelta(hours=1)
    with england.sessions.begin() as session:
        case, by = session.scalars(select(Case)).one(), england.person(session)
        cases.begin(session, case, "new_information", by=by, now=england.now)
    england.complete("record_new_information", new_information="A second mark.")
    stands = begun(england, "hold_strategy_discussion")
    assert stands["concerns"].value == "A second mark."


def test_nothing_is_carried_from_a_task_that_was_not_answered():
    earlier = forms.load(orjson.dumps(EARLIER), "earlier")
    later = {**EARLIER["components"][0], "properties": {"carried_from": "earlier.concerns"}}  # type: ignore[dict-item]
    asks = {
        "earlier": earlier,
        "later": forms.load(orjson.dumps({"type": "default", "components": [later]}), "later"),
    }
    blank = Record(id=1, element="earlier", scope="case", number=0, answers={"concerns": ""})
    assert carrying.forward(asks, "later", [blank], CASE, Facts()) == {}
    said = Record(id=2, element="earlier", scope="case", number=0, answers={"concerns": "x"})
    stands = carrying.forward(asks, "later", [blank, said], CASE, Facts())
    assert stands == {"concerns": carrying.Carried("x", 2)}


def kept(number: int, element: str, scope: tuple[str, int], **answers: Any) -> Record:
    """Return a record as it was kept."""
    return Record(id=number, element=element, scope=scope[0], number=scope[1], answers=answers)


def test_the_outcome_opens_with_what_the_discussion_said_and_the_report_with_both():
    # given a discussion that led to an enquiry
    asked, enquiry = library.read("england").forms, ("enquiry", 1)
    history, harm = "Known since 2024.", ["physical"]
    held = kept(
        1,
        "hold_strategy_discussion",
        ("discussion", 1),
        concern_categories=harm,
        background_history=history,
    )

    # then the record of its outcome opens with the discussion's answer
    outcome = carrying.forward(asked, "record_outcome", [held], enquiry, Facts())
    assert outcome["harm_categories"] == carrying.Carried(harm, held.id)

    # and the conference report with what both records say
    found = kept(2, "carry_out_enquiry", enquiry, child_views="I want to stay with Gran.")
    judged = kept(3, "record_outcome", enquiry, enquiry_analysis="It is likely to go on.")
    report = carrying.forward(
        asked, "write_conference_report", [held, found, judged], enquiry, Facts()
    )
    assert report["previous_help"] == carrying.Carried(history, held.id)
    assert report["report_child_views"] == carrying.Carried("I want to stay with Gran.", found.id)
    assert report["report_analysis"] == carrying.Carried("It is likely to go on.", judged.id)
