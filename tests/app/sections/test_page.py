"""A child's page as a whole: its sections in order, and what it asks of the database."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import sections
from processes import database
from processes.models import Task

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


def count_statements(app: Flask, browser: FlaskClient, address: str) -> int:
    assert browser.get(address).status_code == 200  # that it is read is kept once
    asked: list[str] = []
    event.listen(
        app.extensions["engine"], "before_cursor_execute", lambda *args: asked.append(args[2])
    )
    assert browser.get(address).status_code == 200
    return len(asked)


def test_a_contents_list_leads_to_every_section(refer: Refer, sign_in: SignIn):
    page = sign_in("team_manager").get(f"/cases/{refer()}").text
    links = re.findall(r'<a class="govuk-link" href="#(\w+)">', page[page.index("On this page") :])
    order = [each.key for each in sections.SECTIONS if each.key in links]
    assert links[: len(order)] == order
    assert {"drawn", "deadlines", "tasks", "chronology", "records", "known", "history"} <= set(
        links
    )
    for key in links:
        assert f'id="{key}"' in page


def test_the_next_deadline_is_at_the_top(refer: Refer, sign_in: SignIn):
    page = sign_in("service_manager").get(f"/cases/{refer()}").text
    top = page[: page.index("On this page")]
    assert "<strong>by Wednesday 9 December</strong>" in top
    assert "3 working days left" in top


def test_the_task_that_is_due_next_comes_first(app: Flask, refer: Refer, sign_in: SignIn):
    case_id, manager = refer(), sign_in("team_manager")
    manager.post(f"/cases/{case_id}/begin/new_information")

    def order() -> list[str]:
        page = manager.get(f"/cases/{case_id}").text
        section = page[page.index('id="tasks"') : page.index('id="deadlines"')]
        return re.findall(r'app-tasks__name"><a[^>]*>([^<]*)<', section)

    assert order() == ["Hold the strategy discussion", "Record new information"]

    # when only the other has a deadline
    with database.writing(app.extensions["engine"]).begin() as writing:
        tasks = {each.element: each for each in writing.scalars(select(Task))}
        hold, record = tasks["hold_strategy_discussion"], tasks["record_new_information"]
        record.due_at, hold.due_at = hold.due_at, None

    assert order() == ["Record new information", "Hold the strategy discussion"]


def test_what_nobody_here_may_begin_is_no_section(refer: Refer, sign_in: SignIn):
    assert 'href="#beside"' not in sign_in("service_manager").get(f"/cases/{refer()}").text


def test_the_page_of_a_long_case_asks_no_more_statements(
    app: Flask, refer: Refer, sign_in: SignIn, session: Session
):
    # given a case that has just begun
    case_id = refer()
    manager = sign_in("team_manager")
    first = count_statements(app, manager, f"/cases/{case_id}")

    # when much is added to it
    for n in range(4):
        manager.post(f"/cases/{case_id}/begin/new_information")
        session.rollback()
        key = session.scalars(
            select(Task.key).where(Task.element == "record_new_information")
        ).first()
        manager.post(f"/tasks/{key}", data={"new_information": f"A new mark, the {n}th"})

    # then its page asks as few statements as before
    assert count_statements(app, manager, f"/cases/{case_id}") == first
    assert first <= 20
