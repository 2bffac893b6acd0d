"""The history over all cases: who may look at what of it, and never a child's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from app import overview
from processes import database
from processes.models import Case, HistoryEntry, Involvement, Person

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
WHY = "Maya Doe's school rang: MAYA is not there, and Leo may know"


@pytest.fixture
def happened(app: Flask, sign_in: SignIn, refer: Callable[..., int], friday_evening) -> int:
    """A case that was opened with a reason, one refusal, one read, one wrong password."""
    number = refer()
    worker = sign_in("social_worker", name="Sam Okafor")
    with database.writing(app.extensions["engine"]).begin() as session:
        session.execute(update(Case).values(child_name="Maya Doe"))
    sign_in("police", name="Bo Wells").get(f"/cases/{number}")
    friday_evening.shift(60)
    sent = worker.post(f"/cases/{number}/open", data={"why": WHY, "then": f"/cases/{number}"})
    assert sent.status_code == 302
    worker.get(f"/cases/{number}")
    wrong = {"email": "bowells-police@example.org", "password": "guess"}
    app.test_client().post("/sign-in", data=wrong)
    return number


def rows(page: str) -> list[list[str]]:
    """Return the cells of the page's table, row by row."""
    cells = [re.findall("(?s)<td[^>]*>(.*?)</td>", row) for row in page.split("<tr")[2:]]
    return [[re.sub("<[^>]*>", "", cell).strip() for cell in row] for row in cells]


def test_an_auditor_begins_here_and_sees_why_a_case_was_opened(sign_in, happened):
    auditor = sign_in("auditor", name="Alex Birch")
    assert auditor.get("/").location == "/history"
    (row,) = rows(auditor.get("/history").text)
    when, who, case, what = row
    assert (when, who) == ("5:01pm on Friday 4 December", "Sam Okafor")
    assert re.fullmatch(r"SP-\d+", case)
    assert what.startswith("Opened the case. Reason: M. D.&#39;s school rang: M. is not there")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("refused", [("Bo Wells", "Was refused a page: the case is not one of theirs")]),
        ("read", [("Sam Okafor", "Opened the case’s page")]),
        ("password", [("Bo Wells", "Was refused at sign-in: the password was wrong")]),
        ("people", []),
        ("nonsense", [("Sam Okafor", "Opened the case. Reason: ")]),
    ],
)
def test_each_kind_is_looked_at_by_itself(sign_in, happened, kind, told):
    page = sign_in("auditor", name="Alex Birch").get(f"/history?kind={kind}").text
    found = [(who, what) for _, who, _, what in rows(page)]
    assert len(found) == len(told)
    assert all(
        has[0] == want[0] and has[1].startswith(want[1])
        for has, want in zip(found, told, strict=True)
    )


def test_no_kind_of_entry_names_a_child_or_tells_what_was_typed(sign_in, happened):
    auditor = sign_in("auditor", name="Alex Birch")
    for kind in overview.KINDS:
        page = auditor.get(f"/history?kind={kind}").text
        assert not re.search("Maya|Doe|[Bb]ruises|england|/cases/", page), kind
    everything = rows(auditor.get("/history?kind=all").text)
    assert "Case started" in [what for *_, what in everything]


def test_it_is_found_by_person_and_by_day(sign_in, happened, friday_evening):
    friday_evening.shift(24 * 60 * 60)
    auditor = sign_in("auditor", name="Alex Birch")
    assert {who for _, who, *_ in rows(auditor.get("/history?kind=all&who=WELLS").text)} == {
        "Bo Wells"
    }
    on_friday = auditor.get("/history?kind=all&on-day=4&on-month=12&on-year=2026").text
    assert rows(on_friday)
    assert "Alex Birch" not in [who for _, who, *_ in rows(on_friday)]
    tomorrow = auditor.get("/history?kind=opened&on-day=5&on-month=12&on-year=2026").text
    assert "There is nothing of this." in tomorrow


@pytest.mark.parametrize("day", ["31/2/2026", "x/1/2026", "1//2026", "1/1/0", "٣/1/2026"])
def test_a_day_that_is_none_is_told(sign_in, day):
    parts = dict(zip(("on-day", "on-month", "on-year"), day.split("/"), strict=True))
    page = sign_in("auditor").get("/history", query_string=parts)
    assert page.status_code == 400
    assert "Give the day, the month and the year as numbers" in page.text


def test_managers_see_what_was_opened_and_nothing_else(sign_in, happened):
    manager = sign_in("team_manager", name="Rae Lind")
    for kind in overview.KINDS:
        (row,) = rows(manager.get(f"/history?kind={kind}").text)
        assert row[-1].startswith("Opened the case.")
    assert f'href="/cases/{happened}"' in manager.get("/history").text
    assert "Cases opened with a reason" in manager.get("/cases").text


@pytest.mark.parametrize("role", ["auditor", "team_manager"])
def test_whoever_a_concern_is_about_is_told_nothing_of_the_case(app, sign_in, happened, role):
    browser = sign_in(role, name="Alex Birch")
    with database.writing(app.extensions["engine"]).begin() as session:
        alex = session.scalars(select(Person).where(Person.name == "Alex Birch")).one()
        session.add(
            Involvement(
                case_id=happened, person_id=alex.id, part="subject", name=alex.name,
                since_at=datetime.now(UTC),
            )
        )  # fmt: skip
    assert rows(browser.get("/history").text) == []
    assert {case for _, _, case, _ in rows(browser.get("/history?kind=all").text)} <= {""}


def test_others_are_refused(sign_in):
    for role in ("social_worker", "administrator", "performance", "procedure_owner"):
        assert sign_in(role).get("/history").status_code == 403


def test_pages_go_back_to_the_first_entry_with_as_many_questions_on_each(app, sign_in, happened):
    auditor = sign_in("auditor", name="Alex Birch")
    with database.writing(app.extensions["engine"]).begin() as session:
        for number in range(60):  # many at one moment, and some that were written out of order
            at = datetime(2026, 12, 1 + number % 3, 9, tzinfo=UTC)
            session.add(
                HistoryEntry(case_id=happened, at=at, what="read", detail={"of": f"row{number}"})
            )
    asked: list[int] = []
    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", lambda *_: asked.append(1))
    address, seen, counts = "/history?kind=read", [], set()
    while address:
        asked.clear()
        page = auditor.get(address).text
        counts.add(len(asked))
        seen += [what for *_, what in rows(page)]
        earlier = re.search(r'href="([^"]*)">Earlier entries', page)
        address = earlier[1].replace("&amp;", "&") if earlier else ""
    assert len(seen) == len(set(seen)) == 61
    assert len(counts) == 1
    assert counts.pop() <= 5
