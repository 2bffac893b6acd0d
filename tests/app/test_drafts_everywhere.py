"""A form with a text in it keeps a draft: none loses what was typed, whoever wrote the page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import app as the_app
from processes import database
from processes.loaded import LoadedCase
from processes.models import Action, Draft, Instance, Person
from tests.app.conftest import PASSWORD
from tests.app.test_drafts import save
from tests.app.test_family import BROTHERS, about, page_of
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

TEMPLATES = Path(the_app.__file__).parent / "templates"
MACROS = {"form.html", "draft.html"}  # what the others ask with
ASKS_FOR_TEXT = re.compile(r"govuk\.(textarea|character_count)\(|{{ (questions|reason)\(")
WORDS = "She asked twice.\nNobody had rung."


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2026-12-04T17:00Z", tick=False) as travelled:
        yield travelled


def asking() -> list[str]:
    """Return the templates with a form in which something longer is written."""
    found = {
        str(each.relative_to(TEMPLATES)): each.read_text() for each in TEMPLATES.rglob("*.html")
    }
    return [
        name for name in sorted(found) if name not in MACROS and ASKS_FOR_TEXT.search(found[name])
    ]


def test_there_are_such_forms():
    assert {"tasks/complete.html", "tasks/hand_over.html", "cases/withdraw.html"} <= set(asking())


@pytest.mark.parametrize("name", asking())
def test_a_form_with_a_text_keeps_a_draft(name: str):
    source = (TEMPLATES / name).read_text()
    assert "{{ status(drafts) }}" in source, "draft.js looks there for what it keeps"
    assert re.search(r"{{ (keeping|marks)\(drafts\) }}", source), "the draft goes with the form"


@pytest.mark.parametrize("name", asking())
def test_a_view_with_such_a_form_keeps_drafts(app: Flask, name: str):
    shown_by = [view for view in app.view_functions.values() if f'"{name}"' in source_of(view)]
    assert [view.__name__ for view in shown_by if not hasattr(view, "keeps_drafts")] == []


def source_of(view: Callable[..., Any]) -> str:
    return inspect.getsource(view) if view.__module__.startswith("app.") else ""


def hand_over(refer: Refer, sign_in: SignIn, session: Session) -> tuple[FlaskClient, str, str]:
    refer()
    sign_in("out_of_hours", name="Kit Moran")
    return sign_in("team_manager"), f"{task_of(session)}/hand-over", "note"


def withdraw(refer: Refer, sign_in: SignIn, session: Session) -> tuple[FlaskClient, str, str]:
    case_id, browser = refer(), sign_in("team_manager")
    browser.post(f"/cases/{case_id}/begin/new_information")
    session.rollback()
    begun = session.scalars(select(Instance.id).where(Instance.process == "new_information")).one()
    return browser, f"/cases/{case_id}/withdraw/{begun}", "_why"


def action(refer: Refer, sign_in: SignIn, session: Session) -> tuple[FlaskClient, str, str]:
    case_id, browser = refer(**BROTHERS), sign_in("team_manager")
    sent = browser.post(page_of(session, case_id), data=about(case_id, case_id + 1, case_id + 2))
    assert sent.status_code == 302, sent.text
    session.rollback()
    number = session.scalars(select(Action.id).where(Action.case_id == case_id)).first()
    return browser, f"/actions/{number}/done", "note"


def opening(refer: Refer, sign_in: SignIn, _: Session) -> tuple[FlaskClient, str, str]:
    return sign_in("social_worker"), f"/cases/{refer()}/open", "why"


def begin(refer: Refer, sign_in: SignIn, session: Session) -> tuple[FlaskClient, str, str]:
    case_id = refer()
    with database.writing(session.get_bind()).begin() as writing:  # type: ignore[arg-type]
        loaded = LoadedCase.load(writing, case_id, now=datetime.now(UTC))
        for each in list(loaded.instances):
            loaded.withdraw(each, "The case was closed.")
        loaded.save()
    return sign_in("team_manager"), f"/cases/{case_id}/begin/new_information", "_why"


FORMS = [hand_over, withdraw, action, opening, begin]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_typed_is_there_again_and_gone_when_it_is_sent(
    form: Callable[..., tuple[FlaskClient, str, str]],
    refer: Refer, sign_in: SignIn, session: Session, drafts: Callable[[], list[Draft]],
):  # fmt: skip
    browser, address, name = form(refer, sign_in, session)
    page = browser.get(address).text
    assert f'data-draft="{address}"' in page
    assert save(browser, address, page, **{name: WORDS}) == {"kept": True, "others": []}
    again = browser.get(address).text
    assert f"{WORDS}</textarea>" in again
    marks = dict(re.findall(r'name="(_page|_from)" value="([^"]*)"', again))
    to = re.findall(r'<option value="(\d+)"', again)
    sent = {name: WORDS, "to": to[:1], "then": "/cases", **marks}
    assert browser.post(address, data=sent).status_code == 302
    assert drafts() == []


@pytest.mark.parametrize("form", FORMS)
def test_what_is_sent_too_late_is_there_after_signing_in(
    form: Callable[..., tuple[FlaskClient, str, str]],
    refer: Refer, sign_in: SignIn, session: Session, clock: Any,
):  # fmt: skip
    browser, address, name = form(refer, sign_in, session)
    browser.get(address)
    with browser.session_transaction() as kept:
        number = kept["person"]
    clock.shift(2 * 3600)
    late = browser.post(address, data={name: WORDS, "then": "/cases"})
    assert late.status_code == 401
    assert f'href="/sign-in?then={address}"' in late.text
    session.rollback()
    email = session.get_one(Person, number).email
    browser.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert f"{WORDS}</textarea>" in browser.get(address).text


def test_a_refused_page_shows_the_reason_that_was_begun_for_opening_its_case(
    refer: Refer, sign_in: SignIn
):
    browser, address, name = opening(refer, sign_in, None)  # type: ignore[arg-type]
    save(browser, address, browser.get("/records/1").text, **{name: WORDS, "then": "/records/1"})
    page = browser.get("/records/1").text
    assert f"{WORDS}</textarea>" in page
    marks = dict(re.findall(r'name="(_page|_from|then)" value="([^"]*)"', page))
    assert browser.post(address, data={name: WORDS, **marks}).location == "/records/1"


def test_who_presses_a_button_too_late_comes_back_to_the_case(
    refer: Refer, sign_in: SignIn, clock: Any
):
    case_id, browser = refer(), sign_in("team_manager")
    clock.shift(2 * 3600)
    late = browser.post(f"/cases/{case_id}/go-on", data={"said": WORDS})
    assert late.status_code == 401
    assert f'href="/sign-in?then=/cases/{case_id}"' in late.text
    assert "She asked twice." in late.text


def test_a_note_for_a_task_that_was_done_meanwhile_is_shown_to_be_copied(
    refer: Refer, sign_in: SignIn, session: Session
):
    browser, address, name = hand_over(refer, sign_in, session)
    sign_in("team_manager", name="Bea Roe").post(task_of(session), data=HELD)
    page = browser.post(address, data={name: WORDS, "to": "1"})
    assert page.status_code == 409
    assert "She asked twice." in page.text
