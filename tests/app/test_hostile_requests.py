"""Whatever is sent to any address, by anybody, is answered by a page and never by a failure."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from processes import database
from processes.models import Case, Fact, Record, Task
from tests.app.conftest import REFERRAL

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]

WHO: tuple[str, ...] = ("", "team_manager", "first_response", "police", "social_worker")
WHO += ("conference_administrator", "referrer", "procedure_owner", "administrator", "auditor")
HOSTILE = (
    "", " ", "0", "-1", "2147483648", "9" * 30, "1e9", "NaN", "None", "true", "\x00", "\ud800",
    "a\r\nSet-Cookie: x=1", "../../etc/passwd", "%00", "%2e%2e%2f", "{{ 7 * 7 }}", "<script>",
    "' OR 1=1 --", "٣", "é" * 300, "/", "//evil.example", "http://[", "a" * 5_000, "\ufeff", "_",
)  # fmt: skip
text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
NAMES = ("email", "password", "why", "then", "find", "page", "_button", "_shown", "_from", "_page",
         "_child", "_why", "_differs", "to", "note", "on-day", "on-month", "amount", "unit",
         "procedure", "origin", "draft", "closed", "concerns", "children-0-name",
         "actions-0-due_on-day", "actions-999-action", "timed_out")  # fmt: skip
pairs = st.lists(st.tuples(st.sampled_from(NAMES) | text, text), max_size=6)


@pytest.fixture
def browsers(app: Flask, sign_in: SignIn) -> dict[str, FlaskClient]:
    app.testing = False  # a failure is a page with 500, as it is for everybody
    return {who: sign_in(who) if who else app.test_client() for who in WHO}


@pytest.fixture
def known(app: Flask, browsers: dict[str, FlaskClient]) -> dict[str, list[str]]:
    """What there is to ask for, by what addresses call it."""
    sent = browsers["first_response"].post("/referrals/new/england/referral", data=REFERRAL)
    assert sent.status_code == 302
    with database.reading(app.extensions["engine"])() as session:
        return {
            "case_id": [str(each) for each in session.scalars(select(Case.id))],
            "unseen_id": [str(each) for each in session.scalars(select(Case.id))],
            "record_id": [str(each) for each in session.scalars(select(Record.id))],
            "fact_id": [str(each) for each in session.scalars(select(Fact.id))],
            "key": list(session.scalars(select(Task.key))),
            "procedure": ["england"], "name": ["england"], "origin": ["referral", "open_case"],
            "process": ["pathway", "new_information"], "kind": ["pdf", "docx", "ics"],
        }  # fmt: skip


def send(browser: FlaskClient, path: str, method: str, sent: dict[str, Any]) -> TestResponse:
    """Send whatever can be sent; what no browser and no server could carry is left out."""
    data: dict[str, Any] = {}
    for name, value in sent["form"]:
        data.setdefault(_carried(name), []).append(_carried(value))
    if sent["file"] is not None:
        data["file"] = (io.BytesIO(sent["file"]), "x.pdf")
    headers = {"Sec-Fetch-Site": "same-origin"}
    for name, value in sent["headers"]:
        headers[name] = value.encode("ascii", "ignore").decode().translate(NO_CONTROL)
    query = [(_carried(name), _carried(value)) for name, value in sent["query"]]
    body = data if method == "POST" else None
    given: dict[str, Any] = {"query_string": query, "headers": headers, "data": body}
    return super(type(browser), browser).open(path, method=method, **given)


NO_CONTROL = {code: None for code in [*range(32), 127]}


def _carried(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_request_to_any_address_ends_in_a_failure(
    app: Flask, browsers: dict[str, FlaskClient], known: dict[str, list[str]]
):
    rules = [each for each in app.url_map.iter_rules() if each.endpoint != "static"]
    headers = st.sampled_from(["Accept", "Referer", "Range", "If-None-Match", "Cookie", "Host2"])

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(
        rule=st.sampled_from(rules),
        who=st.sampled_from(WHO),
        method=st.sampled_from(["GET", "POST", "POST", "HEAD", "PUT", "OPTIONS"]),
        sent=st.fixed_dictionaries(
            {
                "form": pairs,
                "query": pairs,
                "headers": st.lists(st.tuples(headers, text), max_size=2),
                "file": st.none() | st.binary(max_size=50),
            }
        ),
        data=st.data(),
    )
    def ask(rule: Any, who: str, method: str, sent: dict[str, Any], data: st.DataObject) -> None:
        path = rule.rule
        for argument in rule.arguments:
            there = st.sampled_from(known.get(argument, ["1"]))
            value = data.draw(st.one_of(there, there, text), argument)
            start = path.index("<")
            path = path[:start] + quote(_carried(value)) + path[path.index(">", start) + 1 :]
        answer = send(browsers[who], path, method, sent)
        assert answer.status_code < 500, (who, method, path, sent)

    ask()


# logs


def test_no_log_names_a_child_or_a_secret(
    app: Flask,
    browsers: dict[str, FlaskClient],
    known: dict[str, list[str]],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    caplog.set_level(logging.DEBUG)
    manager, task = browsers["team_manager"], known["key"][0]
    for address in ("/tasks", "/cases", "/cases/1", "/records/1", f"/tasks/{task}", "/cases/99"):
        manager.get(address)
    manager.post(f"/tasks/{task}", data={"actions-0-action": "A secret action"})
    browsers["police"].get("/cases/1")
    app.test_client().post("/sign-in", data={"email": "x@example.org", "password": "a secret"})

    def broken(*_: object, **__: object) -> None:
        raise ValueError("Maya Doe and what she told")

    monkeypatch.setattr("app.words.why_asked", broken)
    assert manager.get(f"/tasks/{task}").status_code == 500
    said = caplog.text + "".join(capsys.readouterr())
    assert "ValueError" in said, "what failed is told, and where"
    for secret in ("Maya", "Doe", "secret", "she told", "Bruises", "a key that only tests use"):
        assert secret not in said, secret
