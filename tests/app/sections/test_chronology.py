"""One story of a child: what records say happened, what was added, and what became late."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database, timers
from processes.models import Task
from tests.app.conftest import NOW

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
FELL = {
    "new_information": "Two things were said.",
    "entries-0-when-day": "1",
    "entries-0-when-month": "12",
    "entries-0-when-year": "2026",
    "entries-0-what": "She missed school.",
    "entries-0-kind": "fact",
    "entries-0-source": "School register",
    "entries-1-what": "She seems afraid.",
    "entries-1-kind": "opinion",
}


def lines(page: str) -> list[str]:
    """Return the story's lines as they are read."""
    story = page[page.index("<h1") :]
    found = re.findall(r'<li class="app-history__entry">(.*?)</li>', story, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", "", line).split()) for line in found]


@pytest.fixture
def told(refer: Refer, sign_in: SignIn, session: Session) -> tuple[FlaskClient, str]:
    """A case to whose story two entries were added; the browser, and the story's address."""
    case_id, browser = refer(), sign_in("team_manager", name="Ana Ruiz")
    browser.post(f"/cases/{case_id}/begin/new_information")
    session.rollback()
    task = session.scalars(select(Task.key).where(Task.element == "record_new_information")).one()
    assert browser.post(f"/tasks/{task}", data=FELL).status_code == 302
    return browser, f"/cases/{case_id}/chronology"


def test_a_record_stands_where_it_happened_and_an_entry_at_its_day(told):
    browser, address = told
    assert lines(browser.get(address).text) == [
        "Tuesday 1 December Fact: She missed school. Source: School register. Ana Ruiz",
        "4:50pm on Friday 4 December Record: Record the referral Tom Reed",
        "5pm on Friday 4 December Event: The case began",
        "5pm on Friday 4 December Record: Record new information Ana Ruiz",
        "5pm on Friday 4 December Opinion: She seems afraid. Ana Ruiz",
    ]


def test_the_story_is_shown_by_kind(told):
    browser, address = told
    page = browser.get(f"{address}?kind=fact&kind=opinion&kind=nonsense").text
    assert [line.split(": ")[1] for line in lines(page)] == [
        "She missed school. Source",
        "She seems afraid. Ana Ruiz",
    ]
    assert "Only: fact and opinion." in page
    assert "There is no such entry." in browser.get(f"{address}?kind=allegation").text


def test_an_entry_leads_to_the_record_that_says_so(told):
    browser, address = told
    [entry] = re.findall(
        r'href="(/records/[0-9]+)">She missed school.</a>', browser.get(address).text
    )
    assert "Record new information" in browser.get(entry).text


def test_the_childs_page_shows_the_story_and_leads_to_all_of_it(told):
    browser, address = told
    page = browser.get(address.removesuffix("/chronology")).text
    assert "She missed school." in page
    assert f'href="{address}"' in page


def test_a_deadline_that_passed_is_part_of_the_story(app: Flask, refer: Refer, sign_in: SignIn):
    case_id = refer()
    a_week_later = NOW + timedelta(days=7)
    timers.fire_due(database.writing(app.extensions["engine"]), a_week_later)
    with time_machine.travel(a_week_later, tick=False):
        page = sign_in("team_manager").get(f"/cases/{case_id}/chronology").text
    assert lines(page)[-1].endswith("Event: A deadline passed: Hold the strategy discussion")
