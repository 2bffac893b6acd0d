"""The pages people see when something cannot be done."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.auth import allow
from app.config import Settings

SignIn = Callable[..., FlaskClient]


def test_a_page_that_is_not_there_says_so(app: Flask, sign_in: SignIn):
    assert "Page not found" in app.test_client().get("/nothing").text
    page = sign_in("police").get("/cases/999")
    assert page.status_code == 404
    assert "Sign out" in page.text


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("procedure_owner", "/tasks"),
        ("procedure_owner", "/cases"),
        ("administrator", "/cases/1"),
        ("auditor", "/records/1"),
        ("auditor", "/referrals/new"),
        ("police", "/referrals/new/england/referral"),
    ],
)
def test_another_role_is_refused(sign_in: SignIn, role: str, address: str):
    page = sign_in(role).get(address)
    assert page.status_code == 403
    assert "You may not use this page" in page.text


def test_a_page_used_in_the_wrong_way_says_which_ways_there_are(sign_in: SignIn):
    page = sign_in("police").post("/tasks")
    assert page.status_code == 405
    assert "GET" in page.headers["Allow"]


def test_more_than_a_form_can_hold_is_refused(sign_in: SignIn):
    browser = sign_in("first_response")
    page = browser.post("/referrals/new/england/referral", data={"concerns": "x" * 3_000_000})
    assert page.status_code == 413
    assert "too much at once" in page.text


def test_what_was_typed_and_not_saved_is_shown_by_readable_names(app: Flask):
    page = app.test_client().post(
        "/referrals/new/england/referral",
        data={"children-0-name": "Maya Doe", "alleged_abuser_under_18": "yes"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert page.status_code == 401
    assert ">Children 1 name</dt>" in page.text
    assert ">Alleged abuser under 18</dt>" in page.text


@pytest.mark.own_app
def test_a_mistake_of_ours_shows_a_page_and_no_traceback(
    app: Flask, caplog: pytest.LogCaptureFixture
):
    def broken() -> str:
        raise ZeroDivisionError("a secret of the inside")

    app.add_url_rule("/broken", "broken", allow("anyone")(broken))
    app.testing = False
    page = app.test_client().get("/broken")
    assert page.status_code == 500
    assert "Sorry, something went wrong" in page.text
    assert "secret" not in page.text
    assert "ZeroDivisionError" in caplog.text


def test_a_database_that_is_gone_shows_a_page():
    gone = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", secret_key="k" * 40)
    app = create_app(gone)
    browser = app.test_client()
    headers = {"Sec-Fetch-Site": "same-origin"}
    page = browser.post("/sign-in", data={"email": "a@b.c", "password": "x"}, headers=headers)
    ready = browser.get("/health/ready")
    app.extensions["engine"].dispose()
    assert page.status_code == 503
    assert "cannot be reached at the moment" in page.text
    assert ready.status_code == 503
    assert browser.get("/health/live").status_code == 200


def test_a_server_whose_database_answers_is_ready(app: Flask):
    assert app.test_client().get("/health/ready").json == {"status": "ready"}
