"""Every page in a real browser, on a desk and on a phone: axe finds nothing, nothing is cut off."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import invitations
from processes import actions, cases, database, library
from processes.models import Action, Case, Fact, FamilyGroup, Instance, Person, Record, Task
from tests.browser import keyboard

Visit = Callable[..., Page]
Axe = Callable[[Page], list[str]]


def first(session: Session, column: object, *where: object) -> object:
    return session.scalars(select(column).where(*where).limit(1)).one()  # type: ignore[call-overload]


def begun(app: Flask, case_id: object) -> str:
    """Return a process beside a case's pathway that Tom has begun and may withdraw."""
    with database.writing(app.extensions["engine"]).begin() as session:
        there = select(Instance.id).where(
            Instance.case_id == case_id,
            Instance.process == "new_information",
            Instance.finished_at.is_(None),
        )
        if key := session.scalars(there).first():
            return key
        tom = session.scalars(select(Person).where(Person.name == "Tom Reyes")).one()
        case = session.get_one(Case, case_id)
        return cases.begin(session, case, "new_information", by=tom, now=datetime.now(UTC)).id


def closed(app: Flask) -> int:
    """Return a case that is closed."""
    with database.writing(app.extensions["engine"]).begin() as session:
        there = select(Case).where(Case.reference == "SP-CLOSED")
        case, now = session.scalars(there).first(), datetime.now(UTC)
        if case is None:
            version = session.scalars(select(Case.version_id).limit(1)).one()
            times = {"opened_at": now, "changed_at": now, "closed_at": now}
            case = Case(reference="SP-CLOSED", child_name="Mo T", version_id=version, **times)
            case.family_group = FamilyGroup()
            session.add(case)
            session.flush()
        return case.id


def done(app: Flask, case_id: object) -> object:
    """Return an action of a brother or sister that Tom has said to be done."""
    with database.writing(app.extensions["engine"]).begin() as session:
        of_others = select(Action).where(Action.case_id != case_id).order_by(Action.id)
        action = session.scalars(of_others.limit(1)).one()
        if action.status == "open":
            tom = session.scalars(select(Person).where(Person.name == "Tom Reyes")).one()
            actions.finish(session, [action], "Seen", by=tom, now=datetime.now(UTC))
        return action.id


def invitation(session: Session, plan: object) -> str:
    """Return by what the first invitation of a plan is known."""
    record = session.get_one(Record, plan)
    case = session.get_one(Case, record.case_id)
    return invitations.read([record], case, library.procedure_of(case.version))[0].key


def addresses(app: Flask) -> dict[str, tuple[str, str]]:
    """Return a person and an address for every page there is, by its endpoint."""
    with database.reading(app.extensions["engine"])() as session:
        case = first(session, Case.id)
        task = first(session, Task.key, Task.element == "hold_strategy_discussion")
        fact = first(session, Fact.id, Fact.case_id == case, Fact.name == "referral_received_at")
        record = first(session, Record.id, Record.element == "hold_strategy_discussion")
        action = first(session, Action.id, Action.case_id == case, Action.status == "open")
        plan = first(session, Record.id, Record.element == "plan_strategy_discussion")
        invited = invitation(session, plan)
    return {
        "account.sign_in": ("", "/sign-in"),
        "password.choose": ("tom", "/password"),
        "tasks.index": ("tom", "/tasks"),
        "tasks.complete": ("tom", f"/tasks/{task}"),
        "tasks.hand_over": ("tom", f"/tasks/{task}/hand-over"),
        "cases.index": ("tom", "/cases"),
        "cases.show": ("tom", f"/cases/{case}"),
        "cases.chronology": ("tom", f"/cases/{case}/chronology?kind=record"),
        "cases.begin": ("tom", f"/cases/{closed(app)}/begin/new_information"),
        "cases.withdraw": ("tom", f"/cases/{case}/withdraw/{begun(app, case)}"),
        "cases.correct": ("tom", f"/cases/{case}/correct/{fact}"),
        "actions.of_family": ("tom", f"/cases/{case}/family-actions"),
        "actions.done": ("tom", f"/actions/{action}/done"),
        "actions.reopen": ("tom", f"/actions/{done(app, case)}/reopen"),
        "records.show": ("tom", f"/records/{record}"),
        "records.revise": ("kit", f"/records/{record}/revise"),
        "papers.invite": ("tom", f"/records/{plan}/invitations"),
        "papers.reply": ("tom", f"/records/{plan}/invitations/{invited}/reply"),
        "messages.index": ("tom", "/messages"),
        "messages.choose": ("kit", "/messages/choose"),
        "history.index": ("alex", "/history?kind=all"),
        "people.index": ("casey", "/people"),
        "people.add": ("casey", "/people/add"),
        "people.show": ("casey", "/people/1"),
        "mail.index": ("casey", "/mail"),
        "referrals.new": ("priya", "/referrals/new"),
        "referrals.start": ("priya", "/referrals/new/brighton_and_hove/referral"),
        "deadlines.work_out": ("tom", "/work-out-a-deadline?on-day=4&on-month=12&on-year=2026"
                               "&amount=15&unit=working+days"),
        "procedures.index": ("robin", "/procedures"),
        "procedures.show": ("robin", "/procedures/family_community_services"),
        "procedures.diagram": ("robin", "/procedures/england/pathway"),
        "an error": ("tom", "/nothing-here"),
        "a case not seen": ("owen", f"/cases/{case}"),
        "no choice made": ("priya", "/referrals/new?origin=referral"),
        "a wrong answer": ("tom", "/work-out-a-deadline?unit=hours&on-day=x"),
    }  # fmt: skip


NOT_PAGES = {
    "static", "account.first", "account.sign_out", "copies.confirm", "opening.begin",
}  # fmt: skip
NOT_PAGES |= {"cases.go_on", "messages.show", "messages.read", "mail.again", "health.mail"}
NOT_PAGES |= {"people.change_roles", "people.activate", "people.deactivate"}
NOT_PAGES |= {"people.give_password", "copies.confirm"}
NOT_PAGES |= {"health.live", "health.ready", "papers.record", "papers.invitation", "records.file"}


def test_every_page_is_looked_at(served: tuple[Flask, str]):
    app, _ = served
    assert set(app.view_functions) - NOT_PAGES <= set(addresses(app))


@pytest.mark.parametrize("who", ["", "tom", "kit", "priya", "robin", "casey", "alex", "owen"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    served: tuple[Flask, str], visit: Visit, axe: Axe, width: int, who: str
):
    page = visit(who, width)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for owner, address in addresses(served[0]).values():
        if owner == who:
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert keyboard.stops(page, pressing=width == 1280) == [], address
    assert [line for line in said if not re.search("status of 40[034]", line)] == []
