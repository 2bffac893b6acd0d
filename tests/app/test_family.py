"""A task of brothers and sisters at the same step: written once, a record for each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from processes.models import Case, Record, Task
from tests.app.test_tasks import HELD

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
BROTHERS = {"children-1-name": "Leo Doe", "children-2-name": "Finn Doe"}


def page_of(session: Session, case_id: int, element: str = "hold_strategy_discussion") -> str:
    session.rollback()
    found = select(Task.key).where(Task.case_id == case_id, Task.element == element)
    return f"/tasks/{session.scalars(found).one()}"


def held(session: Session) -> dict[str, dict[str, Any]]:
    """Return what the latest record of the discussion says, by the child's first name."""
    session.rollback()
    found = select(Case.child_name, Record.answers).join(Record, Record.case_id == Case.id)
    rows = session.execute(
        found.where(Record.element == "hold_strategy_discussion").order_by(Record.id)
    )
    return {name.split()[0]: answers for name, answers in rows}


def about(first: int, *others: int, **typed: Any) -> dict[str, Any]:
    """Return what the page of the first child posts about it and these others."""
    marks = ["", *(f"_{each}-" for each in others)]
    keys = [mark + key for mark in marks for key in ("child_seen", "drawing")]
    return {**HELD, "_child": [str(each) for each in others], "_shown": keys, **typed}


def test_the_children_who_wait_at_the_same_step_are_offered_and_chosen(
    refer: Refer, sign_in: SignIn, session: Session
):
    first = refer(**BROTHERS)
    page = sign_in("team_manager").get(page_of(session, first)).text
    assert "This is about" in page
    for case_id in (first + 1, first + 2):
        assert f'name="_child" type="checkbox" value="{case_id}" checked' in page
        assert f'name="_{case_id}-child_seen"' in page, "asked of each"
        assert f'name="_{case_id}-decision"' not in page, "asked if it differs"
        assert f'value="_{case_id}-decision"' in page
        assert f'name="_{case_id}-how_many"' not in page, "written once"
    assert "The child: Leo Doe" in page


def test_a_child_alone_is_asked_nothing_about_others(
    refer: Refer, sign_in: SignIn, session: Session
):
    first = refer()
    refer(**{"children-0-name": "Kai Low"})
    page = sign_in("team_manager").get(page_of(session, first)).text
    assert "This is about" not in page
    assert "different for" not in page
    assert "Which children?" not in page


def test_a_discussion_about_three_children_is_written_once_and_recorded_three_times(
    refer: Refer, sign_in: SignIn, session: Session
):
    first = refer(**BROTHERS)
    leo, finn = first + 1, first + 2
    typed = about(first, leo, finn, how_many="4", decision="enquiry", child_seen="yes")
    typed |= {f"_{leo}-child_seen": "no", "child_seen_on-day": "4", "child_seen_on-month": "12"}
    typed |= {"child_seen_on-year": "2026", "actions-0-applies_to": ["Maya Doe", "Leo Doe"]}
    typed["_shown"] += ["child_seen_on"]
    browser = sign_in("team_manager")
    done = browser.post(page_of(session, first), data=typed)

    assert done.status_code == 302, done.text
    said = held(session)
    assert [said[name]["how_many"] for name in ("Maya", "Leo", "Finn")] == [4, 4, 4]
    assert [said[name]["decision"] for name in ("Maya", "Leo", "Finn")] == ["enquiry"] * 3
    assert [said[name]["child_seen"] for name in ("Maya", "Leo", "Finn")] == [True, False, None]
    assert "child_seen_on" in said["Maya"]
    assert "child_seen_on" not in said["Leo"]
    assert [len(said[name]["actions"]) for name in ("Maya", "Leo", "Finn")] == [1, 1, 0]
    records = select(Record.together).where(Record.element == "hold_strategy_discussion")
    assert len(set(session.scalars(records))) == 1
    assert "Saved: Hold the strategy discussion, for Maya Doe, Leo Doe and Finn Doe." in (
        browser.get(done.location).text
    )


