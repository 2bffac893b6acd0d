"""A discussion about three children, written once, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import standing
from processes import cases, database, together
from processes.models import Case, Person, Record, Task

Visit = Callable[..., Page]
Axe = Callable[[Page], list[str]]
NAMES = ("Mina B", "Noor B", "Ola B")


def waiting(app: Flask) -> dict[str, str]:
    """Start three cases and bring them to the discussion; return its tasks by the children."""
    now = datetime.now(UTC)
    with database.writing(app.extensions["engine"]).begin() as session:
        by = session.scalars(select(Person).where(Person.name == "Kit Moran")).one()
        by.roles = [*by.roles, "first_response"]
        version = standing.in_force(session, now)["brighton_and_hove"]
        children = [cases.Child(name) for name in NAMES]
        referred = {"referral_received_at": now}
        started = cases.start(session, version, children, referred, by=by, now=now)
        screened = {"response": "strategy_discussion", "suspected_harm": True}
        for element, answers in (
            ("screen_referral", {**screened, "referral_decided_at": now}),
            ("plan_strategy_discussion", {}),
        ):
            keys = _keys(session, started, element)
            given = {key: answers for key in keys.values()}
            together.complete_tasks(session, given, by=by, now=now)
        by.roles = by.roles[:-1]
        return _keys(session, started, "hold_strategy_discussion")


def _keys(session: Session, of: list[Case], element: str) -> dict[str, str]:
    found = select(Task.key).where(Task.element == element)
    return {
        each.child_name: session.scalars(found.where(Task.case_id == each.id)).one() for each in of
    }


def test_three_children_are_written_about_at_once_on_a_phone(
    served: tuple[Flask, str], visit: Visit, axe: Axe
):
    app, _ = served
    page = visit("tom", width=375)
    page.goto(f"/tasks/{waiting(app)['Mina B']}")

    # what is common is asked once, and each child's own under the child's name
    for name in NAMES[1:]:
        expect(page.get_by_role("group", name="This is about").get_by_label(name)).to_be_checked()
        expect(page.get_by_role("heading", name=f"The child: {name}")).to_be_visible()
    expect(page.get_by_label("Which concerns led to this discussion?")).to_have_count(1)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375

    # one is left out and taken in again, and the decisions differ for another
    page.get_by_label("Which concerns led to this discussion?").fill("Bruises on all three")
    page.get_by_label("What does the child say, feel and wish? (Noor B)").fill("He says little")
    page.get_by_role("group", name="This is about").get_by_label("Noor B").uncheck()
    page.get_by_role("button", name="Show further questions").click()
    expect(page.get_by_role("heading", name="The child: Noor B")).to_have_count(0)
    page.get_by_role("group", name="This is about").get_by_label("Noor B").check()
    differs = page.get_by_role("group", name="This part is different for (The decisions)")
    differs.get_by_label("Ola B").check()
    page.get_by_role("button", name="Show further questions").click()
    kept = page.get_by_label("What does the child say, feel and wish? (Noor B)")
    expect(kept).to_have_value("He says little")
    expect(page.get_by_role("heading", name="The decisions: Ola B")).to_be_visible()
    assert axe(page) == []

    # and each has a record of its own
    parts = {"day": "20", "month": "11", "year": "2026", "hour": "10", "minute": "30"}
    for key in ("strategy_discussion_started_at", "strategy_discussion_held_at"):
        for part, text in parts.items():
            page.locator(f"#{key}-{part}").fill(text)
    page.locator("[name=discussion_format][value=face_to_face]").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("for Mina B, Noor B and Ola B")).to_be_visible()
    with database.reading(app.extensions["engine"])() as session:
        held = Record.element == "hold_strategy_discussion"
        rows = select(Case.child_name, Record.answers, Record.together)
        rows = rows.join(Record, Record.case_id == Case.id).where(held, Case.child_name.in_(NAMES))
        written = {name: (answers, key) for name, answers, key in session.execute(rows)}
    assert {answers["concerns"] for answers, _ in written.values()} == {"Bruises on all three"}
    assert written["Noor B"][0]["wishes_and_feelings"] == "He says little"
    assert written["Mina B"][0]["wishes_and_feelings"] is None
    assert len({key for _, key in written.values()}) == 1
