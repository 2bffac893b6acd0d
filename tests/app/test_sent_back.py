"""A step that is sent back: its page says why, and holds what was recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Record, Task
from tests.app.test_family import BROTHERS, about, page_of
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
SIGN = "sign_strategy_discussion"
WHY = "Say who takes <her> there."
SENT_BACK = {"agreed": "no", "put_right": WHY}


@pytest.fixture(autouse=True)
def friday_evening():
    with time_machine.travel("2026-12-04T17:00Z", tick=False):
        yield


@pytest.fixture
def chair(sign_in: SignIn) -> FlaskClient:
    return sign_in("team_manager", name="Rae Lind")


@pytest.fixture
def author(refer: Refer, sign_in: SignIn, chair: FlaskClient, session: Session) -> FlaskClient:
    """Who held a discussion whose record the chair sent back."""
    refer()
    browser = sign_in("team_manager", name="Sam Okafor")
    browser.post(task_of(session), data=HELD)
    assert chair.post(task_of(session, SIGN), data=SENT_BACK).status_code == 302
    return browser


def test_the_page_says_who_sent_it_back_and_why_and_holds_what_was_recorded(
    author: FlaskClient, session: Session
):
    page = author.get(task_of(session)).text
    assert "Sent back: Rae Lind, " in page
    assert "Say who takes &lt;her&gt; there." in page
    assert 'value="Arrange a paediatric assessment"' in page
    assert "You have this task." in page
    assert "Hold the strategy discussion</a>, Friday 4 December, Sam Okafor" in page.replace(
        '<span class="govuk-visually-hidden"> (opens in a new tab)</span>', ""
    )


def test_what_is_saved_is_a_new_version_and_the_child_s_page_tells_the_story(
    author: FlaskClient, session: Session
):
    again = {**HELD, "actions-0-person": "Ines Costa, with her aunt"}
    told = author.post(task_of(session), data=again, follow_redirects=True).text

    versions = select(Record.edition).where(Record.element == "hold_strategy_discussion")
    session.rollback()
    assert session.scalars(versions.order_by(Record.id)).all() == [1, 2]
    assert "Sent back: Hold the strategy discussion. Reason: Say who takes &lt;her&gt;" in told
    assert '<span class="app-steps__mark">Sent back</span>' in told
    assert "version 2. Reason: Say who takes &lt;her&gt; there." in told
    assert "Sign the record" in told


def test_who_comes_second_to_a_step_that_was_sent_back_is_told_who_wrote_it_anew(
    author: FlaskClient, chair: FlaskClient, session: Session
):
    address = task_of(session)
    author.post(address, data=HELD)
    second = chair.post(address, data={**HELD, "actions-0-person": "My own words"})
    assert second.status_code == 409
    assert "was completed by Sam Okafor" in second.text
    assert "My own words" in second.text


def test_brothers_and_sisters_who_are_sent_back_together_are_told_why_once(
    refer: Refer, sign_in: SignIn, chair: FlaskClient, session: Session
):
    # given a discussion about three, signed for one and sent back for two
    first = refer(**BROTHERS)
    author = sign_in("team_manager", name="Sam Okafor")
    author.post(page_of(session, first), data=about(first, first + 1, first + 2))
    waiting = select(Task.key).where(Task.element == SIGN).order_by(Task.case_id)
    session.rollback()
    keys = session.scalars(waiting).all()
    sent = chair.post(f"/tasks/{keys[0]}", data={**SENT_BACK, "_child": str(first + 1)})
    assert sent.status_code == 302

    # then one reason stands on the page of both, and the third is not asked for
    page = author.get(page_of(session, first)).text
    assert page.count("Sent back, for Maya Doe and Leo Doe: Rae Lind") == 1
    assert f'name="_child" type="checkbox" value="{first + 2}"' not in page
