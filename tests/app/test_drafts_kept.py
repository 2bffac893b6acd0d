"""Drafts of what was refused: wrong answers, a task done meanwhile, an ended session, a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from processes import database
from processes.models import Draft, Person
from tests.app.test_drafts import REFERRAL, WORDS, hidden
from tests.app.test_family import BROTHERS, about, page_of
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2026-12-04T17:00Z", tick=False) as travelled:
        yield travelled


def test_wrong_answers_are_kept_and_the_page_goes_on_with_their_draft(
    sign_in: SignIn, drafts: Callable[[], list[Draft]]
):
    browser = sign_in("first_response")
    page = browser.get(REFERRAL).text
    refused = browser.post(REFERRAL, data={**WORDS, **hidden(page)})
    assert refused.status_code == 400
    again = {"concerns": "Three bruises.", **hidden(refused.text)}
    assert browser.post(REFERRAL, data=again).status_code == 400
    assert [dict(each.typed)["concerns"] for each in drafts()] == ["Three bruises."]


def test_a_refused_signature_keeps_what_was_typed(
    refer: Refer, sign_in: SignIn, session: Session, drafts: Callable[[], list[Draft]]
):
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data={**HELD, "actions-0-person": ""})
    signing = task_of(session, "sign_strategy_discussion")
    assert browser.post(signing, data={"agreed": "no"}).status_code == 400
    assert ["agreed", "no"] in drafts()[0].typed


def test_what_was_typed_for_a_task_that_a_colleague_completed_is_kept_to_be_read(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    address = task_of(session)
    second = sign_in("out_of_hours", name="Kit Moran")
    sign_in("team_manager", name="Grace Okoro").post(address, data=HELD)
    words = {"actions-0-action": "My own words", "strategy_discussion_held_at-hour": "9"}
    assert "My own words" in second.post(address, data={**HELD, **words}).text
    page = second.get(address).text
    assert "completed by Grace Okoro" in page
    assert "Your draft of 5pm on Friday 4 December" in page
    assert "My own words, Ines Costa" in page
    assert "7 12 2026 9 30" in page


def test_what_is_sent_twice_leads_to_the_case_and_leaves_no_draft(
    refer: Refer, sign_in: SignIn, session: Session, drafts: Callable[[], list[Draft]]
):
    # given a page with a draft, that is sent
    case_id = refer()
    address, browser = task_of(session), sign_in("team_manager", name="Grace Okoro")
    sent = {**HELD, **hidden(browser.get(address).text)}
    assert browser.post(address, data=sent).status_code == 302

    # when it is sent once more: with its old draft, as after going back, and from another device
    assert browser.post(address, data={**sent, "_button": "later"}).status_code == 302
    assert len(drafts()) == 1
    again = browser.post(address, data=sent)
    page = browser.get(again.location).text
    other = browser.post(address, data={**sent, "_page": "another"})

    # then it is said to be saved, and nothing says that it was not sent
    assert (again.location, other.location) == (f"/cases/{case_id}", f"/cases/{case_id}")
    assert "Saved already: Hold the strategy discussion." in page
    assert drafts() == []

    # and one word more is no such sending
    assert browser.post(address, data={**sent, "actions-0-action": "Another"}).status_code == 409
    assert len(drafts()) == 1


def test_what_is_sent_twice_for_several_children_leaves_no_draft_but_for_one_child_more_does(
    refer: Refer, sign_in: SignIn, session: Session, drafts: Callable[[], list[Draft]]
):
    first = refer(**BROTHERS)
    sent = about(first, first + 1, **{f"_{first + 1}-child_seen": "no"})
    browser, address = sign_in("team_manager"), page_of(session, first)
    assert browser.post(address, data=sent).status_code == 302
    assert browser.post(address, data=sent).status_code == 302
    assert drafts() == []
    more = about(first, first + 1, first + 2, **{f"_{first + 1}-child_seen": "no"})
    assert browser.post(address, data=more).status_code == 409, "the third child still waits"


def test_a_colleague_s_same_words_are_said_to_be_recorded(
    refer: Refer, sign_in: SignIn, session: Session, drafts: Callable[[], list[Draft]]
):
    refer()
    address, second = task_of(session), sign_in("team_manager", name="Kit Moran")
    sign_in("team_manager", "legal", name="Grace Okoro").post(address, data=HELD)
    page = second.post(address, data=HELD, follow_redirects=True).text
    assert "Grace Okoro recorded the same already: Hold the strategy discussion." in page
    assert drafts() == []


def test_who_was_signed_out_by_time_finds_what_they_typed(sign_in: SignIn, clock: Any):
    # given a page that was left alone for two hours, and then sent
    browser = sign_in("first_response")
    clock.shift(2 * 3600)
    page = browser.post(REFERRAL, data=WORDS)

    # then it is kept, and not shown to whoever sits there now
    assert page.status_code == 401
    assert "What you typed is kept as your draft" in page.text
    assert "Two bruises" not in page.text
    by_itself = browser.post(REFERRAL, data={"concerns": "And a cut.", "_button": "keep"})
    assert (by_itself.status_code, by_itself.json) == (401, {"kept": True, "others": []})

    # and nothing else can be done or seen
    assert browser.get(REFERRAL).location.startswith("/sign-in?then=/referrals")
    assert browser.post(REFERRAL, data={"_button": "throw away"}).status_code == 401


def test_after_signing_in_again_it_is_there(
    app: Flask, sign_in: SignIn, session: Session, clock: Any
):
    browser = sign_in("first_response")
    clock.shift(2 * 3600)
    browser.post(REFERRAL, data=WORDS)
    email = session.scalars(select(Person.email)).one()
    browser.post("/sign-in", data={"email": email, "password": "a long password"})
    assert "Two bruises,\nboth fresh.</textarea>" in browser.get(REFERRAL).text


def test_a_changed_password_ends_even_that(
    app: Flask, sign_in: SignIn, drafts: Callable[[], list[Draft]]
):
    browser = sign_in("first_response")
    with database.writing(app.extensions["engine"]).begin() as writing:
        writing.scalars(select(Person)).one().password_hash = "another"
    page = browser.post(REFERRAL, data=WORDS)
    assert page.status_code == 401
    assert "both fresh." in page.text
    assert drafts() == []


def test_a_lost_role_keeps_and_shows_what_was_typed(
    app: Flask, sign_in: SignIn, refer: Refer, session: Session, drafts: Callable[[], list[Draft]]
):
    refer()
    browser, address = sign_in("team_manager"), task_of(session)
    with database.writing(app.extensions["engine"]).begin() as writing:
        for person in writing.scalars(select(Person).where(Person.name == "Amina Khan")):
            person.roles = ["police"]
    refused = browser.post(address, data={**HELD, "actions-0-action": "My own words"})
    assert refused.status_code == 403
    assert "kept as your draft" in refused.text
    assert "My own words" in refused.text
    assert [each.place for each in drafts()] == [address]


def test_a_busy_database_is_asked_once_more_for_the_draft(
    app: Flask, sign_in: SignIn, drafts: Callable[[], list[Draft]]
):
    app.testing = False
    view = app.view_functions["referrals.start"]

    def busy(**_: str) -> str:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    busy.allowed_to, busy.keeps_drafts = "practitioners", True  # type: ignore[attr-defined]
    browser = sign_in("first_response")
    app.view_functions["referrals.start"] = busy
    page = browser.post(REFERRAL, data=WORDS)
    app.view_functions["referrals.start"] = view
    assert page.status_code == 503
    assert "What you typed is kept as your draft." in page.text
    assert "Two bruises,\nboth fresh.</textarea>" in browser.get(REFERRAL).text


def test_a_page_from_elsewhere_cannot_write_a_draft(
    sign_in: SignIn, drafts: Callable[[], list[Draft]]
):
    forged = {"Sec-Fetch-Site": "cross-site"}
    browser = sign_in("first_response")
    for button in ("keep", "later", ""):
        sent = browser.post(REFERRAL, data={**WORDS, "_button": button}, headers=forged)
        assert sent.status_code == 403
    assert drafts() == []
