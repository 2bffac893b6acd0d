"""The copies of a record on a case's page, and saying that one has one's own."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database, messages
from processes.models import Involvement, Message, Person, Record
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


@pytest.fixture
def sent(app: Flask, refer: Refer, sign_in: SignIn, session: Session) -> tuple[int, FlaskClient]:
    """A case whose record was sent to Jo, whose browser this is, and to Ben, who has no account."""
    case_id = refer()
    jo = sign_in("police", name="Jo Lane")
    email = session.scalars(select(Person.email).where(Person.name == "Jo Lane")).one()
    manager = sign_in("team_manager")
    assert manager.post(task_of(session), data=HELD).status_code == 302
    jo_id = session.scalars(select(Person.id).where(Person.name == "Jo Lane")).one()
    took_part = {"case_id": case_id, "person_id": jo_id, "name": "Jo Lane", "part": "participant"}
    session.rollback()
    with database.writing(app.extensions["engine"]).begin() as writing:
        since = {"scope": "discussion", "number": 1, "since_at": datetime.now(UTC)}
        writing.add(Involvement(**took_part, **since))
    rows = {"recipients-0-name": "Jo Lane", "recipients-0-contact": email}
    for row in ("0", "1"):
        parts = {"day": "2", "month": "11", "year": "2026", "hour": "9", "minute": "30"}
        rows |= {f"recipients-{row}-sent_at-{part}": value for part, value in parts.items()}
    rows |= {"recipients-1-name": "Ben Ode", "recipients-1-contact": "ben@example.org"}
    signing = task_of(session, "sign_strategy_discussion")
    assert manager.post(signing, data={"agreed": "yes", **rows}).status_code == 302
    session.rollback()
    return case_id, jo


def test_the_case_shows_whose_copy_was_sent_when_and_whose_is_missing(
    sent: tuple[int, FlaskClient], sign_in: SignIn
):
    page = sign_in("team_manager", name="Kit Moran").get(f"/cases/{sent[0]}").text
    assert "Copies of records" in page
    assert "Ben Ode" in page
    assert "Monday 2 November" in page
    assert "Not known here" in page
    assert "Jo Lane and Ben Ode have not confirmed a copy" in page
    assert "I have my copy" not in page, "it is somebody else's"


def test_of_whoever_is_not_known_here_it_is_said_that_no_message_reaches_them(
    sent: tuple[int, FlaskClient], sign_in: SignIn, session: Session
):
    case_id, jo = sent
    says = "Who is not known here gets no message from here and cannot confirm"
    assert says in sign_in("team_manager", name="Kit Moran").get(f"/cases/{case_id}").text
    assert says not in jo.get(f"/cases/{case_id}").text, "her own copy is that of somebody known"

    # and so it is: Jo was told that there is a record to read, and nobody else was
    told = select(Message.recipient).where(Message.kind == messages.RECORD_TO_READ.id)
    assert session.scalars(told).all() == ["jolane-police@example.org"]


def test_a_recipient_confirms_their_own_copy(
    sent: tuple[int, FlaskClient], sign_in: SignIn, session: Session
):
    key = session.scalars(
        select(Record.task_key).where(Record.element == "sign_strategy_discussion")
    ).one()
    case_id, jo = sent
    assert "I have my copy" in jo.get(f"/cases/{case_id}").text
    done = jo.post(f"/copies/{key}/confirm")
    page = jo.get(done.location).text
    assert "It is written down that you have your copy" in page
    assert "I have my copy" not in page
    assert "Ben Ode" not in page, "a participant sees their own copy alone"
    history = sign_in("team_manager", name="Kit Moran").get(f"/cases/{case_id}").text
    assert "Ben Ode has not confirmed a copy" in history
    assert "Confirmed their own copy: Sign the record" in history


@pytest.mark.usefixtures("sent")
def test_nobody_confirms_what_was_sent_to_others(sign_in: SignIn, session: Session):
    key = session.scalars(select(Record.task_key).order_by(Record.id.desc())).first()
    assert sign_in("police", name="Ana Ruiz").post(f"/copies/{key}/confirm").status_code == 403
    assert sign_in("police", name="Bo Wells").post("/copies/nothing/confirm").status_code == 403


@pytest.mark.usefixtures("sent")
def test_whoever_was_sent_a_record_opens_it_and_nothing_else(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a health visitor who took no part, and is sent the record of the discussion
    case_id = refer()
    nia, ann = sign_in("health", name="Nia Hughes"), sign_in("health", name="Ann Grey")
    manager = sign_in("team_manager", name="Kit Moran")
    assert manager.post(task_of(session), data=HELD).status_code == 302
    session.rollback()
    held = select(Record.id).where(Record.element == "hold_strategy_discussion")
    record = session.scalars(held.order_by(Record.id.desc())).all()[0]
    assert nia.get(f"/records/{record}").status_code == 403

    rows = {"recipients-0-name": "Nia Hughes"}
    rows["recipients-0-contact"] = "niahughes-health@example.org"
    signing = task_of(session, "sign_strategy_discussion")
    assert manager.post(signing, data={"agreed": "yes", **rows}).status_code == 302

    # when she opens what she was sent, she reads it, and no other record of the case
    session.rollback()
    others = select(Record.id).where(Record.case_id == case_id, Record.id != record)
    assert nia.get(f"/records/{record}").status_code == 200
    assert {nia.get(f"/records/{each}").status_code for each in session.scalars(others)} == {403}
    assert "I have my copy" in nia.get(f"/cases/{case_id}").text
    confirmed = nia.post(f"/copies/{signing.removeprefix('/tasks/')}/confirm")
    assert confirmed.location == f"/cases/{case_id}#copies"
    assert "I have my copy" not in nia.get(confirmed.location).text
    assert ann.get(f"/records/{record}").status_code == 403

    # and a version that nobody has sent her is not hers to read yet
    anew = f"/records/{record}/revise"
    changed = {**HELD, "actions-0-person": "Jo Lane", "_why": "She does it"}
    assert manager.post(anew, data=changed).status_code == 302
    session.rollback()
    newest = session.scalars(held.order_by(Record.id.desc())).all()[0]
    assert newest != record
    assert nia.get(f"/records/{newest}").status_code == 403
