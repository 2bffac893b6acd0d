"""What was agreed to be done, on a child's page and for the family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Action, Record
from tests.app.test_family import BROTHERS, about, page_of

pytestmark = pytest.mark.usefixtures("friday_evening")
SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
DUE = {"actions-0-due_on-day": "7", "actions-0-due_on-month": "12", "actions-0-due_on-year": "2026"}


@pytest.fixture
def three(refer: Refer, sign_in: SignIn, session: Session) -> tuple[FlaskClient, int]:
    """Three children whose discussion agreed one thing for all and one for the first."""
    first = refer(**BROTHERS)
    browser = sign_in("team_manager", name="Grace Okoro")
    more = {"actions-1-action": "Visit at home", "actions-1-applies_to": "Maya Doe"}
    typed = about(first, first + 1, first + 2, **DUE, **more)
    assert browser.post(page_of(session, first), data=typed).status_code == 302
    return browser, first


def done_address(session: Session, case_id: int, what: str) -> str:
    session.rollback()
    found = select(Action.id).where(Action.case_id == case_id, Action.what == what)
    return f"/actions/{session.scalars(found).one()}/done"


def test_a_child_s_page_says_what_is_to_be_done_by_whom_and_by_when(
    three: tuple[FlaskClient, int],
):
    browser, first = three
    page = browser.get(f"/cases/{first}").text
    assert "Arrange a paediatric assessment" in page
    assert "Ines Costa" in page
    assert "<strong>by Monday 7 December</strong>" in page
    assert "For Leo Doe and Finn Doe too" in page
    assert "Visit at home" in page
    assert "nobody named" in page
    assert "Visit at home" not in browser.get(f"/cases/{first + 1}").text


def test_a_new_version_of_the_record_still_says_which_children_an_action_is_for(
    three: tuple[FlaskClient, int], session: Session
):
    browser, first = three
    session.rollback()
    held = Record.element == "hold_strategy_discussion", Record.case_id == first
    record = session.scalars(select(Record.id).where(*held)).one()
    page = browser.get(f"/records/{record}/revise").text
    assert 'name="actions-1-applies_to" type="checkbox" value="Maya Doe" checked' in page
    assert 'name="actions-1-applies_to" type="checkbox" value="Leo Doe">' in page


def test_a_late_action_says_so_in_words(
    three: tuple[FlaskClient, int], friday_evening: Any, sign_in: SignIn
):
    _, first = three
    friday_evening.move_to("2026-12-09T09:00Z")
    page = sign_in("team_manager", name="Bea Roe").get(f"/cases/{first}").text
    assert '<span class="app-late">2 days late.</span> It was due by Monday 7 December' in page


def test_done_for_one_child_leaves_it_to_do_for_the_others(
    three: tuple[FlaskClient, int], session: Session
):
    browser, first = three
    address = done_address(session, first, "Arrange a paediatric assessment")
    asked = browser.get(address).text
    assert "Done for all?" in asked
    done = browser.post(address, data={"note": "Seen by Dr Costa"})
    assert done.location == f"/cases/{first}#actions"
    page = browser.get(done.location).text
    assert "Done: Arrange a paediatric assessment, for Maya Doe." in page
    assert "by Grace Okoro: Seen by Dr Costa" in page
    assert "Done: Arrange a paediatric assessment. Seen by Dr Costa" in page, "in the history"
    others = browser.get(f"/cases/{first + 1}").text
    assert "<strong>by Monday 7 December</strong>" in others


def test_done_for_all_is_done_for_each(three: tuple[FlaskClient, int], session: Session):
    browser, first = three
    address = done_address(session, first, "Arrange a paediatric assessment")
    ids = [str(each) for each in ids_of(session, first + 1, first + 2)]
    page = browser.post(address, data={"also": ids}, follow_redirects=True).text
    assert "for Maya Doe, Leo Doe and Finn Doe." in page
    for case_id in (first + 1, first + 2):
        assert "Everything that was agreed is done." in browser.get(f"/cases/{case_id}").text


def test_an_action_done_meanwhile_says_by_whom_and_gives_the_note_back(
    three: tuple[FlaskClient, int], session: Session, sign_in: SignIn
):
    browser, first = three
    address = done_address(session, first, "Visit at home")
    browser.post(address, data={"note": "Seen"})
    second = sign_in("team_manager", name="Bea Roe").post(address, data={"note": "My own words"})
    assert second.status_code == 409
    assert "by Grace Okoro: Seen" in second.text
    assert "My own words" in second.text


def test_the_family_lists_a_shared_action_once_with_the_children_s_names(
    three: tuple[FlaskClient, int], session: Session
):
    browser, first = three
    browser.post(done_address(session, first + 1, "Arrange a paediatric assessment"), data={})
    page = browser.get(f"/cases/{first}/family-actions").text
    assert page.count('<h3 class="app-tasks__name">Arrange a paediatric assessment</h3>') == 1
    for name in ("Maya Doe", "Leo Doe", "Finn Doe"):
        assert f"<strong>{name}</strong>" in page
    assert page.index("<strong>Leo Doe</strong>: done") < page.index(
        "<h3", page.index("Leo Doe</s")
    )
    assert browser.get("/cases/999/family-actions").status_code == 404
    assert browser.get("/actions/999/done").status_code == 404


def test_an_action_said_to_be_done_by_mistake_is_to_do_again_and_the_history_says_all_of_it(
    three: tuple[FlaskClient, int], session: Session
):
    # given an action that was said to be done, for all the children
    browser, first = three
    address = done_address(session, first, "Arrange a paediatric assessment")
    others = [str(action) for action in ids_of(session, first + 1, first + 2)]
    browser.post(address, data={"also": others, "note": "Seen by Dr Costa"})
    reopen = address.replace("/done", "/reopen")
    assert reopen in browser.get(f"/cases/{first}").text
    assert "Seen by Dr Costa" in browser.get(reopen).text

    # when it is opened again, for two of them
    assert browser.post(reopen, data={"also": others}).status_code == 400, "without a reason"
    again = browser.post(reopen, data={"also": others[:1], "_why": "It was another child"})

    # then it is to do for those, and what was said stays in their history
    page = browser.get(again.location).text
    assert "for Maya Doe and Leo Doe." in page
    assert "<strong>by Monday 7 December</strong>" in page
    assert "Done: Arrange a paediatric assessment. Seen by Dr Costa" in page
    assert "“Seen by Dr Costa”. Reason: It was another child" in page
    assert "<strong>by Monday 7 December</strong>" in browser.get(f"/cases/{first + 1}").text
    assert "Everything that was agreed is done." in browser.get(f"/cases/{first + 2}").text


def test_who_opens_again_what_is_open_is_told_how_it_stands_and_has_the_reason_back(
    three: tuple[FlaskClient, int], session: Session
):
    browser, first = three
    reopen = done_address(session, first, "Visit at home").replace("/done", "/reopen")
    second = browser.post(reopen, data={"_why": "My own words"})
    assert second.status_code == 409
    assert "opened again already" in second.text
    assert "My own words" in second.text


def ids_of(session: Session, *case_ids: int) -> list[int]:
    found = select(Action.id).where(Action.case_id.in_(case_ids)).order_by(Action.id)
    return list(session.scalars(found))
