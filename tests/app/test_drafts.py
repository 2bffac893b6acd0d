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
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from processes import database
from processes.models import Draft, Person, Task
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

REFERRAL = "/referrals/new/england/referral"
WORDS = {"concerns": "Two bruises,\nboth fresh.", "referral_source": "school"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2026-12-04T17:00Z", tick=False) as travelled:
        yield travelled


@pytest.fixture
def drafts(session: Session) -> Callable[[], list[Draft]]:
    def read() -> list[Draft]:
        session.rollback()
        return list(session.scalars(select(Draft).order_by(Draft.id)))

    return read


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
