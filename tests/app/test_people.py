"""An administrator's page of people: adding them, their roles, and a password for one time."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import audience, database
from processes.models import Case, HistoryEntry, Involvement, Person
from tests.app.conftest import NOW, PASSWORD

SignIn = Callable[..., FlaskClient]
NEW = {"name": "Noor Ali", "email": "Noor@example.org", "roles": ["police", "health"]}


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("administrator", name="Casey Young")


def shown_password(page: str) -> str:
    found = re.search(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", page)
    assert found
    return found[0]


def entries(session: Session) -> list[tuple[str, int | None, object]]:
    session.rollback()
    about = HistoryEntry.what, HistoryEntry.by_id, HistoryEntry.detail
    rows = select(*about).where(HistoryEntry.what != "signed_in").order_by(HistoryEntry.id)
    return [tuple(row) for row in session.execute(rows)]


def test_somebody_is_added_and_comes_in_with_the_password_that_is_shown_once(
    app: Flask, admin: FlaskClient, session: Session
):
    page = admin.post("/people/add", data=NEW)
    password = shown_password(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert password not in admin.get("/people/2").text + admin.get("/people").text
    assert "have not chosen their own yet" in admin.get("/people/2").text
    noor = app.test_client()
    form = {"email": "noor@example.org", "password": password}
    assert noor.post("/sign-in", data=form).status_code == 302
    assert noor.get("/tasks").location == "/password?then=/tasks"
    assert password not in str(session.scalars(select(Person.password_hash)).all())
    added = {"person": 2, "name": "Noor Ali", "roles": ["police", "health"]}
    assert entries(session) == [("person added", 1, added)]


@pytest.mark.parametrize("by", ["page", "command"])
def test_somebody_added_is_kept_from_a_case_whose_concern_was_about_their_address(
    app: Flask, admin: FlaskClient, refer: Callable[..., int], session: Session, by: str
):
    # given a case whose concern is about somebody who does not sign in here
    case_id = refer()
    with database.writing(app.extensions["engine"]).begin() as writing:
        about = {"part": "subject", "name": "Noor Ali", "contact": "Noor@Example.org, 01273 0"}
        writing.add(Involvement(case_id=case_id, since_at=NOW, **about))

    # when they are added
    if by == "page":
        admin.post("/people/add", data=NEW)
    else:
        words = (
            "person",
            "add",
            "Noor",
            "noor@example.org",
            "police",
            "--password",
            "a long password",
        )
        with app.app_context():
            assert app.test_cli_runner().invoke(args=words).exit_code == 0

    # then nothing of that case is theirs to see
    noor = session.scalars(select(Person).where(Person.email == "noor@example.org")).one()
    assert audience.subjects(session, session.get_one(Case, case_id)) == [noor.id]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": " "}, "Give their name"),
        ({"email": "noor"}, "Give an email address"),
        ({"email": "Noor@example.org\r\nBcc: x@example.org"}, "Give an email address"),
        ({"email": "CASEYYOUNG-administrator@example.org"}, "is here already"),
        ({"roles": ["king"]}, "Choose at least one role."),
    ],
)
def test_what_is_missing_of_somebody_new_is_told_and_what_was_typed_stays(
    admin: FlaskClient, session: Session, wrong: dict[str, object], says: str
):
    page = admin.post("/people/add", data=NEW | wrong)
    assert page.status_code == 400
    assert says in page.text
    assert 'value="Noor Ali"' in page.text or 'value="Noor@example.org"' in page.text
    assert len(session.scalars(select(Person)).all()) == 1


def test_changed_roles_count_from_the_next_page(
    admin: FlaskClient, sign_in: SignIn, session: Session
):
    browser = sign_in("police", name="Bo Wells")
    assert browser.get("/procedures").status_code == 200
    admin.post("/people/2/roles", data={"roles": ["referrer"]})
    assert browser.get("/procedures").status_code == 403
    changed = {"person": 2, "name": "Bo Wells", "was": ["police"], "now": ["referrer"]}
    assert ("roles changed", 1, changed) in entries(session)
    refused = admin.post("/people/2/roles", data={"roles": []})
    assert refused.status_code == 400
    assert "Choose at least one role, or deactivate them." in refused.text


def test_saving_the_same_again_changes_nothing(admin, person, session):
    person("police", name="Bo Wells")
    for _ in range(2):
        admin.post("/people/2/roles", data={"roles": ["police"]})
        admin.post("/people/2/deactivate")
    assert [what for what, *_ in entries(session)] == ["person deactivated"]


def test_somebody_deactivated_is_out_at_once_and_may_be_activated_again(
    app: Flask, admin: FlaskClient, sign_in: SignIn, session: Session
):
    browser, form = sign_in("police"), {"email": "aminakhan-police@example.org"}
    admin.post("/people/2/deactivate")
    assert browser.get("/tasks").location == "/sign-in?then=/tasks"
    assert browser.post("/sign-in", data=form | {"password": PASSWORD}).status_code == 400
    assert "Deactivated" in admin.get("/people").text
    admin.post("/people/2/activate")
    assert browser.post("/sign-in", data=form | {"password": PASSWORD}).status_code == 302
    told = [what for what, *_ in entries(session)]
    assert told == ["person deactivated", "person activated"]


def test_a_one_time_password_ends_the_old_one_and_its_sessions_and_the_wait(
    app: Flask, admin: FlaskClient, sign_in: SignIn, session: Session
):
    browser, form = sign_in("police"), {"email": "aminakhan-police@example.org"}
    for _ in range(20):
        app.test_client().post("/sign-in", data=form | {"password": "guess"})
    password = shown_password(admin.post("/people/2/one-time-password").text)
    assert browser.get("/tasks").status_code == 302
    assert browser.post("/sign-in", data=form | {"password": PASSWORD}).status_code == 400
    assert browser.post("/sign-in", data=form | {"password": password}).status_code == 302
    assert browser.get("/tasks").location == "/password?then=/tasks"
    given = ("one-time password given", 1, {"person": 2, "name": "Amina Khan"})
    assert given in entries(session)


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(admin, session):
    page = admin.get("/people/1").text
    assert "Another administrator can do it" in page
    assert "Save the roles" not in page
    for what in ("deactivate", "activate", "roles", "one-time-password"):
        sent = admin.post(f"/people/1/{what}", data={"roles": ["administrator", "team_manager"]})
        assert sent.status_code == 403
    session.rollback()
    casey = session.scalars(select(Person)).one()
    assert (casey.is_active, casey.roles) == (True, ["administrator"])


def test_people_are_found_by_name_or_address_and_come_in_pages(admin, person):
    for number in range(26):
        person(f"police_{number}", name="Bo Wells")
    assert "Page 1 of 2" in admin.get("/people").text
    assert "police_25@" in admin.get("/people?find=LICE_25").text
    assert "Casey" not in re.sub("(?s)<header.*</header>", "", admin.get("/people?find=Bo").text)
    assert "Nobody has “zz”" in admin.get("/people?find=zz").text


def test_only_an_administrator_comes_here_and_sees_no_child(admin, refer, sign_in):
    refer()
    manager = sign_in("team_manager", name="Rae Lind")
    for address in ("/people", "/people/1", "/people/2", "/people/add"):
        assert manager.get(address).status_code == 403
        assert "Maya" not in admin.get(address).text
    assert admin.get("/people/99").status_code == 404
    assert admin.get("/cases").status_code == 403
