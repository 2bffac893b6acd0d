"""The tasks of my roles, and completing one."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database
from processes.models import Case, Record, Task

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

HELD = {
    "strategy_discussion_held_at-day": "7",
    "strategy_discussion_held_at-month": "12",
    "strategy_discussion_held_at-year": "2026",
    "strategy_discussion_held_at-hour": "10",
    "strategy_discussion_held_at-minute": "30",
    "actions-0-action": "Arrange a paediatric assessment",
    "actions-0-person": "Ines Costa",
}


def task_of(session: Session, element: str = "hold_strategy_discussion") -> str:
    session.rollback()
    found = select(Task.key).where(Task.element == element).order_by(Task.opened_at, Task.key)
    return f"/tasks/{session.scalars(found).first()}"


def test_a_task_is_listed_for_its_roles_with_its_deadline(refer: Refer, sign_in: SignIn):
    refer()
    page = sign_in("out_of_hours").get("/tasks").text
    assert "Hold the strategy discussion" in page
    assert "<strong>by Wednesday 9 December</strong>" in page
    assert "within 3 working days of the referral (Testshire; must). 3 working days left." in page
    assert "Maya D · " in page
    assert "Maya Doe" not in page
    assert "Nothing waits for you" in sign_in("police").get("/tasks").text


def test_the_next_deadline_is_first_and_a_late_one_before_it(refer: Refer, sign_in: SignIn):
    for reference, day, month in (("C-3", "4", "12"), ("B-2", "3", "12"), ("A-1", "20", "11")):
        received = {"referral_received_at-day": day, "referral_received_at-month": month}
        refer(**received, **{"children-0-reference": reference})
    page = sign_in("team_manager").get("/tasks").text
    assert page.index("· A-1 ·") < page.index("· B-2 ·") < page.index("· C-3 ·")


def test_a_late_task_says_so_in_words(refer: Refer, sign_in: SignIn):
    refer(**{"referral_received_at-day": "20", "referral_received_at-month": "11"})
    page = sign_in("team_manager").get("/tasks").text
    assert '<span class="app-late">7 working days late.</span>' in page
    assert "it was due by Wednesday 25 November" in page


def test_a_task_says_why_it_is_asked(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    page = sign_in("team_manager").get(task_of(session)).text
    assert "The agencies that know the child decide together. TS-02" in page
    assert "Maya Doe" in page
    assert "Strategy discussion 1" in page
    assert "Record the referral" in page, "what is already recorded is beside it"


def test_completing_a_task_leads_to_the_case(refer: Refer, sign_in: SignIn, session: Session):
    case_id = refer()
    browser = sign_in("team_manager")
    done = browser.post(task_of(session), data=HELD)
    assert done.location == f"/cases/{case_id}"
    page = browser.get(done.location).text
    assert "Saved: Hold the strategy discussion." in page
    assert "Sign the record" in page


def test_another_role_may_not_see_or_complete_a_task(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    browser, address = sign_in("police"), task_of(session)
    assert browser.get(address).status_code == 403
    assert browser.post(address, data=HELD).status_code == 403
    assert task_of(session) == address


def test_wrong_answers_come_back_with_everything_typed(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    typed = {**HELD, "strategy_discussion_held_at-hour": "25", "how_many": "some",
             "actions-1-person": "Nobody yet"}  # fmt: skip
    response = sign_in("team_manager").post(task_of(session), data=typed)
    page = response.text
    assert response.status_code == 400
    assert "<title>Error: Hold the strategy discussion" in page
    assert 'href="#strategy_discussion_held_at-day"' in page
    assert 'href="#how_many"' in page
    assert 'href="#actions-1-action"' in page, "an action without words"
    for kept in ('value="25"', 'value="some"', 'value="Nobody yet"', 'value="Ines Costa"'):
        assert kept in page


@pytest.mark.parametrize("sent", [{"how_many": "some"}, {"_button": "add actions"}])
def test_a_form_that_is_not_done_leaves_nothing_of_the_case_changed(
    refer: Refer, sign_in: SignIn, session: Session, sent: dict[str, str]
):
    refer()
    browser, address = sign_in("team_manager"), task_of(session)
    written = select(Case.changed_at, Case.revision)
    before = session.execute(written).all()
    session.rollback()
    assert browser.post(address, data={**HELD, **sent}).status_code in (200, 400)
    assert session.execute(written).all() == before


def test_another_row_is_added_without_saving_anything(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    browser, address = sign_in("team_manager"), task_of(session)
    response = browser.post(address, data={**HELD, "_button": "add actions"})
    assert response.status_code == 200
    assert 'name="actions-1-action"' in response.text
    assert 'value="Ines Costa"' in response.text
    assert task_of(session) == address


def test_a_row_is_removed_and_the_others_stay(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    rows = {
        "actions-1-action": "Second",
        "actions-2-action": "Third",
        "_button": "remove actions-1",
    }
    page = sign_in("team_manager").post(task_of(session), data={**HELD, **rows}).text
    assert 'value="Arrange a paediatric assessment"' in page
    assert 'value="Third"' in page
    assert 'value="Second"' not in page


@pytest.mark.parametrize(
    "button", ["remove actions-9", "remove actions-x", "add nothing", "x", "²"]
)
def test_a_button_that_is_not_there_does_nothing(
    refer: Refer, sign_in: SignIn, session: Session, button: str
):
    refer()
    response = sign_in("team_manager").post(task_of(session), data={**HELD, "_button": button})
    assert response.status_code == 200
    assert 'value="Ines Costa"' in response.text


def test_signing_is_refused_with_each_reason_at_its_question(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a discussion recorded with an action that nobody does
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data={**HELD, "actions-0-person": ""})
    session.rollback()
    held = session.scalars(select(Record.id).order_by(Record.id.desc())).first()

    # when it is signed, and not everybody agrees
    signing = task_of(session, "sign_strategy_discussion")
    refused = browser.post(signing, data={"agreed": "no", "recipients-0-name": "Ben Ode"})

    # then both reasons lead to where they can be put right, and what was typed stands
    assert refused.status_code == 400
    assert "an action has no person. Name one. (opens in a new tab)" in refused.text
    assert f'href="/records/{held}/revise#actions"' in refused.text
    assert 'href="#agreed"' in refused.text
    assert refused.text.count("not everybody agrees. Say why.") == 2, "above, and at its question"
    assert 'id="agreed-error"' in refused.text
    assert 'value="no" checked' in refused.text
    assert 'value="Ben Ode"' in refused.text

    # and when the record is put right, it can be signed
    browser.post(f"/records/{held}/revise", data={**HELD, "_why": "The person was forgotten"})
    assert browser.post(signing, data={"agreed": "yes"}).status_code == 302


def test_a_refusal_leads_to_what_another_course_recorded_of_the_same_discussion(
    app: Flask, refer: Refer, sign_in: SignIn, session: Session
):
    """A changed record is signed again in a course of its own, beside the one it was written in."""
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data={**HELD, "actions-0-person": ""})
    with database.writing(app.extensions["engine"]).begin() as writing:
        held = writing.scalars(select(Record).order_by(Record.id.desc()).limit(1)).one()
        held.stage = "of another course"
        address = f"/records/{held.id}/revise#actions"

    refused = browser.post(task_of(session, "sign_strategy_discussion"), data={"agreed": "yes"})

    assert refused.status_code == 400
    assert f'href="{address}"' in refused.text


def test_a_task_completed_meanwhile_says_by_whom_and_gives_the_text_back(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    address = task_of(session)
    first = sign_in("team_manager", name="Grace Okoro")
    second = sign_in("out_of_hours", name="Kit Moran")
    first.post(address, data=HELD)

    response = second.post(address, data={**HELD, "actions-0-action": "My own words"})

    assert response.status_code == 409
    assert "completed by Grace Okoro" in response.text
    assert "My own words" in response.text
    assert second.get(address).status_code == 404


def test_what_is_known_of_the_child_is_there_to_be_confirmed(
    refer: Refer, sign_in: SignIn, session: Session
):
    case_id = refer()
    browser = sign_in("team_manager")
    begun = browser.post(f"/cases/{case_id}/begin/new_information")
    page = browser.get(begun.location).text
    assert 'id="referral_received_at-hour" name="referral_received_at-hour"' in page
    assert 'value="16"' in page
