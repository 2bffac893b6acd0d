"""A case that an error stopped: managers find it, and let its timers go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from processes import database, timers
from processes.models import HistoryEntry, Incident, Instance

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
THURSDAY = datetime(2026, 12, 10, 0, 1, tzinfo=UTC)  # the discussion was due on Wednesday
BUTTON = "Let its timers go on"
WRONG = "Something went wrong in this case"


@pytest.fixture
def writing(app: Flask) -> sessionmaker[Session]:
    return database.writing(app.extensions["engine"])


@pytest.fixture
def stopped(refer: Refer, writing: sessionmaker[Session]) -> tuple[int, bytes]:
    """A case stopped because its state cannot be read, and the state it should have."""
    case_id = refer()
    with writing.begin() as session:
        state = session.scalars(select(Instance.state).where(Instance.case_id == case_id)).one()
    write_state(writing, case_id, b"not a state")
    assert timers.fire_due(writing, THURSDAY).failed == [case_id]
    return case_id, state


def write_state(writing: sessionmaker[Session], case_id: int, state: bytes) -> None:
    with writing.begin() as session:
        session.execute(update(Instance).where(Instance.case_id == case_id).values(state=state))


def test_once_a_manager_lets_them_the_timers_of_a_stopped_case_fire_at_the_next_sweep(
    stopped: tuple[int, bytes], writing: sessionmaker[Session], sign_in: SignIn, session: Session
):
    # given a stopped case whose cause was put right
    case_id, state = stopped
    write_state(writing, case_id, state)
    manager = sign_in("team_manager")
    page = manager.get(f"/cases/{case_id}").text
    assert WRONG in page
    assert BUTTON in page
    assert timers.fire_due(writing, THURSDAY).cases == [], "they wait"

    # when a manager presses the button twice
    done = [manager.post(f"/cases/{case_id}/go-on") for _ in range(2)]

    # then the case says who did it, once, and what fell due fires
    assert [each.location for each in done] == [f"/cases/{case_id}"] * 2
    page = manager.get(f"/cases/{case_id}").text
    assert "The timers of this case go on." in page
    assert WRONG not in page[: page.index('id="history"')]
    assert BUTTON not in page
    assert page.count("Let the timers of the case go on after something went wrong") == 1
    entry = session.scalars(
        select(HistoryEntry).where(HistoryEntry.what == "incident resolved")
    ).one()
    assert entry.by is not None
    assert entry.by.name == "Amina Khan"
    assert timers.fire_due(writing, THURSDAY).cases == [case_id]


def test_a_case_that_fails_again_is_stopped_again(
    stopped: tuple[int, bytes], writing: sessionmaker[Session], sign_in: SignIn, session: Session
):
    case_id, _ = stopped
    manager = sign_in("service_manager")
    manager.post(f"/cases/{case_id}/go-on")
    assert timers.fire_due(writing, THURSDAY).failed == [case_id]
    is_open = session.scalars(select(Incident.is_open).order_by(Incident.id)).all()
    assert is_open == [False, True]
    assert BUTTON in manager.get(f"/cases/{case_id}").text


def test_only_managers_who_see_the_case_let_its_timers_go_on(
    stopped: tuple[int, bytes],
    sign_in: SignIn,
    session: Session,
    involve: Callable[..., None],
):
    case_id, _ = stopped
    first_response = sign_in("first_response")
    page = first_response.get(f"/cases/{case_id}").text
    assert WRONG in page
    assert BUTTON not in page
    about = sign_in("team_manager", name="Ana Ruiz")
    involve(case_id, "team_manager", "subject")
    for browser in (first_response, sign_in("administrator"), sign_in("police"), about):
        assert browser.post(f"/cases/{case_id}/go-on").status_code == 403
    assert sign_in("service_manager").post("/cases/999/go-on").status_code == 404
    session.rollback()
    assert session.scalars(select(Incident.is_open)).all() == [True]


def test_managers_find_the_stopped_cases_in_the_list(
    stopped: tuple[int, bytes], refer: Refer, sign_in: SignIn, involve: Callable[..., None]
):
    case_id, _ = stopped
    other = refer(**{"children-0-name": "Leo Bell"})
    manager = sign_in("team_manager")
    assert "Something went wrong in 1 case." in manager.get("/cases").text
    page = manager.get("/cases?wrong=yes").text
    assert f"/cases/{case_id}" in page
    assert f"/cases/{other}" not in page
    assert "Something went wrong in" not in sign_in("first_response").get("/cases").text

    # a manager whom the concern is about is told nothing of it
    about = sign_in("service_manager")
    involve(case_id, "service_manager", "subject")
    assert "Something went wrong in" not in about.get("/cases").text
    assert "Nothing is wrong in any case you see." in about.get("/cases?wrong=yes").text
