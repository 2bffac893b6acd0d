"""The list of cases, a case's page, and correcting what is known."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Fact, Task, Timer
from tests.app.conftest import NOW

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


def test_a_case_is_found_by_reference_or_name(refer: Refer, sign_in: SignIn):
    refer(**{"children-0-name": "Maya Doe", "children-0-reference": "A-1"})
    refer(**{"children-0-name": "Ana Ro%se", "children-0-reference": "B-2"})
    browser = sign_in("service_manager")
    everything = browser.get("/cases").text
    assert "A-1" in everything
    assert "B-2" in everything
    assert "Maya" not in everything, "a list names a child by reference and initials"
    for sought in ("maya", "a-1", "doe MAYA"):
        found = browser.get("/cases", query_string={"find": sought}).text
        assert "A-1 · MD" in found
        assert "B-2" not in found
    assert "No case has “_”" in browser.get("/cases?find=_").text
    assert "B-2" in browser.get("/cases", query_string={"find": "o%s"}).text


def test_long_lists_have_pages(refer: Refer, sign_in: SignIn):
    children = {f"children-{n}-name": f"Child {n}" for n in range(26)}
    refer(**children)
    browser = sign_in("team_manager")
    assert "Page 1 of 2" in browser.get("/cases").text
    assert "Page 2 of 2" in browser.get("/cases?page=2").text
    assert browser.get("/tasks?page=2").status_code == 200, "one family is on one page"
    assert browser.get("/cases?page=x").status_code == 200
    assert browser.get("/cases?page=99999999999999999999").status_code == 200


def test_a_case_says_where_it_is_and_by_when(refer: Refer, sign_in: SignIn):
    page = sign_in("service_manager").get(f"/cases/{refer()}").text
    assert "Waits for: hold the strategy discussion." in page
    assert "Born Fri 3 May 2019 (7 years)" in page
    assert "By Wednesday 9 December" in page
    assert "Counted from Fri 4 Dec, 3 working days." in page
    assert "TS-02 · must" in page
    assert "Paragraph 2" in page
    assert "Strategy discussion 1" in page
    assert "Completed: Record the referral" in page
    assert "When was the referral received?" in page


def test_no_engine_words_are_on_a_practitioners_page(refer: Refer, sign_in: SignIn):
    case_id = refer()
    browser = sign_in("team_manager")
    for address in ("/tasks", "/cases", f"/cases/{case_id}"):
        page = browser.get(address).text.lower()
        for word in ("instance", "token", "workflow", "process variable", "none<"):
            assert word not in page, (address, word)


def test_a_process_beside_the_pathway_is_begun_by_its_roles_only(
    refer: Refer, sign_in: SignIn, session: Session
):
    case_id = refer()
    manager, other = sign_in("team_manager"), sign_in("service_manager")
    assert "Record new information" in manager.get(f"/cases/{case_id}").text
    assert "Record new information" not in other.get(f"/cases/{case_id}").text
    begin = f"/cases/{case_id}/begin/new_information"
    assert other.post(begin).status_code == 403
    assert manager.post(f"/cases/{case_id}/begin/pathway").status_code == 404
    begun = manager.post(begin)
    key = session.scalars(select(Task.key).where(Task.element == "record_new_information")).one()
    assert begun.location == f"/tasks/{key}"
    assert manager.post(begun.location, data={"new_information": "A new mark"}).status_code == 302


def test_correcting_a_fact_moves_its_deadline_and_is_told(
    refer: Refer, sign_in: SignIn, session: Session
):
    # given a referral received on Friday
    case_id = refer()
    browser = sign_in("team_manager")
    fact = session.scalars(select(Fact).where(Fact.name == "referral_received_at")).one()
    address = f"/cases/{case_id}/correct/{fact.id}"
    assert 'value="16"' in browser.get(address).text
    thursday = {
        f"referral_received_at-{part}": text
        for part, text in zip(
            ("day", "month", "year", "hour", "minute"), ("3", "12", "2026", "9", "05"), strict=True
        )
    }

    # when it is corrected, first without a reason
    refused = browser.post(address, data=thursday)
    assert refused.status_code == 400
    assert "Say why." in refused.text
    assert 'value="05"' in refused.text
    done = browser.post(address, data={**thursday, "_why": "The letter says Thursday"})

    # then the deadline is a working day earlier, and the history says why
    page = browser.get(done.location).text
    assert "By Tuesday 8 December" in page
    assert "The letter says Thursday" in page
    known = page[page.index('id="known"') :]
    assert "Before: Friday 4 December 2026, 4:50pm, Tom Reed, " in known
    session.rollback()
    due = session.scalars(select(Timer.due_at).where(Timer.kind == "passed")).one()
    assert due is not None
    assert due.isoformat() == "2026-12-09T00:00:00+00:00"


def test_a_wrong_correction_changes_nothing(refer: Refer, sign_in: SignIn, session: Session):
    case_id = refer()
    browser = sign_in("team_manager")
    fact = session.scalars(select(Fact).where(Fact.name == "referral_received_at")).one()
    wrong = {"referral_received_at-day": "40", "_why": "A slip"}
    assert browser.post(f"/cases/{case_id}/correct/{fact.id}", data=wrong).status_code == 400
    assert browser.get(f"/cases/{case_id}/correct/999").status_code == 404
    assert browser.get(f"/cases/999/correct/{fact.id}").status_code == 404


def test_the_machinerys_own_facts_cannot_be_corrected(
    refer: Refer, sign_in: SignIn, session: Session
):
    case_id = refer()
    origin = session.scalars(select(Fact.id).where(Fact.name == "origin")).one()
    assert sign_in("team_manager").get(f"/cases/{case_id}/correct/{origin}").status_code == 404


def test_what_was_begun_by_mistake_is_withdrawn_with_a_reason(refer: Refer, sign_in: SignIn):
    # given new information begun, and nothing written
    case_id = refer()
    manager, other = sign_in("team_manager"), sign_in("service_manager")
    manager.post(f"/cases/{case_id}/begin/new_information")
    page = manager.get(f"/cases/{case_id}").text
    address = page[page.index(f"/cases/{case_id}/withdraw/") :].split('"')[0]

    # when it is withdrawn, first without a reason
    assert other.get(address).status_code == 404, "it is not theirs"
    assert manager.get(address).status_code == 200
    refused = manager.post(address)
    assert refused.status_code == 400
    assert "Say why." in refused.text
    done = manager.post(address, data={"_why": "It is about another child"})

    # then it is gone, and the history says why
    page = manager.get(done.location).text
    assert "Withdrawn: Record new information. What was recorded stays." in page
    assert "No longer needed: New information. It is about another child" in page
    assert "/withdraw/" not in page
    assert manager.get(address).status_code == 404


def test_a_closed_case_counts_nothing_and_is_opened_again_with_a_reason(
    refer: Refer, sign_in: SignIn, app
):
    from processes import database
    from processes.loaded import LoadedCase

    # given a case that was closed while a deadline ran
    case_id = refer()
    with database.writing(app.extensions["engine"]).begin() as writing:
        loaded = LoadedCase.load(writing, case_id, now=NOW)
        for begun in list(loaded.instances):
            loaded.withdraw(begun, "The case was closed.")
        loaded.save()
    manager = sign_in("team_manager")
    page = manager.get(f"/cases/{case_id}").text
    assert "<strong>Next:</strong>" not in page
    assert "What was not done when the case was closed (1)" in page
    address = f"/cases/{case_id}/begin/new_information"
    assert f'href="{address}"' in page
    assert "for a reason that you are asked for first" in page

    # when it is opened again, first without a reason
    assert "Open the case again: record new information" in manager.get(address).text
    refused = manager.post(address, data={"_why": " "})
    assert refused.status_code == 400
    assert "Not opened yet" in refused.text
    assert "Closed " in manager.get(f"/cases/{case_id}").text
    assert sign_in("service_manager").get(address).status_code == 404, "it is not theirs"
    assert manager.post(address, data={"_why": "The school called again"}).status_code == 302

    # then its history and its chronology say so
    page = manager.get(f"/cases/{case_id}").text
    assert "was opened again. Reason: The school called again" in page
    assert "The case was opened again: The school called again" in page
    assert "The case was closed" in page
    assert "opens it again" not in page
    assert manager.get(address).location == f"/cases/{case_id}", "nothing is asked any more"
