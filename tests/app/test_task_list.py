"""The list of tasks: tabs, families, filters in the address, and ten thousand of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from processes import database
from processes.models import Case, Fact, FamilyGroup, Instance, Task
from tests.app.test_tasks import task_of

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

SECOND = {
    "children-1-name": "Leo Doe",
    "children-1-born_on-day": "1",
    "children-1-born_on-month": "2",
    "children-1-born_on-year": "2022",
}


def test_brothers_and_sisters_stand_together(refer: Refer, sign_in: SignIn):
    refer(**SECOND)
    refer(**{"children-0-name": "Ada Poe"})
    page = sign_in("team_manager").get("/tasks").text
    assert "Maya D and Leo D</h2>" in page
    assert "Ada P · SP-00003 · Testshire</h2>" in page
    assert page.index("Maya D · ") < page.index("Leo D · ") < page.index("Ada P · ")


def test_the_tabs_say_whose_and_how_many(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    refer()
    browser = sign_in("team_manager")
    page = browser.get("/tasks").text
    assert "Mine (0)" in page
    assert 'aria-current="page">My team’s (2)' in page, "the first that has something"
    assert "Out of hours" not in page

    browser.post(task_of(session), data={"_button": "claim"})
    page = browser.get("/tasks").text
    assert 'aria-current="page">Mine (1)' in page
    assert "You have it" in page
    assert "My team’s (1)" in page

    colleague = sign_in("team_manager", name="Grace Okoro").get("/tasks?tab=others").text
    assert 'aria-current="page">Waiting for others (1)' in colleague
    assert "Amina Khan has it" in colleague


def test_out_of_hours_has_a_tab_of_what_cannot_wait(app: Flask, refer: Refer, sign_in: SignIn):
    refer(**{"children-0-name": "Ada Poe"})
    refer()
    of_ada = select(Task).join(Task.case).where(Case.child_name == "Ada Poe")
    with database.writing(app.extensions["engine"]).begin() as writing:
        writing.scalars(of_ada).one().due_unit = "same day"
    page = sign_in("out_of_hours").get("/tasks?tab=night").text
    assert "Out of hours (1)" in page
    assert "Ada P" in page
    assert "Maya D" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("find=ada", ["Ada P"]),
        ("find=C-3", ["Maya D"]),
        ("due=late", ["Ada P"]),
        ("due=today", []),
        ("due=week", []),
        ("step=hold_strategy_discussion", ["Ada P", "Maya D"]),
        ("step=another", []),
        ("procedure=england", ["Ada P", "Maya D"]),
        ("procedure=another", []),
        ("tab=unknown&sort=unknown&due=unknown&page=x", ["Ada P", "Maya D"]),
    ],
)
def test_the_list_is_filtered_and_the_address_says_how(
    refer: Refer, sign_in: SignIn, asked: str, found: list[str]
):
    old = {"referral_received_at-day": "20", "referral_received_at-month": "11"}
    refer(**{"children-0-name": "Ada Poe", **old})
    refer(**{"children-0-reference": "C-3"})
    page = sign_in("team_manager").get(f"/tasks?{asked}").text
    assert [name for name in ("Ada P", "Maya D") if f"{name} ·" in page] == found
    assert found or "No task here is what you looked for." in page


def test_the_order_can_be_the_reference(refer: Refer, sign_in: SignIn):
    old = {"referral_received_at-day": "20", "referral_received_at-month": "11"}
    refer(**{"children-0-reference": "B-2", **old})
    refer(**{"children-0-reference": "A-1"})
    browser = sign_in("team_manager")
    page = browser.get("/tasks").text
    assert page.index("B-2 ·") < page.index("A-1 ·")
    page = browser.get("/tasks?sort=reference").text
    assert page.index("A-1 ·") < page.index("B-2 ·")


def test_filters_are_there_again_on_the_way_back(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    browser, address = sign_in("team_manager"), task_of(session)
    came = {"Referer": "http://localhost/tasks?tab=team&due=week"}
    assert 'href="/tasks?tab=team&amp;due=week"' in browser.get(address, headers=came).text
    elsewhere = {"Referer": "http://elsewhere.example.org/tasks?tab=team"}
    assert 'href="/tasks"' in browser.get(address, headers=elsewhere).text


def test_a_task_with_my_draft_says_so(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    browser = sign_in("team_manager")
    browser.post(task_of(session), data={"how_many": "3", "_button": "later"})
    assert "Your draft of 5pm on Friday 4 December" in browser.get("/tasks").text


MANY = 10_000


@pytest.fixture
def many(app: Flask, refer: Refer) -> Flask:
    """Ten thousand open tasks, two children to a family, copied from one real case."""
    case_id = refer()
    engine = app.extensions["engine"]
    with database.writing(engine).begin() as session:
        like = {each: _row(session, each, case_id) for each in (Case, Instance, Task)}
        of_deadline = Fact.name == "referral_received_at"
        facts = [_columns(each) for each in session.scalars(select(Fact).where(of_deadline))]
        numbers = range(1000, 1000 + MANY)
        families = [{"id": number} for number in numbers if number % 2 == 0]
        session.execute(insert(FamilyGroup), families)
        session.execute(insert(Case), [
            {**like[Case], "id": n, "family_group_id": n - n % 2, "reference": f"M-{n}"}
            for n in numbers
        ])  # fmt: skip
        session.execute(insert(Instance), [
            {**like[Instance], "id": f"i{n}", "case_id": n} for n in numbers
        ])  # fmt: skip
        due_at = datetime(2026, 12, 1, tzinfo=UTC)
        session.execute(insert(Task), [
            {**like[Task], "key": f"k{n}", "case_id": n, "instance_id": f"i{n}",
             "due_at": due_at + timedelta(minutes=n * 7 % MANY)}
            for n in numbers
        ])  # fmt: skip
        session.execute(insert(Fact), [
            {**fact, "id": None, "case_id": n, "record_id": None} for n in numbers for fact in facts
        ])  # fmt: skip
    return app


@pytest.mark.own_app
def test_ten_thousand_tasks_are_a_page_in_under_a_tenth_of_a_second(many: Flask, sign_in: SignIn):
    browser = sign_in("team_manager")
    asked: list[str] = []
    event.listen(
        many.extensions["engine"], "before_cursor_execute",
        lambda _c, _cur, sql, *_: asked.append(sql),
    )  # fmt: skip
    counts, seconds, answer = set(), [], many.wsgi_app

    def timed(environ: Any, start_response: Any) -> Any:
        begun = time.process_time()  # what others do on the machine meanwhile is not counted
        answered = answer(environ, start_response)
        seconds.append(time.process_time() - begun)
        return answered

    many.wsgi_app = timed  # type: ignore[method-assign]
    for address in ("/tasks", "/tasks?page=150", "/tasks?due=week&find=M-1"):
        browser.get(address)
        for _ in range(3):
            asked.clear()
            page = browser.get(address)
            counts.add(len(asked))
        assert page.text.count("app-tasks__name") >= 25
    assert len(counts) == 1, "however many there are"
    assert counts.pop() <= 15
    assert min(seconds) < 0.1, seconds


def _row(session: Session, table: Any, case_id: int) -> dict[str, Any]:
    of_case = table.id if table is Case else table.case_id
    return _columns(session.scalars(select(table).where(of_case == case_id).limit(1)).one())


def _columns(row: Any) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in row.__table__.columns}
