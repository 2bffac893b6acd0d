"""Whose a task is: taking it on, giving it back, handing it over, and acting all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database
from processes.models import Draft, Person, Task
from tests.app.test_drafts import hidden, save
from tests.app.test_tasks import HELD, task_of

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
Drafts = Callable[[], list[Draft]]


@pytest.fixture
def address(refer: Refer, session: Session) -> str:
    refer()
    return task_of(session)


def number_of(session: Session, name: str) -> str:
    session.rollback()
    return str(session.scalars(select(Person.id).where(Person.name == name)).one())


def assignee(session: Session, address: str) -> str | None:
    session.rollback()
    task = session.get_one(Task, address.rsplit("/", 1)[1])
    return task.assignee.name if task.assignee else None


def test_a_task_is_taken_on_and_given_back(sign_in: SignIn, session: Session, address: str):
    browser = sign_in("team_manager")
    assert "I will do this" in browser.get(address).text
    assert browser.post(address, data={"_button": "claim"}).location == address
    assert assignee(session, address) == "Amina Khan"
    assert "You have this task." in browser.get(address).text

    given = browser.post(address, data={"how_many": "3", "_button": "give back"})
    assert given.location == "/tasks"
    assert assignee(session, address) is None
    assert 'value="3"' in browser.get(address).text, "what was typed is kept"
    told = browser.get("/cases/1").text
    assert "Took on: Hold the strategy discussion" in told
    assert "Gave back: Hold the strategy discussion" in told


def test_a_colleague_sees_who_has_a_task_and_may_complete_it(
    sign_in: SignIn, session: Session, address: str
):
    first = sign_in("team_manager", name="Grace Okoro")
    first.post(address, data={"actions-0-action": "Half a sent", "_button": "claim"})
    second = sign_in("out_of_hours", name="Kit Moran")
    page = second.get(address).text
    assert "Grace Okoro has this task." in page
    assert "Grace Okoro has begun to write here" in page
    assert "Half a sent" not in page, "a draft is its writer's"

    assert second.post(address, data=HELD).status_code == 302
    page = first.get(address).text
    assert "completed by Kit Moran" in page
    assert "Half a sent" in page


def test_a_task_is_taken_over_from_a_colleague(sign_in: SignIn, session: Session, address: str):
    sign_in("team_manager", name="Grace Okoro").post(address, data={"_button": "claim"})
    second = sign_in("team_manager", name="Kit Moran")
    assert "Take it over" in second.get(address).text
    second.post(address, data={"_button": "claim"})
    assert assignee(session, address) == "Kit Moran"
    assert "Took on: Hold the strategy discussion, from Grace" in second.get("/cases/1").text


def test_a_task_is_handed_over_with_a_note_and_the_text_so_far(
    sign_in: SignIn, session: Session, address: str, drafts: Drafts
):
    # given somebody who has begun, and colleagues
    giver = sign_in("team_manager", name="Grace Okoro")
    receiver = sign_in("out_of_hours", name="Kit Moran")
    sign_in("police", name="Bo Wells")
    data = {"actions-0-action": "Begun by Grace", "_button": "hand over"}
    assert giver.post(address, data=data).location == f"{address}/hand-over"

    # when it is handed over
    page = giver.get(f"{address}/hand-over").text
    assert "Kit Moran, out of hours team" in page
    assert "Bo Wells" not in page, "police has none of the task's roles"
    note = {"to": number_of(session, "Kit Moran"), "note": "Ring the ward first."}
    assert giver.post(f"{address}/hand-over", data=note).location == "/tasks"

    # then the receiver sees who, why and what was written, and goes on from it
    page = receiver.get(address).text
    assert "You have this task. Grace Okoro handed it over to you" in page
    assert "Ring the ward first." in page
    assert "Begun by Grace" not in page
    page = receiver.get(f"{address}?draft={drafts()[0].id}").text
    assert "This is what Grace Okoro wrote" in page
    assert 'value="Begun by Grace"' in page
    save(receiver, address, page, **{"actions-0-action": "Begun by Grace, ended by Kit"})
    assert len(drafts()) == 2, "the giver's text stays as it was"
    assert "Handed over to Kit Moran: Hold the strategy" in giver.get("/cases/1").text


def test_what_was_not_handed_to_me_is_not_mine_to_read(
    sign_in: SignIn, session: Session, address: str, drafts: Drafts
):
    giver = sign_in("team_manager", name="Grace Okoro")
    giver.post(address, data={"actions-0-action": "Begun by Grace", "_button": "later"})
    other = sign_in("out_of_hours", name="Kit Moran")
    assert "Begun by Grace" not in other.get(f"{address}?draft={drafts()[0].id}").text


@pytest.mark.parametrize("to", ["", "x", "999", "Bo Wells"])
def test_handing_over_to_nobody_or_without_a_note_is_refused(
    sign_in: SignIn, session: Session, address: str, to: str
):
    giver = sign_in("team_manager", name="Grace Okoro")
    sign_in("police", name="Bo Wells")
    sign_in("out_of_hours", name="Kit Moran")
    to = number_of(session, to) if " " in to else to
    refused = giver.post(f"{address}/hand-over", data={"to": to, "note": ""})
    assert refused.status_code == 400
    assert "Choose whom you hand it over to." in refused.text
    assert "Write what they need to know to go on." in refused.text
    assert assignee(session, address) is None


def test_another_role_may_neither_take_nor_give(sign_in: SignIn, session: Session, address: str):
    browser = sign_in("police")
    for sent in (address, f"{address}/hand-over"):
        assert browser.post(sent, data={"_button": "claim"}).status_code == 403
    assert assignee(session, address) is None


def test_a_task_done_meanwhile_can_not_change_hands(sign_in: SignIn, address: str):
    first, second = sign_in("team_manager"), sign_in("out_of_hours", name="Kit Moran")
    second.get(address)
    first.post(address, data=HELD)
    for button in ("claim", "give back"):
        assert second.post(address, data={"_button": button}).status_code == 409
    assert second.get(f"{address}/hand-over").status_code == 404


def test_whose_it_is_stays_when_another_step_of_the_case_is_done(
    sign_in: SignIn, session: Session, address: str
):
    browser = sign_in("team_manager")
    browser.post(address, data={"_button": "claim"})
    begun = browser.post("/cases/1/begin/new_information")
    assert begun.status_code == 302
    assert assignee(session, address) == "Amina Khan"


def test_completing_a_task_that_was_handed_over_leaves_the_givers_text(
    sign_in: SignIn, session: Session, address: str, drafts: Drafts
):
    giver = sign_in("team_manager", name="Grace Okoro")
    receiver = sign_in("out_of_hours", name="Kit Moran")
    giver.post(address, data={"actions-0-action": "Begun by Grace", "_button": "later"})
    note = {"to": number_of(session, "Kit Moran"), "note": "Yours"}
    giver.post(f"{address}/hand-over", data=note)
    page = receiver.get(f"{address}?draft={drafts()[0].id}").text
    assert receiver.post(address, data={**HELD, **hidden(page)}).status_code == 302
    assert [each.person.name for each in drafts()] == ["Grace Okoro"]
    assert "Begun by Grace" in giver.get(address).text


def test_a_task_that_somebody_has_in_hand_shows_the_case_to_no_other_agency(
    app: Flask, refer: Refer, sign_in: SignIn, person: Callable[..., Person]
):
    # given a task that waits for any agency
    case_id = refer()
    police, nurse = sign_in("police"), person("health", name="Nia Hughes")
    with database.writing(app.extensions["engine"]).begin() as writing:
        writing.scalars(select(Task)).one().roles = ["police", "health"]
    assert police.get(f"/cases/{case_id}").status_code == 200
    assert "SP-00001" in police.get("/cases").text

    # when a nurse takes it on
    with database.writing(app.extensions["engine"]).begin() as writing:
        writing.scalars(select(Task)).one().assignee_id = nurse.id

    # then every police officer there is sees nothing of the child
    assert police.get(f"/cases/{case_id}").status_code == 403
    assert "SP-00001" not in police.get("/cases").text


def test_two_colleagues_of_one_name_are_told_apart_by_their_email(
    sign_in: SignIn, person: Callable[..., Person], address: str
):
    first = person("out_of_hours", name="Kit Moran")
    browser = sign_in("team_manager")
    assert first.email not in browser.get(f"{address}/hand-over").text, "there is one only"
    second = person("out_of_hours", "legal", name="Kit Moran")
    page = browser.get(f"{address}/hand-over").text
    assert first.email in page
    assert second.email in page
