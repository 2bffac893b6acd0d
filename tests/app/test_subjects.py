"""Whom the concern is about: while it is, nothing of the case comes to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Task
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
