"""Starting a case by a referral."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.views.referrals import BEGINNINGS
from processes.checks.settings import ORIGINS
from processes.models import Case, Draft, FamilyGroup, Record, Task
from tests.app.conftest import REFERRAL

START = "/referrals/new/england/referral"


def test_the_choice_of_procedure_leads_to_its_form(sign_in: Callable[..., FlaskClient]):
    browser = sign_in("first_response")
    assert "Testshire" in browser.get("/referrals/new").text
    chosen = browser.get("/referrals/new?procedure=england&origin=referral")
    assert chosen.location == START
    assert "Record the referral" in browser.get(START).text


def test_no_procedure_is_chosen_for_anybody(sign_in: Callable[..., FlaskClient]):
    page = sign_in("first_response").get("/referrals/new?origin=open_case")
    assert page.status_code == 400
    assert "<title>Error: Start a referral" in page.text
    assert 'href="#procedure">Choose whose procedure it follows.' in page.text
    assert 'value="open_case" checked' in page.text


def test_a_procedure_that_does_not_begin_so_is_told_and_stays_chosen(
    sign_in: Callable[..., FlaskClient],
):
    page = sign_in("first_response").get("/referrals/new?procedure=england&origin=open_case")
    assert page.status_code == 400
    assert 'href="#origin">No case begins like this by this procedure.' in page.text
    assert 'value="england" checked' in page.text


def test_every_beginning_that_a_procedure_may_name_is_offered_but_another_child_s():
    assert {*BEGINNINGS, "linked"} == {*ORIGINS}


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


@pytest.mark.parametrize("reference", ["SP-00012", "sp-7"])
def test_a_case_number_such_as_ours_is_refused_beside_the_question(
    sign_in: Callable[..., FlaskClient], session: Session, reference: str
):
    """A case that is begun later would be given it."""
    page = sign_in("first_response").post(START, data={**REFERRAL, **numbered(reference)})
    assert page.status_code == 400
    assert f"Child 1: numbers such as {reference} are given here" in page.text
    assert 'href="#children-0-reference"' in page.text
    assert "Bruises on both arms." in page.text
    assert session.scalars(select(Case)).all() == []


def test_the_second_of_two_with_one_case_number_at_one_instant_has_the_form_again(
    sign_in: Callable[..., FlaskClient], session: Session
):
    """Both have looked, and found no such number, when the first of them writes it."""
    browsers = [sign_in("first_response", name=name) for name in ("Tom Reed", "Ana Sol")]
    both_have_looked = threading.Barrier(2)

    @event.listens_for(FamilyGroup, "before_insert")
    def _meet(*_: object) -> None:
        both_have_looked.wait(timeout=20)

    def refer(browser: FlaskClient) -> TestResponse:
        return browser.post(START, data={**REFERRAL, **numbered("T-77")})

    is_sqlite = session.get_bind().dialect.name == "sqlite"  # there one waits for the other
    if is_sqlite:
        event.remove(FamilyGroup, "before_insert", _meet)
    with ThreadPoolExecutor(2) as pool:
        begun, again = sorted(pool.map(refer, browsers), key=lambda each: each.status_code)
    if not is_sqlite:
        event.remove(FamilyGroup, "before_insert", _meet)

    assert (begun.status_code, again.status_code) == (302, 400)
    assert "Child 1: another case has the number T-77." in again.text
    assert 'href="#children-0-reference"' in again.text
    assert "Bruises on both arms." in again.text
    assert len(session.scalars(select(Case)).all()) == 1
    assert "Bruises" in str(session.scalars(select(Draft.typed)).one())


def numbered(reference: str) -> dict[str, str]:
    return {"children-0-reference": reference}


def test_a_referral_that_is_sent_twice_starts_its_cases_once(
    sign_in: Callable[..., FlaskClient], session: Session
):
    # given a page that was sent, and is sent again by a second click
    browser = sign_in("first_response")
    sent = {**REFERRAL, "children-0-reference": "T-77", "_page": "a1b2"}
    first, again = browser.post(START, data=sent), browser.post(START, data=sent)
    assert first.status_code == 302
    assert again.location == first.location

    # when somebody goes back to it and writes of another child
    other = {**sent, "children-0-name": "Leo Doe", "children-0-reference": ""}
    assert browser.post(START, data=other).location != first.location

    # then only that is another case
    names = session.scalars(select(Case.child_name).order_by(Case.id)).all()
    assert names == ["Maya Doe", "Leo Doe"]


def test_a_referral_sent_twice_at_the_same_moment_starts_its_cases_once(
    app: Flask, sign_in: Callable[..., FlaskClient], session: Session
):
    browser = sign_in("first_response")
    sent, both = {**REFERRAL, "_page": "a1b2"}, threading.Barrier(2)

    def click() -> str | None:
        second = app.test_client()
        second.set_cookie("session", browser.get_cookie("session").value)  # type: ignore[union-attr]
        both.wait()
        return second.post(START, data=sent).location

    with ThreadPoolExecutor(2) as clicks:
        led = [each.result() for each in [clicks.submit(click), clicks.submit(click)]]
    assert led[0] == led[1]
    assert len(session.scalars(select(Case)).all()) == 1
