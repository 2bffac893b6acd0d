"""What every kind of answer tells the browser: run nothing that is not ours, keep nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SignIn = Callable[..., FlaskClient]
Ask = Callable[[], TestResponse]

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "script-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# each with the person who asks, how, and the answer's status
ANSWERS = {
    "the sign-in page": ("", "GET", "/sign-in", 200),
    "a wrong password": ("", "POST", "/sign-in", 400),
    "a way to sign in": ("", "GET", "/tasks", 302),
    "an ordinary page": ("service_manager", "GET", "/tasks", 200),
    "a child's page": ("service_manager", "GET", "/cases/1", 200),
    "a paper": ("service_manager", "GET", "/records/1/paper.pdf", 200),
    "another role's page": ("service_manager", "GET", "/people", 403),
    "no page": ("service_manager", "GET", "/nothing", 404),
    "no such way to use a page": ("service_manager", "PUT", "/tasks", 405),
    "a new password": ("administrator", "POST", "/people/1/one-time-password", 200),
    "the state of the server": ("", "GET", "/health/live", 200),
    "a script": ("", "GET", "/static/draft.js", 200),
    "no such style": ("", "GET", "/static/none.css", 404),
}


@pytest.fixture
def ask(app: Flask, sign_in: SignIn, refer: Callable[..., int]) -> Callable[..., TestResponse]:
    """Ask for an answer of a kind, over HTTPS or not."""
    refer()

    def answer(kind: str, scheme: str = "http") -> TestResponse:
        who, method, address, status = ANSWERS[kind]
        browser = sign_in(who, name="Bo Wells") if who else app.test_client()
        got = browser.open(address, method=method, base_url=f"{scheme}://localhost")
        assert got.status_code == status, got.text
        return got

    return answer


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_kind_of_answer_carries_the_security_headers(ask, kind: str):
    headers = ask(kind).headers
    policy = (part.split(maxsplit=1) for part in headers["Content-Security-Policy"].split(";"))
    assert dict(policy) == POLICY
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" not in headers, "over HTTP it says nothing"
    assert "X-Powered-By" not in headers
    is_file_of_ours = kind == "a script"
    assert (headers["Cache-Control"] == "no-store") is not is_file_of_ours
    assert ("Expires" in headers) is is_file_of_ours


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_over_https_the_browser_comes_by_https_from_then_on(ask):
    kept = ask("the sign-in page", "https").headers["Strict-Transport-Security"]
    assert kept == "max-age=31536000"


@pytest.mark.own_app
def test_an_unforeseen_failure_carries_them_too(app: Flask):
    app.testing = False

    def fail() -> str:
        raise ValueError("unforeseen")

    fail.allowed_to = "anyone"  # type: ignore[attr-defined]
    app.add_url_rule("/fails", "fails", fail)
    got = app.test_client().get("/fails")
    assert got.status_code == 500
    assert {name: got.headers.get(name) for name in HEADERS} == HEADERS
    assert got.headers["Cache-Control"] == "no-store"
