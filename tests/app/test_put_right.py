"""Putting right a record that was written for several children at once, or with what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Action, Fact, HistoryEntry, Record
from tests.app.conftest import REFERRAL
from tests.app.test_family import BROTHERS, about, held, page_of
from tests.app.test_tasks import HELD, task_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
MAYA, LEO, FINN = "Maya", "Leo", "Finn"
WHY = {"_why": "The clock was wrong"}


@pytest.fixture(autouse=True)
def friday_evening():
    with time_machine.travel("2026-12-04T17:00Z", tick=False):
        yield


class Family:
    """Three children whose discussion was written once, and who wrote it."""

    def __init__(self, browser: FlaskClient, session: Session, first: int) -> None:
        self.browser, self.session, self.first = browser, session, first
        self.cases = {MAYA: first, LEO: first + 1, FINN: first + 2}

    def record(self, child: str) -> Record:
        self.session.rollback()
        found = select(Record).where(Record.element == "hold_strategy_discussion")
        mine = found.where(Record.case_id == self.cases[child]).order_by(Record.id.desc())
        return self.session.scalars(mine).first()  # type: ignore[return-value]

    def editions(self) -> list[int]:
        return [self.record(child).edition for child in self.cases]

    def put_right(self, child: str, *others: str, **typed: Any) -> str:
        """Send the page as it was made, but for what is typed, and return the page after it."""
        address = f"/records/{self.record(child).id}/revise"
        numbers = [self.cases[each] for each in others]
        sent = about(self.cases[child], *numbers, **(self.common | typed | WHY))
        done = self.browser.post(address, data=sent)
        assert done.status_code == 302, done.text
        return self.browser.get(done.location).text

    @property
    def common(self) -> dict[str, Any]:
        seen = {"child_seen": "no", f"_{self.cases[FINN]}-child_seen": "no"}
        rows = {"actions-1-action": "Visit Leo", "actions-1-applies_to": "Leo Doe"}
        return {"how_many": "4", "concerns": "Bruises.", **seen, **rows}


@pytest.fixture
def family(refer: Refer, sign_in: SignIn, session: Session) -> Family:
    first = refer(**BROTHERS)
    family = Family(sign_in("team_manager", name="Grace Okoro"), session, first)
    typed = about(first, first + 1, first + 2, **family.common)
    assert family.browser.post(page_of(session, first), data=typed).status_code == 302
    return family


def test_the_page_offers_all_the_children_the_record_was_written_for(family: Family):
    page = family.browser.get(f"/records/{family.record(LEO).id}/revise").text
    assert "It was written for several children at once." in page
    for child in (MAYA, FINN):
        box = f'name="_child" type="checkbox" value="{family.cases[child]}" checked'
        assert box in page
    assert f'name="_{family.cases[MAYA]}-child_seen"' in page, "asked of each child"
    assert page.count('value="Visit Leo"') == 1


def test_what_is_changed_is_changed_for_all_who_are_chosen_each_in_their_own_case(family: Family):
    page = family.put_right(MAYA, LEO, **{"strategy_discussion_held_at-hour": "9"})

    assert "Version 2 is saved, for Maya Doe and Leo Doe." in page
    assert family.editions() == [2, 2, 1]
    said = held(family.session)
    assert [said[each]["strategy_discussion_held_at"].hour for each in (MAYA, LEO, FINN)] == [
        9, 9, 10,
    ]  # fmt: skip
    assert [said[each]["child_seen"] for each in (MAYA, LEO, FINN)] == [False, None, False]
    for child in (MAYA, LEO):
        of_case = Fact.case_id == family.cases[child], Fact.name == "strategy_discussion_held_at"
        told = HistoryEntry.case_id == family.cases[child], HistoryEntry.what == "record revised"
        assert len(family.session.scalars(select(Fact).where(*of_case)).all()) == 2
        entry = family.session.scalars(select(HistoryEntry).where(*told)).one()
        assert entry.detail["why"] == "The clock was wrong"


def test_an_action_of_one_child_alone_stays_that_child_s(family: Family):
    family.put_right(MAYA, LEO, FINN, how_many="5")

    assert family.editions() == [2, 2, 2]
    found = select(Action.case_id).where(Action.what == "Visit Leo", Action.status == "open")
    assert family.session.scalars(found).all() == [family.cases[LEO]]
    everybody = select(Action).where(Action.what != "Visit Leo")
    assert [each.status for each in family.session.scalars(everybody)] == ["open"] * 3


def test_what_was_put_right_for_one_child_alone_stays_as_it_is(family: Family):
    family.put_right(LEO, how_many="7")
    assert family.editions() == [1, 2, 1]

    family.put_right(MAYA, LEO, FINN, concerns="Bruises, and a cut.")

    said = held(family.session)
    assert [said[each]["how_many"] for each in (MAYA, LEO, FINN)] == [4, 7, 4]
    assert {said[each]["concerns"] for each in (MAYA, LEO, FINN)} == {"Bruises, and a cut."}


def test_a_record_of_another_child_that_does_not_change_has_no_new_version(family: Family):
    family.put_right(MAYA, LEO, FINN, child_seen="")

    assert family.editions() == [2, 1, 1]
    said = held(family.session)
    assert [said[each]["child_seen"] for each in (MAYA, LEO, FINN)] == [None, None, False]


def test_a_reason_is_asked_for_once_and_nothing_is_saved_without_it(family: Family):
    address = f"/records/{family.record(MAYA).id}/revise"
    sent = about(family.first, family.cases[LEO], **{**family.common, "how_many": "9"})
    page = family.browser.post(address, data=sent)
    assert page.status_code == 400
    assert page.text.count('id="_why"') == 1
    assert 'value="9"' in page.text
    assert family.editions() == [1, 1, 1]


# what a second person had typed


def test_who_came_second_goes_on_with_what_they_typed_as_a_new_version(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a task that two have filled in, and one has completed
    refer()
    address = task_of(session)
    second = sign_in("team_manager", name="Kit Moran")
    first = {"how_many": "4", "concerns": "Bruises, and a cut."}
    sign_in("team_manager", name="Grace Okoro").post(address, data={**HELD, **first})
    begun = "Bruises on both arms.\r\nShe says she fell."
    typed = {"actions-0-action": "My own words", "how_many": "", "concerns": begun}
    page = second.post(address, data={**HELD, **typed})
    assert page.status_code == 409

    # when the second goes on with it
    (link,) = re.findall(r'href="(/records/[0-9]+/revise\?typed=[0-9]+)"', page.text)
    form = second.get(link).text

    # then what they typed stands over what was recorded, and the reason is still to be given
    assert 'value="My own words"' in form
    assert 'value="4"' in form, "they left it blank"
    assert "Bruises, and a cut.</textarea>" in form, "their page began with what it says"
    again = {**HELD, **first, "actions-0-action": "My own words"}
    assert second.post(link, data=again).status_code == 400
    saved = second.post(link, data={**again, "_why": "I was there"}, follow_redirects=True).text
    assert "2, by Kit Moran" in saved
    assert "My own words" in saved


def test_nobody_goes_on_with_what_a_colleague_typed(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    address = task_of(session)
    sign_in("team_manager", name="Grace Okoro").post(address, data=HELD)
    second = sign_in("team_manager", name="Kit Moran")
    page = second.post(address, data={**HELD, "actions-0-action": "My own words"}).text
    (link,) = re.findall(r'href="(/records/[0-9]+/revise\?typed=[0-9]+)"', page)
    assert "My own words" in second.get(link).text
    assert "My own words" not in sign_in("team_manager", name="Bea Roe").get(link).text


def test_a_record_and_a_fact_are_not_put_right_to_what_has_yet_to_come(
    refer: Refer, sign_in: SignIn, session: Session
):
    case_id, browser = refer(), sign_in("first_response")
    ahead = {**REFERRAL, **WHY, "referral_received_at-day": "5"}
    known = select(Fact.id).where(Fact.name == "referral_received_at")
    fact = session.scalars(known).one()
    for address in ("/records/1/revise", f"/cases/{case_id}/correct/{fact}"):
        refused = browser.post(address, data=ahead)
        assert refused.status_code == 400
        assert "has yet to come." in refused.text
        assert 'value="5"' in refused.text, "what was typed stays"
    session.rollback()
    assert session.scalars(known).all() == [fact]
    assert session.scalars(select(Record.edition)).all() == [1]
