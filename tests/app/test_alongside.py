"""What stands beside a form besides earlier records: the family's open discussions, the story."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Action, Task
from tests.app.test_tasks import HELD, task_of

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
BROTHER = {"children-1-name": "Leo Doe"}


def test_other_open_discussions_of_the_family_stand_beside_the_form(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a brother and sister who wait at the same step: one discussion about both
    maya = refer(**BROTHER)
    refer(**{"children-0-name": "Ana Rose"})
    browser = sign_in("team_manager")
    mine = select(Task.key).where(Task.case_id == maya)
    address = f"/tasks/{session.scalars(mine).one()}"
    assert "None is open." in browser.get(address).text

    # when the brother's has gone on alone
    of_leo = select(Task.key).where(Task.case_id == maya + 1)
    leo = f"/tasks/{session.scalars(of_leo).one()}"
    assert browser.post(leo, data=HELD).status_code == 302

    # then it stands beside the sister's form, and no other family's does
    page = browser.get(address).text
    assert "None is open." not in page
    assert "Leo Doe: Strategy discussion 1 (opens in a new tab)" in page
    assert "waits for: sign the record" in page
    assert "Ana Rose" not in page
    assert "Maya Doe: Strategy" not in page


def test_the_chronology_stands_beside_the_form(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data=HELD)
    page = browser.get(task_of(session, "sign_strategy_discussion")).text
    told = page[page.index("The chronology (") :].split("</details>")[0]
    assert "The case began" in told
    assert told.index("Record the referral") < told.index("Hold the strategy discussion")


def test_what_stays_to_be_done_stands_beside_the_form_with_who_does_it(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    browser = sign_in("team_manager")
    due = {"actions-1-action": "Visit at home", "actions-1-due_on-day": "3"}
    due |= {"actions-1-due_on-month": "12", "actions-1-due_on-year": "2026"}
    browser.post(task_of(session), data={**HELD, **due, "actions-1-person": "Jo"})
    address = task_of(session, "sign_strategy_discussion")
    page = browser.get(address).text
    assert "2 actions stay open:" in page
    assert "Arrange a paediatric assessment: Ines Costa</li>" in page
    assert "Visit at home: Jo, by Thursday 3 December. " in page
    assert '<span class="app-late">1 day late</span>' in page

    # and what is done meanwhile does not
    for number in session.scalars(select(Action.id).order_by(Action.id)):
        browser.post(f"/actions/{number}/done")
    assert "No action is open." in browser.get(address).text
