"""Drafts: what was typed and not sent is there again, whatever became of its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.models import Draft, Task
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

REFERRAL = "/referrals/new/england/referral"
WORDS = {"concerns": "Two bruises,\nboth fresh.", "referral_source": "school"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2026-12-04T17:00Z", tick=False) as travelled:
        yield travelled


def hidden(page: str) -> dict[str, str]:
    """Return what a page sends along to say which page it is."""
    return dict(re.findall(r'name="(_page|_from)" value="([^"]*)"', page))


def save(browser: FlaskClient, address: str, page: str, **typed: str) -> Any:
    """Save as the page's script does."""
    answer = browser.post(address, data={**typed, **hidden(page), "_button": "keep"})
    assert answer.status_code == 200
    return answer.json


def test_a_page_opens_with_its_draft_and_says_so(sign_in: SignIn, clock: Any):
    browser = sign_in("first_response")
    page = browser.get(REFERRAL).text
    assert "Your draft" not in page
    assert save(browser, REFERRAL, page, **WORDS) == {"kept": True, "others": []}
    clock.shift(3600)
    page = browser.get(REFERRAL).text
    assert "Your draft of 5pm on Friday 4 December is here." in page
    assert "Two bruises,\nboth fresh.</textarea>" in page
    assert 'value="school" selected' in page


def test_another_person_sees_nothing_of_it(sign_in: SignIn):
    browser = sign_in("first_response")
    save(browser, REFERRAL, browser.get(REFERRAL).text, **WORDS)
    page = sign_in("first_response", name="Ben Otter").get(REFERRAL).text
    assert "Two bruises" not in page


def test_a_draft_can_be_asked_for_by_its_own_writer_only(
    sign_in: SignIn, drafts: Callable[[], list[Draft]]
):
    browser = sign_in("first_response")
    save(browser, REFERRAL, browser.get(REFERRAL).text, **WORDS)
    other = sign_in("first_response", name="Ben Otter")
    assert "Two bruises" not in other.get(f"{REFERRAL}?draft={drafts()[0].id}").text


def test_one_page_writes_over_its_own_draft(sign_in: SignIn, drafts: Callable[[], list[Draft]]):
    browser = sign_in("first_response")
    page = browser.get(REFERRAL).text
    save(browser, REFERRAL, page, concerns="One")
    save(browser, REFERRAL, page, concerns="One two")
    assert [dict(each.typed)["concerns"] for each in drafts()] == ["One two"]


def test_typing_on_two_devices_keeps_both_and_says_so(
    sign_in: SignIn, drafts: Callable[[], list[Draft]], clock: Any
):
    # given a draft that is open on a desk and on a phone
    browser = sign_in("first_response")
    save(browser, REFERRAL, browser.get(REFERRAL).text, concerns="Begun")
    desk, phone = browser.get(REFERRAL).text, browser.get(REFERRAL).text

    # when both go on
    clock.shift(60)
    assert save(browser, REFERRAL, desk, concerns="Begun at the desk")["others"] == []
    clock.shift(60)
    answer = save(browser, REFERRAL, phone, concerns="Begun on the phone")

    # then neither is lost, and each says so of the other
    kept = {dict(each.typed)["concerns"]: each.id for each in drafts()}
    assert kept.keys() == {"Begun at the desk", "Begun on the phone"}
    there = f"{REFERRAL}?draft={kept['Begun at the desk']}"
    assert answer["others"] == [{"at": "5:01pm on Friday 4 December", "href": there}]
    page = browser.get(REFERRAL).text
    assert "Begun on the phone" in page
    assert "You have also typed here at 5:01pm" in page
    assert "Begun at the desk" in browser.get(there).text


def test_a_second_device_that_opens_later_goes_on_with_the_same_draft(
    sign_in: SignIn, drafts: Callable[[], list[Draft]]
):
    browser = sign_in("first_response")
    save(browser, REFERRAL, browser.get(REFERRAL).text, concerns="Begun")
    answer = save(browser, REFERRAL, browser.get(REFERRAL).text, concerns="Begun and ended")
    assert answer["others"] == []
    assert len(drafts()) == 1


def test_without_a_script_a_button_keeps_it(sign_in: SignIn):
    browser = sign_in("first_response")
    saved = browser.post(REFERRAL, data={**WORDS, "_button": "later"})
    assert saved.status_code == 302
    assert "Your draft is kept." in browser.get("/tasks").text
    assert "Two bruises,\nboth fresh.</textarea>" in browser.get(REFERRAL).text


def test_an_untouched_page_leaves_no_draft(sign_in: SignIn, drafts: Callable[[], list[Draft]]):
    browser = sign_in("first_response")
    browser.post(REFERRAL, data={"concerns": " ", "_shown": "concerns", "_button": "later"})
    assert drafts() == []


def test_a_draft_can_be_thrown_away(sign_in: SignIn, drafts: Callable[[], list[Draft]]):
    browser = sign_in("first_response")
    save(browser, REFERRAL, browser.get(REFERRAL).text, **WORDS)
    seen = hidden(browser.get(REFERRAL).text)["_from"]
    browser.post(REFERRAL, data={"_from": "1-another", "_button": "throw away"})
    assert len(drafts()) == 1, "only the draft that was seen"
    thrown = browser.post(REFERRAL, data={"_from": seen, "_button": "throw away"})
    assert thrown.location == REFERRAL
    assert drafts() == []


def test_an_accepted_form_leaves_no_draft_of_itself_but_of_another_device(
    sign_in: SignIn, refer: Refer, session: Session, drafts: Callable[[], list[Draft]]
):
    refer()
    browser, address = sign_in("team_manager"), task_of(session)
    desk, phone = browser.get(address).text, browser.get(address).text
    save(browser, address, phone, how_many="3")
    save(browser, address, desk, **HELD)
    assert browser.post(address, data={**HELD, **hidden(desk)}).status_code == 302
    assert [dict(each.typed).get("how_many") for each in drafts()] == ["3"]


def test_a_new_version_and_a_correction_keep_their_reason_too(
    refer: Refer, sign_in: SignIn, session: Session
):
    case_id = refer()
    browser = sign_in("first_response", name="Zoe Hill")
    page = browser.get(f"/cases/{case_id}").text
    correct = re.findall(r'href="(/cases/\d+/correct/\d+)"', page)[0]
    for address in ("/records/1/revise", correct):
        save(browser, address, browser.get(address).text, _why="It was mistyped")
        assert ">It was mistyped</textarea>" in browser.get(address).text


def test_saving_by_itself_keeps_the_session_in_use(sign_in: SignIn, clock: Any):
    browser = sign_in("first_response")
    page = browser.get(REFERRAL).text
    for minutes in (50, 50, 50):
        clock.shift(minutes * 60)
        save(browser, REFERRAL, page, concerns=f"{minutes}")


def test_every_view_with_a_form_of_a_procedure_keeps_drafts(app: Flask):
    keeping = {name for name, view in app.view_functions.items() if hasattr(view, "keeps_drafts")}
    assert keeping >= {"tasks.complete", "referrals.start", "records.revise", "cases.correct"}


def test_completing_forgets_no_draft_of_another_task(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    refer()
    session.rollback()
    keys = session.scalars(select(Task.key).where(Task.element == "hold_strategy_discussion"))
    first, second = (f"/tasks/{key}" for key in keys)
    browser = sign_in("team_manager")
    save(browser, second, browser.get(second).text, how_many="2")
    page = browser.get(first).text
    browser.post(first, data={**HELD, **hidden(page)})
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Draft)) == 1