def test_what_differs_for_a_child_begins_with_what_is_common_and_is_seen_before_it_is_saved(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given that the decision is said to differ for Leo
    first = refer(**BROTHERS)
    leo, finn = first + 1, first + 2
    browser, address = sign_in("team_manager"), page_of(session, first)
    typed = about(first, leo, finn, decision="enquiry", _differs=f"_{leo}-decision")

    # when it is saved at once
    asked = browser.post(address, data=typed)

    # then his decision is asked for, as the others' is, and nothing is saved
    assert asked.status_code == 400
    assert "your answers lead to further questions" in asked.text
    assert "Leo Doe: The decision" in asked.text
    assert f'name="_{leo}-decision"' in asked.text
    assert asked.text.count('<option value="enquiry" selected>') == 2
    assert held(session) == {}

    # and what his alone calls for is his alone
    typed["_shown"] = [*typed["_shown"], f"_{leo}-decision"]
    typed[f"_{leo}-decision"] = "nothing"
    asked = browser.post(address, data=typed)
    assert f'name="_{leo}-nothing_reason"' in asked.text
    assert 'name="nothing_reason"' not in asked.text
    typed["_shown"] += [f"_{leo}-nothing_reason"]
    refused = browser.post(address, data=typed).text
    assert "Leo Doe: Answer “Why is nothing further done?”." in refused
    typed[f"_{leo}-nothing_reason"] = "He lives with his father now"
    assert browser.post(address, data=typed).status_code == 302
    said = held(session)
    assert [said[name]["decision"] for name in ("Maya", "Leo", "Finn")] == [
        "enquiry",
        "nothing",
        "enquiry",
    ]
    assert "nothing_reason" not in said["Maya"]


def test_a_child_who_is_left_out_keeps_waiting_and_what_was_typed_of_them_stays(
    refer: Refer, sign_in: SignIn, session: Session
):
    first = refer(**BROTHERS)
    leo, finn = first + 1, first + 2
    browser, address = sign_in("team_manager"), page_of(session, first)
    typed = about(first, leo, _button="show", **{f"_{finn}-child_seen": "yes"})
    page = browser.post(address, data=typed).text
    assert f'<input type="hidden" name="_{finn}-child_seen" value="yes">' in page
    assert "The child: Finn Doe" not in page
    del typed["_button"]
    assert browser.post(address, data=typed).status_code == 302
    assert set(held(session)) == {"Maya", "Leo"}
    waiting = select(Task.case_id).where(Task.element == "hold_strategy_discussion")
    assert list(session.scalars(waiting)) == [finn]


def test_a_row_is_added_once_however_many_children_it_is_about(
    refer: Refer, sign_in: SignIn, session: Session
):
    first = refer(**BROTHERS)
    typed = about(first, first + 1, first + 2, _button="add actions")
    page = sign_in("team_manager").post(page_of(session, first), data=typed).text
    assert 'name="actions-1-action"' in page
    assert 'name="actions-2-action"' not in page
    assert page.count('value="Arrange a paediatric assessment"') == 1


def test_signing_is_refused_for_all_and_says_for_which_child(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a discussion recorded with an action that nobody does, which concerns Leo only
    first = refer(**BROTHERS)
    browser = sign_in("team_manager")
    typed = about(first, first + 1, first + 2, **{"actions-0-person": ""})
    typed["actions-0-applies_to"] = ["Leo Doe"]
    assert browser.post(page_of(session, first), data=typed).status_code == 302

    # when it is signed for all of them
    signing = page_of(session, first, "sign_strategy_discussion")
    chosen = {"_child": [str(first + 1), str(first + 2)]}
    refused = browser.post(signing, data={"agreed": "no", **chosen}).text

    # then nobody's is signed, and what is wrong with one or with all is said so
    assert "Leo Doe: The record cannot be signed yet: an action has no person." in refused
    of_leo = select(Record.id).where(Record.case_id == first + 1).order_by(Record.id)
    leo = session.scalars(of_leo).all()[-1]
    assert f'href="/records/{leo}/revise#actions"' in refused
    assert "Maya Doe, Leo Doe and Finn Doe: " not in refused
    assert page_of(session, first, "sign_strategy_discussion") == signing

    # and when Leo is left out, the others' are
    done = browser.post(signing, data={"agreed": "yes", "_child": [str(first + 2)]})
    assert done.status_code == 302
    signed = select(Record.case_id).where(Record.signed_hash.is_not(None)).order_by(Record.case_id)
    session.rollback()
    assert list(session.scalars(signed)) == [first, first + 2]


@pytest.mark.parametrize("chosen", [["leo", "finn"], ["leo"]], ids=["with Finn", "without Finn"])
def test_what_is_refused_is_shown_though_somebody_completes_it_for_a_brother_just_then(
    refer: Refer, sign_in: SignIn, session: Session, chosen: list[str]
):
    # given a signature that is refused because of Leo, and a colleague who signs for Finn just then
    first = refer(**BROTHERS)
    brothers = {"leo": first + 1, "finn": first + 2}
    browser, colleague = sign_in("team_manager"), sign_in("team_manager", name="Grace Okoro")
    typed = about(first, *brothers.values(), **{"actions-0-person": ""})
    typed["actions-0-applies_to"] = ["Leo Doe"]
    assert browser.post(page_of(session, first), data=typed).status_code == 302
    signing, finns = (
        page_of(session, each, "sign_strategy_discussion") for each in (first, brothers["finn"])
    )
    signed: list[int] = []

    @event.listens_for(Session, "after_rollback")
    def at_once(_: Session) -> None:
        if not signed:
            signed.append(0)
            with ThreadPoolExecutor() as elsewhere:
                done = elsewhere.submit(colleague.post, finns, data={"agreed": "yes"})
            signed[0] = done.result().status_code

    # when the refusal is shown
    also = [str(brothers[each]) for each in chosen]
    refused = browser.post(signing, data={"agreed": "no", "_child": also})
    event.remove(Session, "after_rollback", at_once)

    # then it says of Leo what is wrong, and of Finn, if he was chosen, who completed it
    assert (signed, refused.status_code) == ([302], 400)
    assert "Leo Doe: The record cannot be signed yet: an action has no person." in refused.text
    assert ("Finn Doe: Grace Okoro completed this" in refused.text) == ("finn" in chosen)


def test_when_somebody_else_completed_it_for_a_brother_the_others_are_offered_with_every_word(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given that somebody else has completed it for Leo
    first = refer(**BROTHERS)
    leo, finn = first + 1, first + 2
    address = page_of(session, first)
    other = sign_in("team_manager", name="Grace Okoro")
    assert other.post(page_of(session, leo), data=HELD).status_code == 302

    # when it is saved for all three
    browser = sign_in("out_of_hours", name="Kit Moran")
    typed = about(first, leo, finn, **{f"_{leo}-child_seen": "yes", f"_{finn}-child_seen": "no"})
    page = browser.post(address, data=typed)

    # then the page says so, and the others are still chosen
    assert page.status_code == 400
    assert "Leo Doe: Grace Okoro completed this" in page.text
    assert f'name="_child" type="checkbox" value="{finn}" checked' in page.text
    assert f'<input type="hidden" name="_{leo}-child_seen" value="yes">' in page.text
    typed["_child"] = [str(finn)]
    assert browser.post(address, data=typed).status_code == 302
    assert set(held(session)) == {"Maya", "Leo", "Finn"}


def test_when_it_was_completed_for_the_pages_own_child_the_next_takes_its_place(
    refer: Refer, sign_in: SignIn, session: Session
):
    first = refer(**BROTHERS)
    leo, finn = first + 1, first + 2
    address = page_of(session, first)
    sign_in("team_manager", name="Grace Okoro").post(address, data=HELD)
    browser = sign_in("out_of_hours", name="Kit Moran")
    typed = about(first, leo, finn, how_many="4", child_seen="yes")
    typed |= {f"_{leo}-child_seen": "no", f"_{finn}-child_seen": "yes"}

    page = browser.post(address, data=typed)

    assert page.status_code == 409
    assert "Maya Doe: Grace Okoro completed this" in page.text
    assert 'value="4"' in page.text
    assert 'name="child_seen" type="radio" value="no" checked' in page.text
    assert f'name="_{finn}-child_seen" type="radio" value="yes" checked' in page.text
    assert f'name="_{leo}-child_seen"' not in page.text
    assert f'<input type="hidden" name="_{first}-child_seen" value="yes">' in page.text


@pytest.mark.parametrize("chosen", ["other", "9" * 30, "9" * 5000, "²"])
def test_nobody_is_led_to_a_child_of_another_family(
    refer: Refer, sign_in: SignIn, session: Session, chosen: str
):
    first = refer(**BROTHERS)
    other = refer(**{"children-0-name": "Zoe Quill"})
    address = page_of(session, first)
    browser = sign_in("out_of_hours", name="Kit Moran")
    typed = {**HELD, "_child": str(other) if chosen == "other" else chosen}
    sign_in("team_manager", name="Grace Okoro").post(address, data=HELD)
    page = browser.post(address, data=typed)
    assert page.status_code == 409
    assert "Zoe Q" not in page.text
    assert "Grace Okoro" in page.text, "it says who completed it"
    assert browser.post(page_of(session, other), data=typed).status_code in (302, 400)
