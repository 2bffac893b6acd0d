"""Starting a case by a referral."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Case, Record, Task
from tests.app.conftest import REFERRAL

START = "/referrals/new/england/referral"


def test_the_choice_of_procedure_leads_to_its_form(sign_in: Callable[..., FlaskClient]):
    browser = sign_in("first_response")
    assert "Testshire" in browser.get("/referrals/new").text
    chosen = browser.get("/referrals/new?procedure=england&origin=referral")
    assert chosen.location == START
    assert "Record the referral" in browser.get(START).text


def test_a_referral_about_two_children_starts_two_cases_of_one_family(
    sign_in: Callable[..., FlaskClient], session: Session
):
    browser = sign_in("first_response")
    twins = {"children-1-name": "Leo Doe", "children-1-reference": "T-77"}

    response = browser.post(START, data={**REFERRAL, **twins})

    maya, leo = session.scalars(select(Case).order_by(Case.id)).all()
    assert response.location == f"/cases/{maya.id}"
    assert (maya.child_name, leo.child_name, leo.reference) == ("Maya Doe", "Leo Doe", "T-77")
    assert maya.family_group_id == leo.family_group_id
    page = browser.get(response.location).text
    assert "Begun: Maya Doe" in page
    assert "Leo Doe" in page
    waiting = session.scalars(select(Task.element)).all()
    assert waiting == ["hold_strategy_discussion", "hold_strategy_discussion"]


def test_only_declared_questions_are_kept(sign_in: Callable[..., FlaskClient], session: Session):
    browser = sign_in("first_response")
    forged = {"strategy_discussion_held_at": "2026-12-04T17:00", "roles": "police", "by": "1"}
    browser.post(START, data={**REFERRAL, **forged})
    kept = session.scalars(select(Record.answers)).one()
    asked = {"categories", "concerns", "evidence", "recent_abuse"}
    assert kept.keys() == asked | {"referral_received_at", "referral_source"}
