"""Choosing one's own password, and what becomes of the sessions that began with the old one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database
from processes.models import Draft, HistoryEntry, Person
from tests.app.conftest import PASSWORD, REFERRAL

SignIn = Callable[..., FlaskClient]
NEW = "three words of mine"
FORM = {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
EMAIL = "aminakhan-police@example.org"


def told(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(HistoryEntry.what).order_by(HistoryEntry.id)))


def enter(app: Flask, password: str) -> FlaskClient:
    browser = app.test_client()
    browser.post("/sign-in", data={"email": EMAIL, "password": password})
    return browser


def make_one_time(app: Flask, lasts: timedelta = timedelta(days=7)) -> None:
    with database.writing(app.extensions["engine"]).begin() as session:
        doorkeeper = app.extensions["doorkeeper"]
        person = session.scalars(select(Person)).one()
        person.password_hash = doorkeeper.hash(PASSWORD, one_time_until=datetime.now(UTC) + lasts)


def test_the_name_in_the_header_leads_to_the_page(sign_in: SignIn):
    assert 'href="/password">Amina Khan' in sign_in("police").get("/tasks").text


def test_a_new_password_ends_every_other_session_and_not_this_one(
    app: Flask, sign_in: SignIn, session: Session
):
    here, elsewhere = sign_in("police"), enter(app, PASSWORD)
    assert here.post("/password", data=FORM).location == "/"
    assert "Your password is changed" in here.get("/tasks").text
    assert elsewhere.get("/tasks").location == "/sign-in?then=/tasks"
    assert enter(app, PASSWORD).get("/tasks").status_code == 302
    assert enter(app, NEW).get("/tasks").status_code == 200
    assert told(session) == [
        "signed_in", "signed_in", "password changed", "sign_in_refused", "signed_in",
    ]  # fmt: skip
    kept = str(session.execute(select(HistoryEntry.detail)).all())
    assert NEW not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": ""}, "Give the password that you have now."),
        ({"password": "somebody else’s"}, "This is not your password."),
        ({"new_password": "short"}, "Give at least 12 characters."),
        ({"new_password": "x" * 201}, "Give at most 200 characters."),
        ({"new_password": PASSWORD}, "Give another password"),
        ({"new_password_again": "three words of mind"}, "This is not the same."),
    ],
)
def test_what_cannot_be_a_password_is_told_and_changes_nothing(
    app: Flask, sign_in: SignIn, wrong: dict[str, str], says: str
):
    browser = sign_in("police")
    page = browser.post("/password", data=FORM | wrong)
    assert page.status_code == 400
    assert says in page.text
    assert NEW not in page.text
    assert enter(app, PASSWORD).get("/tasks").status_code == 200


def test_guessing_somebodys_password_at_their_desk_has_to_wait_too(
    sign_in: SignIn, session: Session
):
    browser = sign_in("police")
    for _ in range(20):
        assert browser.post("/password", data=FORM | {"password": "guess"}).status_code == 400
    refused = browser.post("/password", data=FORM)
    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.text
    assert told(session) == ["signed_in", *["password refused"] * 20]


@pytest.mark.own_app
def test_a_password_that_was_replaced_meanwhile_is_not_overwritten(app: Flask, sign_in: SignIn):
    """Nobody waits for the database while a password is hashed, so another may come between."""

    class Overtaken(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            with database.writing(app.extensions["engine"]).begin() as writing:
                writing.scalars(select(Person)).one().password_hash = "of an administrator"
            return super().hash(password, salt=salt)

    browser = sign_in("police")
    app.extensions["doorkeeper"].hasher = Overtaken(time_cost=1, memory_cost=8, parallelism=1)
    assert browser.post("/password", data=FORM).status_code == 400
    with database.reading(app.extensions["engine"])() as session:
        assert session.scalars(select(Person.password_hash)).all() == ["of an administrator"]


def test_with_a_one_time_password_one_chooses_ones_own_before_anything_else(
    app: Flask, sign_in: SignIn, person: Callable[..., Person]
):
    person("police")
    make_one_time(app)
    browser = enter(app, PASSWORD)
    asked = browser.get("/cases?find=Maya").location
    assert asked == "/password?then=/cases?find%3DMaya"
    assert "for one time only" in browser.get(asked).text
    assert browser.post(asked, data=FORM).location == "/cases?find=Maya"
    assert browser.get("/cases").status_code == 200


def test_a_one_time_password_lets_nobody_keep_it(app: Flask, person: Callable[..., Person]):
    person("police")
    make_one_time(app)
    browser = enter(app, PASSWORD)
    same = FORM | {"new_password": PASSWORD, "new_password_again": PASSWORD}
    assert browser.post("/password", data=same).status_code == 400
    assert browser.get("/tasks").location.startswith("/password")


def test_what_is_typed_before_one_has_chosen_is_kept(app: Flask, sign_in: SignIn, session: Session):
    sign_in("police", "first_response")
    make_one_time(app)
    browser = app.test_client()
    form = {"email": "aminakhan-police-first_response@example.org", "password": PASSWORD}
    browser.post("/sign-in", data=form)
    page = browser.post("/referrals/new/england/referral", data=REFERRAL)
    assert page.status_code == 403
    assert "Choose your own password first" in page.text
    assert "Bruises" in str(session.scalars(select(Draft.typed)).one())


def test_a_one_time_password_lets_nobody_in_when_its_days_are_over(
    app: Flask, person: Callable[..., Person], sign_in: SignIn, session: Session
):
    person("police")
    make_one_time(app, lasts=timedelta(seconds=-1))
    refused = app.test_client().post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert refused.status_code == 400
    assert "for one time only, and its 7 days are over. Ask your administrator" in refused.text
    wrong = app.test_client().post("/sign-in", data={"email": EMAIL, "password": "a guess"})
    assert "days are over" not in wrong.text, "only who has the password learns of it"
    assert told(session) == ["one-time password expired", "sign_in_refused"]
    history = sign_in("auditor", name="Eve Low").get("/history?kind=password").text
    assert "the one-time password had expired" in history
    show = sign_in("administrator", name="Ada Fox").get("/people/1").text
    assert "Their one-time password has expired before they chose their own" in show


def test_a_one_time_password_that_expires_while_one_chooses_says_so(
    app: Flask, person: Callable[..., Person]
):
    person("police")
    make_one_time(app)
    browser = enter(app, PASSWORD)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=False):
        with browser.session_transaction() as kept:
            kept["seen"] = int(datetime.now(UTC).timestamp())
        refused = browser.post("/password", data=FORM)
    assert refused.status_code == 400
    assert "Your one-time password has expired" in refused.text
