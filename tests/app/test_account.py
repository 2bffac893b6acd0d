"""Signing in and out, wrong passwords, sessions that end, and forms that are not ours."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from processes import database
from processes.models import HistoryEntry, Person, RefusedSignIn
from tests.app.conftest import PASSWORD

SignIn = Callable[..., FlaskClient]


def test_the_first_page_asks_to_sign_in(app: Flask):
    browser = app.test_client()
    assert browser.get("/").location == "/sign-in"
    assert "Email address" in browser.get("/sign-in").text


def test_a_practitioner_begins_with_tasks_and_an_owner_with_procedures(sign_in: SignIn):
    assert sign_in("social_worker").get("/").location == "/tasks"
    assert sign_in("procedure_owner").get("/").location == "/procedures"


def test_signing_in_leads_to_the_page_that_was_asked_for(app: Flask, person: Callable[..., Person]):
    browser = app.test_client()
    asked = browser.get("/cases?find=Maya")
    assert asked.location == "/sign-in?then=/cases?find%3DMaya"
    form = {"email": person("police").email, "password": PASSWORD}
    assert browser.post(asked.location, data=form).location == "/cases?find=Maya"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/x", "https://evil.example", "/\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(
    app: Flask, person: Callable[..., Person], elsewhere: str
):
    form = {"email": person("police").email, "password": PASSWORD}
    browser = app.test_client()
    response = browser.post("/sign-in", query_string={"then": elsewhere}, data=form)
    assert response.location == "/"


def test_a_wrong_password_is_refused_like_an_unknown_address(
    app: Flask, person: Callable[..., Person], session: Session
):
    browser = app.test_client()
    known = browser.post("/sign-in", data={"email": person("police").email, "password": "no"})
    unknown = browser.post("/sign-in", data={"email": "nobody@example.org", "password": "no"})
    assert (known.status_code, unknown.status_code) == (400, 400)
    for page in (known.text, unknown.text):
        assert "The email address or the password is wrong" in page
    refused = session.execute(select(HistoryEntry.what, HistoryEntry.by_id)).all()
    assert refused == [("sign_in_refused", 1)], "of an unknown address nothing is kept for good"
    assert session.scalar(select(func.count(RefusedSignIn.id))) == 2


class Counting(PasswordHasher):
    """Counts what takes its time: hashing a password, to keep it or to compare it."""

    count = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.count += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.count += extract_parameters(str(hash)).memory_cost == self.memory_cost
        return super().verify(hash, password)


@pytest.mark.own_app
def test_an_unknown_address_takes_as_much_work_as_a_wrong_password(
    app: Flask, person: Callable[..., Person]
):
    emails = [person("police").email, "nobody@example.org", "nobody@example.org"]
    work = []
    for email in emails:
        hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
        app.extensions["doorkeeper"].hasher = hasher
        page = app.test_client().post("/sign-in", data={"email": email, "password": "guess"})
        work.append((page.status_code, hasher.count))
    assert work == [(400, 1)] * 3


def test_twenty_wrong_passwords_make_the_address_wait(app: Flask, person: Callable[..., Person]):
    browser, email = app.test_client(), person("police").email
    with time_machine.travel("2026-12-04T10:00Z", tick=False) as clock:
        for _ in range(20):
            browser.post("/sign-in", data={"email": email, "password": "guess"})
        right = {"email": email.upper(), "password": PASSWORD}

        refused = browser.post("/sign-in", data=right)
        clock.shift(15 * 60 + 1)
        allowed = browser.post("/sign-in", data=right)

    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.text
    assert allowed.status_code == 302


def test_wrong_passwords_are_counted_over_all_web_processes(
    app: Flask, person: Callable[..., Person], session: Session
):
    email = person("police").email
    others = create_app(app.config["SETTINGS"])
    others.testing, others.test_client_class = True, app.test_client_class
    header = {"Sec-Fetch-Site": "same-origin"}
    for number in range(20):
        web = (app, others)[number % 2]
        web.test_client().post("/sign-in", data={"email": email, "password": "x"}, headers=header)
    right = {"email": email, "password": PASSWORD}
    assert others.test_client().post("/sign-in", data=right, headers=header).status_code == 429
    assert app.test_client().post("/sign-in", data=right, headers=header).status_code == 429
    others.extensions["engine"].dispose()
    told = session.scalars(select(HistoryEntry.what).where(HistoryEntry.by_id == 1)).all()
    assert told == ["sign_in_refused"] * 20


def test_the_right_password_forgives_and_old_wrong_ones_are_removed(
    app: Flask, person: Callable[..., Person], session: Session
):
    browser, email = app.test_client(), person("police").email
    with time_machine.travel("2026-12-04T10:00Z", tick=False) as clock:
        for address in (email, "nobody@example.org"):
            browser.post("/sign-in", data={"email": address, "password": "x"})
        browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert session.scalars(select(RefusedSignIn.email)).all() == ["nobody@example.org"]
        clock.shift(16 * 60)
        browser.post("/sign-in", data={"email": email, "password": "x"})
    session.rollback()
    assert session.scalars(select(RefusedSignIn.email)).all() == [email]


@pytest.mark.own_app
def test_nobody_waits_for_the_database_while_a_password_is_hashed(
    app: Flask, person: Callable[..., Person], session: Session
):
    """SQLite has one writer at a time: one who hashes meanwhile would keep all others waiting."""
    written = []

    class Writing(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            with database.writing(app.extensions["engine"]).begin() as writing:
                writing.add(RefusedSignIn(email="somebody else", at=datetime.now(UTC)))
            written.append(password)
            return super().verify(hash, password)

    form = {"email": person("police").email, "password": PASSWORD}
    browser = app.test_client()
    app.extensions["doorkeeper"].hasher = Writing(time_cost=1, memory_cost=8, parallelism=1)
    assert browser.post("/sign-in", data=form).status_code == 302
    assert browser.post("/sign-in", data=form).status_code == 302, "signed in already"
    assert written == [PASSWORD, PASSWORD]


def test_an_ended_session_and_a_forged_form_are_in_the_history(sign_in: SignIn, session: Session):
    with time_machine.travel("2026-12-04T10:00Z", tick=False) as clock:
        browser = sign_in("police")
        forged = {"Sec-Fetch-Site": "cross-site"}
        assert browser.post("/sign-out", headers=forged).status_code == 403
        clock.shift(61 * 60)
        browser.get("/tasks")
        browser.get("/tasks")
    told = select(HistoryEntry.what, HistoryEntry.by_id).order_by(HistoryEntry.id)
    assert session.execute(told).all() == [
        ("signed_in", 1), ("forged form", 1), ("session ended", 1),
    ]  # fmt: skip


def test_somebody_who_left_cannot_come_in_or_stay(app: Flask, sign_in: SignIn):
    browser = sign_in("police")
    with database.writing(app.extensions["engine"]).begin() as session:
        session.scalars(select(Person)).one().is_active = False
    assert browser.get("/tasks").location.startswith("/sign-in")
    again = {"email": "aminakhan-police@example.org", "password": PASSWORD}
    assert browser.post("/sign-in", data=again).status_code == 400


def test_a_new_password_ends_the_sessions_of_the_old_one(app: Flask, sign_in: SignIn):
    browser = sign_in("police")
    with database.writing(app.extensions["engine"]).begin() as session:
        hasher = app.extensions["doorkeeper"].hasher
        session.scalars(select(Person)).one().password_hash = hasher.hash("another password")
    assert browser.get("/tasks").status_code == 302


def test_a_session_without_use_ends_and_says_so(sign_in: SignIn):
    with time_machine.travel("2026-12-04T10:00Z", tick=False) as clock:
        browser = sign_in("police")
        clock.shift(59 * 60)
        assert browser.get("/tasks").status_code == 200
        clock.shift(59 * 60)
        assert browser.get("/tasks").status_code == 200
        clock.shift(61 * 60)
        ended = browser.get("/tasks")
    assert ended.location == "/sign-in?then=/tasks&timed_out=yes"
    assert "not used for 60 minutes" in browser.get(ended.location).text


def test_what_was_typed_is_given_back_when_nobody_is_signed_in(app: Flask):
    address, typed = "/referrals/new/england/referral", {"concerns": "Two bruises,\nboth fresh."}
    page = app.test_client().post(address, data=typed)
    assert page.status_code == 401
    assert "Two bruises,\nboth fresh." in page.text


def test_signing_out_ends_the_session(sign_in: SignIn):
    browser = sign_in("police")
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.get("/tasks").location.startswith("/sign-in")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost"},
        {},
    ],
)
def test_a_form_from_elsewhere_is_refused(app: Flask, sign_in: SignIn, headers: dict[str, str]):
    browser = sign_in("police")
    response = super(type(browser), browser).open("/sign-out", method="POST", headers=headers)
    assert response.status_code == 403
    assert "not sent from one of our pages" in response.text
    assert browser.get("/tasks").status_code == 200


def test_an_old_browser_without_sec_fetch_is_known_by_its_origin(sign_in: SignIn):
    browser = sign_in("police")
    origin = {"Origin": "http://localhost"}
    response = super(type(browser), browser).open("/sign-out", method="POST", headers=origin)
    assert response.status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    app: Flask, person: Callable[..., Person]
):
    form = {"email": person("police").email, "password": PASSWORD}
    cookie = app.test_client().post("/sign-in", data=form).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
