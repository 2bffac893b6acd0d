"""What was answered already stands on later pages, with where it comes from."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Fact, Record
from tests.app.test_tasks import HELD, task_of

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
SOURCE = "Carried forward from:"
SAID = "Bruises on both arms.\r\nShe says she fell."


def sources(page: str) -> list[str]:
    """Return the lines that say where an answer comes from, in plain words."""
    lines = re.findall(r'<p class="app-carried">(.*?)</p>', page, re.DOTALL)
    return [re.sub("<[^>]+>", "", line) for line in lines]


def test_a_question_begins_with_the_earlier_answer_and_says_whose_it_is(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    page = sign_in("team_manager").get(task_of(session)).text
    assert "Bruises on both arms.\nShe says she fell.</textarea>" in page
    assert sources(page) == [
        f"{SOURCE} Record the referral (opens in a new tab), Friday 4 December, Tom Reed"
    ]
    assert 'href="/records/1"' in page


def test_a_record_shows_what_was_taken_over_unchanged_and_from_where(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data={**HELD, "concerns": SAID})
    session.rollback()
    record = session.scalars(select(Record).order_by(Record.id.desc())).first()
    assert record
    assert record.carried == {"concerns": 1}
    page = browser.get(f"/records/{record.id}").text
    assert sources(page) == [f"{SOURCE} Record the referral, Friday 4 December, Tom Reed"]


def test_an_answer_that_was_changed_is_new_and_the_earlier_record_stays(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a page on which the carried text is edited and a row is added
    refer()
    browser = sign_in("team_manager")
    edited = {**HELD, "concerns": "Bruises on one arm."}
    again = browser.post(task_of(session), data={**edited, "_button": "add actions"}).text
    assert sources(again) == [], "what was changed is not carried forward any more"

    # when it is saved
    browser.post(task_of(session), data=edited)

    # then the new record is of its own, and the referral says what it said
    session.rollback()
    first, second = session.scalars(select(Record).order_by(Record.id)).all()
    assert second.carried is None
    assert first.answers["concerns"] == "Bruises on both arms.\nShe says she fell."
    assert sources(browser.get(f"/records/{second.id}").text) == []


def test_a_new_version_keeps_saying_where_it_comes_from_what_it_did_not_change(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data={**HELD, "concerns": SAID})
    session.rollback()
    number = max(session.scalars(select(Record.id)))
    other_action = {**HELD, "actions-0-action": "Arrange two assessments", "_why": "A slip"}
    saved = browser.post(f"/records/{number}/revise", data={**other_action, "concerns": SAID})
    assert len(sources(browser.get(saved.location).text)) == 1
    changed = {**other_action, "concerns": "Bruises on one arm."}
    newest = browser.post(f"{saved.location}/revise", data=changed)
    assert sources(browser.get(newest.location).text) == []


def test_what_was_corrected_says_that_it_was(refer: Refer, sign_in: SignIn, session: Session):
    # given a correction of what the referral said
    refer()
    browser = sign_in("team_manager", name="Ana Ruiz")
    fact = session.scalars(select(Fact.id).where(Fact.name == "referral_received_at")).one()
    thursday = ("3", "12", "2026", "9", "05")
    parts = dict(zip(("day", "month", "year", "hour", "minute"), thursday, strict=True))
    received = {f"referral_received_at-{part}": text for part, text in parts.items()}
    browser.post(f"/cases/1/correct/{fact}", data={**received, "_why": "The letter says so"})

    # when new information is recorded, which asks for it again
    begun = browser.post("/cases/1/begin/new_information")

    # then it stands there as corrected
    page = browser.get(begun.location).text
    assert f"{SOURCE} A correction, Friday 4 December, Ana Ruiz" in sources(page)
