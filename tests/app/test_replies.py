"""Who accepts an invitation and who declines it: said by themselves, or noted by whoever plans."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from processes.models import Record
from tests.app import test_invitations

SignIn = Callable[..., FlaskClient]
planned, browser = test_invitations.planned, test_invitations.browser


@pytest.fixture
def jane(
    browser: FlaskClient, sign_in: SignIn, involve: Callable[..., None], session: Session
) -> FlaskClient:
    """The browser of somebody who is invited, and signs in here."""
    theirs = sign_in("health", name="Jane Smith")
    plan = session.get_one(Record, 1).task_key
    session.rollback()
    involve(1, "health", "participant", scope="case", number=0, task_key=plan)
    contact = {"invited-0-contact": "01273 000000, JaneSmith-health@example.org"}
    test_invitations.revise(browser, **contact, _why="Her email")
    return theirs


def replying(browser: FlaskClient, page: str) -> dict[str, str]:
    """The addresses at which this person may reply, by what their links say."""
    link = r'href="([^"]+/reply)">(\w[^<]*)<[^>]*>: ([^<]*)<'
    return {f"{says}: {who}": to for to, says, who in re.findall(link, browser.get(page).text)}


def test_who_is_invited_accepts_or_declines_with_a_word_on_their_own_page(
    browser: FlaskClient, jane: FlaskClient
):
    # given an invitation that nobody has answered
    assert browser.get("/cases/1").text.count("Not answered") == 2
    [(link, address)] = replying(jane, "/cases/1").items()
    assert link == "Accept or decline: Jane Smith"
    assert "Will you take part?" in jane.get(address).text
    assert jane.post(address, data={"note": "I am on the ward"}).status_code == 400

    # when she declines, and thinks again
    done = jane.post(address, data={"says": "declines", "note": "I am on the ward"})
    assert "Declines: " in jane.get(done.location).text
    assert "Declines: " in browser.get("/cases/1").text
    jane.post(address, data={"says": "accepts", "note": "Until 3pm"})

    # then everybody sees her last word, and the history has both
    page = browser.get("/cases/1").text
    invited = page[page.index('id="invitations"') : page.index('id="drawn"')]
    assert "Accepts: " in invited
    assert "Until 3pm" in invited
    assert "on the ward" not in invited
    assert "Noted by" not in invited
    assert invited.count("Not answered") == 1
    assert '<td class="govuk-table__cell" data-label="Their part">Invited</td>' in page
    assert "Jane Smith declines the invitation: I am on the ward" in page
    assert "Jane Smith accepts the invitation: Until 3pm" in page


def test_whoever_plans_notes_what_the_others_say_and_nobody_replies_for_somebody_else(
    browser: FlaskClient, jane: FlaskClient
):
    planner = replying(browser, "/records/2/invitations")
    assert set(planner) == {"Note what they say: Jane Smith", "Note what they say: Bo Wells"}
    bo = planner["Note what they say: Bo Wells"]
    assert jane.get(bo).status_code == 403
    assert "Will Bo Wells take part?" in browser.get(bo).text
    done = browser.post(bo, data={"says": "declines"})
    assert "Written down: Bo Wells declines." in browser.get(done.location).text
    assert "Noted by Ana Ruiz, " in browser.get("/cases/1").text
    assert browser.get(bo.replace("/reply", "x/reply")).status_code == 404


def test_a_reply_to_an_earlier_time_says_so_and_a_meeting_that_is_over_is_not_on_the_case(
    browser: FlaskClient, sign_in: SignIn
):
    bo = replying(browser, "/cases/1")["Note what they say: Bo Wells"]
    browser.post(bo, data={"says": "accepts"})
    assert "the time has changed since" not in browser.get("/cases/1").text
    test_invitations.revise(browser, **test_invitations.LATER)
    assert "the time has changed since" in browser.get("/cases/1").text
    with time_machine.travel("2027-03-30T09:00Z"):
        page = sign_in("team_manager").get("/cases/1").text
    assert 'id="invitations"' not in page
