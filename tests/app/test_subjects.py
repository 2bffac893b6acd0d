"""Whom the concern is about: while it is, nothing of the case comes to them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import audience, database
from processes.models import Case, Task
from tests.app.conftest import NOW

pytestmark = pytest.mark.usefixtures("friday_evening")
SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


def test_no_task_is_handed_over_to_whoever_the_concern_is_about(
    refer: Refer, sign_in: SignIn, session: Session, involve: Callable[..., None]
):
    case_id = refer()
    task = session.scalars(select(Task.key).where(Task.case_id == case_id)).one()
    giver = sign_in("out_of_hours", name="Kit Moran")
    sign_in("team_manager")
    assert "Amina Khan" in giver.get(f"/tasks/{task}/hand-over").text
    session.rollback()
    involve(case_id, "team_manager", "subject")
    assert "Amina Khan" not in giver.get(f"/tasks/{task}/hand-over").text


@pytest.mark.parametrize("is_about", ["the child harmed", "the young person"])
def test_whom_the_concern_of_a_case_is_about_sees_no_linked_case_either(
    app: Flask, refer: Refer, sign_in: SignIn, session: Session, involve: Callable[..., None],
    is_about: str,
):  # fmt: skip
    # given a young person's case that is linked with a sister's, and a case of others
    refer(**{"children-1-name": "Leo Doe"})
    linked = refer(**{"children-0-name": "Kai Roe", "children-1-name": "Ada Roe"})
    other = refer(**{"children-0-name": "Sue Poe"})
    with database.writing(app.extensions["engine"]).begin() as writing:
        writing.get_one(Case, linked).linked_to_id = 1
    browser, colleague = sign_in("team_manager"), sign_in("service_manager")

    # when the concern of one of the cases is said to be about a manager
    involve(2 if is_about == "the child harmed" else linked + 1, "team_manager", "subject")

    # then neither they nor their brothers and sisters are there for them, in no way
    session.rollback()
    for case_id in (1, 2, linked, linked + 1):
        page = browser.get(f"/cases/{case_id}")
        assert (page.status_code, "Open this case" in page.text) == (403, False), case_id
        task = session.scalars(select(Task.key).where(Task.case_id == case_id)).one()
        assert browser.get(f"/tasks/{task}").status_code == 403
        case = session.get_one(Case, case_id)
        told = audience.of_case(session, case, ["team_manager", "service_manager"], NOW)
        assert [each.roles for each in told.people] == [["service_manager"]]
    listed = browser.get("/cases?find=SP").text + browser.get("/tasks?tab=team").text
    assert set(re.findall(r"SP-\d+", listed)) == {f"SP-{other:05}"}
    assert "Linked: " in colleague.get("/cases/1").text


def test_whom_the_concern_was_said_to_be_about_by_mistake_sees_the_case_again(
    refer: Refer, sign_in: SignIn, session: Session, involve: Callable[..., None]
):
    case_id = refer()
    browser = sign_in("team_manager")
    involve(case_id, "team_manager", "subject", until_at=NOW)
    task = session.scalars(select(Task.key).where(Task.case_id == case_id)).one()
    assert browser.get(f"/cases/{case_id}").status_code == 200
    assert browser.get(f"/tasks/{task}").status_code == 200
    assert "SP-00001" in browser.get("/cases").text
    assert "SP-00001" in browser.get("/tasks?tab=team").text
