"""The page of messages: what is new, where each leads, and what also comes by mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import told
from processes import database
from processes.models import HistoryEntry, Message, Person, Task
from tests.processes.staff import tell_all

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def tom(sign_in: SignIn, refer: Callable[..., int], app: Flask) -> FlaskClient:
    """A team manager who was told of the one task of a new case."""
    browser = sign_in("team_manager", "social_worker", name="Tom Reyes")
    refer()
    tell_all(database.writing(app.extensions["engine"]), datetime.now(UTC))
    return browser


def the_message(session: Session) -> Message:
    return session.scalars(select(Message).where(Message.recipient.startswith("tom"))).one()


def test_a_message_says_what_by_when_and_the_reference_and_not_the_name(tom, session):
    page = tom.get("/messages").text
    said = the_message(session).says
    assert said["reference"] in page
    assert said["what"].lower() in page.lower()
    assert "Maya" not in page
    assert "Testshire" in page


def test_the_number_of_new_messages_stands_in_the_navigation_until_they_are_read(tom):
    assert "Messages (1 new)" in tom.get("/messages/choose").text
    tom.post("/messages/read")
    assert "(1 new)" not in tom.get("/messages").text


def test_a_message_leads_to_its_task_and_is_read_from_then_on(tom, session):
    message = the_message(session)
    response = tom.get(f"/messages/{message.id}")
    assert response.location == f"/tasks/{message.says['task']}"
    session.rollback()
    assert the_message(session).read_at is not None
    assert "(1 new)" not in tom.get("/messages").text


def test_a_task_that_was_done_meanwhile_is_said_to_be(tom, app):
    with database.writing(app.extensions["engine"]).begin() as writing:
        for task in writing.scalars(select(Task)):
            writing.delete(task)
    assert "Done meanwhile" in tom.get("/messages").text


def test_nobody_opens_the_messages_of_another(tom, sign_in, session):
    other = sign_in("police", name="Bo Wells")
    assert other.get(f"/messages/{the_message(session).id}").status_code == 404
    assert other.get("/messages/999999").status_code == 404
    assert "There are no messages for you" in other.get("/messages").text


def test_a_person_chooses_what_comes_by_mail(tom, session):
    page = tom.get("/messages/choose").text
    assert "These cannot be turned off" in page
    response = tom.post("/messages/choose", data={"kinds": ["team_task"]})
    assert response.location == "/messages"
    person = session.scalars(select(Person).where(Person.name == "Tom Reyes")).one()
    assert person.wants == {"task_given": False, "team_task": True, "deadline_near": False}


def test_what_is_statutory_cannot_be_turned_off_by_a_forged_choice(tom, session):
    tom.post("/messages/choose", data={"kinds": ["deadline_passed", "nonsense"]})
    person = session.scalars(select(Person).where(Person.name == "Tom Reyes")).one()
    assert set(person.wants or {}) == {"task_given", "team_task", "deadline_near"}


def test_a_page_of_many_messages_asks_no_more_than_one_of_few(tom, session, app):
    engine, asked, counts = app.extensions["engine"], [], []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, sql, *_: asked.append(sql))
    message = the_message(session)
    for turn in range(2):
        asked.clear()
        assert tom.get("/messages").status_code == 200
        counts.append(len(asked))
        with database.writing(engine).begin() as writing:
            writing.add_all(
                Message(
                    kind="deadline_passed", about_key=f"timer {turn} {number}", says=message.says,
                    recipient=message.recipient, person_id=message.person_id,
                    case_id=message.case_id, told_at=message.told_at + timedelta(seconds=number),
                )
                for number in range(40)
            )  # fmt: skip
    assert counts[0] == counts[1]
    assert "Page 1 of 4" in tom.get("/messages").text


# the administrator's page


@pytest.fixture
def casey(sign_in: SignIn) -> FlaskClient:
    return sign_in("administrator", name="Casey Young")


def change(app: Flask, **values: object) -> int:
    """Let the one message stand so in the outbox, and return its number."""
    with database.writing(app.extensions["engine"]).begin() as writing:
        message = writing.scalars(select(Message).where(Message.recipient.startswith("tom"))).one()
        for name, value in values.items():
            setattr(message, name, value)
        return message.id


def test_what_was_refused_is_listed_with_the_servers_words_and_sent_again(tom, casey, app, session):
    number = change(app, mail_at=None, problem="550 <No such person>", tries=3)
    page = casey.get("/mail").text
    assert "550 &lt;No such person&gt;" in page
    assert "&lt;span" not in page
    assert "Maya" not in page
    assert casey.post(f"/mail/{number}/again").location == "/mail"
    message = session.get_one(Message, number)
    assert (message.mail_at is not None, message.tries) == (True, 0)
    assert "There is none" in casey.get("/mail").text
    entries = session.scalars(
        select(HistoryEntry).where(HistoryEntry.what == "mail sent again")
    ).all()
    said = [told.say(each, None, message.told_at) for each in entries]  # type: ignore[arg-type]
    assert said == [f"Sent the mail “A task waits for your team” to {message.recipient} again"]


def test_what_is_in_doubt_is_listed_after_a_while(tom, casey, app):
    now = datetime.now(UTC)
    change(app, mail_at=None, handed_at=now)
    assert "There is none" in casey.get("/mail").text
    change(app, handed_at=now - timedelta(hours=1))
    assert "In doubt" in casey.get("/mail").text


def test_what_was_sent_is_not_sent_again(tom, casey, app, session):
    now = datetime.now(UTC)
    number = change(app, mail_at=None, handed_at=now, sent_at=now)
    assert casey.post(f"/mail/{number}/again").status_code == 302
    assert session.get_one(Message, number).mail_at is None
    assert casey.post("/mail/999999/again").status_code == 404


def test_only_an_administrator_sees_the_mail(tom):
    assert tom.get("/mail").status_code == 403


def test_where_no_mail_server_is_set_the_pages_say_so(tom, casey):
    assert "Mail is off" in casey.get("/mail").text
    assert "mail is off" in tom.get("/messages").text
    assert casey.get("/health/mail").json == {"status": "mail is off"}


def test_mail_that_does_not_go_out_is_bad_health(tom, app):
    from app.config import Settings

    app.config["SETTINGS"] = Settings(smtp_url="smtp://127.0.0.1:1")
    now = datetime.now(UTC)
    change(app, mail_at=now, handed_at=None)
    assert tom.get("/health/mail").status_code == 200
    change(app, told_at=now - timedelta(hours=1), tries=5)
    assert tom.get("/health/mail").status_code == 503
    change(app, mail_at=None, handed_at=now - timedelta(hours=1))
    assert tom.get("/health/mail").status_code == 503
