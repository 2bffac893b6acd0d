"""Who sees which child's case on the pages, who is refused, and opening a case with a reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database, sight
from processes.models import Case, HistoryEntry, Involvement, Person, Task
from processes.roles import PRACTITIONERS, SEES
from tests.app.conftest import NOW, REFERRAL
from tests.app.test_tasks import HELD

pytestmark = pytest.mark.usefixtures("friday_evening")
SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
REFUSED = "You do not see this case"


def history(session: Session, what: str) -> list[tuple[int | None, int | None, dict[str, Any]]]:
    session.rollback()
    rows = select(HistoryEntry).where(HistoryEntry.what == what).order_by(HistoryEntry.id)
    return [(each.case_id, each.by_id, each.detail) for each in session.scalars(rows)]


def test_every_role_that_works_the_pathway_has_a_decided_depth():
    assert set(SEES) == set(PRACTITIONERS)


@pytest.mark.parametrize(
    "role", ["social_worker", "police", "legal", "conference_chair", "referrer", "lado"]
)
def test_a_stranger_sees_neither_case_nor_record_nor_list(
    refer: Refer, sign_in: SignIn, session: Session, role: str
):
    case_id = refer()
    browser = sign_in(role)
    for address in (f"/cases/{case_id}", "/records/1", f"/cases/{case_id}/correct/1"):
        page = browser.get(address)
        assert page.status_code == 403
        assert REFUSED in page.text
        assert "Maya" not in page.text
    assert "SP-00001" not in browser.get("/cases").text
    assert history(session, "refused")[0][2] == {"page": "cases.show", "why": "stranger"}
    assert [case for case, _, _ in history(session, "refused")] == [case_id] * 3


def test_the_refusals_stand_on_the_cases_page_apart_from_what_happened(
    refer: Refer, sign_in: SignIn
):
    case_id = refer()
    sign_in("police", name="Bo Wells").get(f"/cases/{case_id}")
    page = sign_in("team_manager").get(f"/cases/{case_id}").text
    assert "Was refused a page: the case is not one of theirs" in page
    assert "Who read it, and who was refused" in page


def test_an_open_task_for_a_role_lets_it_see_the_case(refer: Refer, sign_in: SignIn):
    case_id = refer()
    browser = sign_in("out_of_hours")
    assert "Bruises on both arms." in browser.get("/records/1").text
    assert "SP-00001" in browser.get("/cases").text
    assert browser.get(f"/cases/{case_id}").status_code == 200


def test_a_person_involved_as_subject_never_sees_it_whatever_their_role(
    refer: Refer, sign_in: SignIn, session: Session, involve: Callable[..., None]
):
    case_id = refer(**{"children-1-name": "Leo Doe"})
    browser = sign_in("team_manager")
    involve(case_id, "team_manager", "subject")
    task = session.scalars(select(Task.key).where(Task.case_id == case_id)).one()
    for address in (f"/cases/{case_id}", f"/cases/{case_id + 1}", "/records/1", f"/tasks/{task}"):
        page = browser.get(address)
        assert page.status_code == 403, address
        assert REFUSED in page.text
        assert "Open this case" not in page.text
    assert browser.post(f"/tasks/{task}", data={"place": "secret"}).status_code == 403
    assert "SP-00001" not in browser.get("/cases").text
    assert "SP-00001" not in browser.get("/tasks").text
    assert "SP-00001 ·" not in browser.get("/cases?find=SP-00001").text
    assert {detail["why"] for _, _, detail in history(session, "refused")} == {"subject"}


def test_a_participant_reads_the_records_of_their_discussion_and_no_others(
    refer: Refer, sign_in: SignIn, session: Session, involve: Callable[..., None]
):
    # given a case whose first discussion was held with the police in it
    case_id = refer()
    manager, police = sign_in("team_manager", name="Grace Okoro"), sign_in("police")
    task = session.scalars(select(Task.key)).one()
    manager.post(f"/tasks/{task}", data=HELD)
    involve(case_id, "police", "participant", scope="discussion", number=1)

    # when the police officer looks
    page = police.get(f"/cases/{case_id}").text

    # then the discussion is there to be read, and nothing of the referral
    assert police.get("/records/2").status_code == 200
    assert police.get("/records/1").status_code == 403
    assert 'href="/records/2"' in page
    assert "/records/1" not in page
    assert "What is known" not in page
    assert "History" not in page
    assert police.get(f"/cases/{case_id}/correct/2").status_code == 403
    assert "SP-00001" in police.get("/cases").text


def test_who_recorded_something_sees_their_case_and_the_familys(
    app: Flask, refer: Refer, sign_in: SignIn, session: Session
):
    refer(**{"children-1-name": "Leo Doe"})
    browser = sign_in("social_worker")
    assert browser.get("/cases/2").status_code == 403
    with database.writing(app.extensions["engine"]).begin() as writing:
        worker = writing.scalars(select(Person).where(Person.email.contains("social"))).one()
        writing.scalars(select(Task).where(Task.case_id == 1)).one().assignee_id = worker.id
    assert "Bruises on both arms." in browser.get("/records/1").text
    assert browser.get("/cases/2").status_code == 200


def test_who_completed_the_referral_sees_their_own_record_and_no_others(
    sign_in: SignIn, session: Session
):
    browser = sign_in("referrer", "first_response")
    browser.post("/referrals/new/england/referral", data=REFERRAL)
    assert browser.get("/records/1").status_code == 200


# opening a case with a reason


def test_a_case_is_opened_with_a_reason_for_a_day(
    refer: Refer, sign_in: SignIn, session: Session, friday_evening: Any
):
    case_id = refer()
    browser = sign_in("social_worker", name="Sam Okafor")
    refused = browser.get("/records/1")
    assert "Open this case" in refused.text

    missing = browser.post(f"/cases/{case_id}/open", data={"why": " ", "then": "/records/1"})
    opened = browser.post(
        f"/cases/{case_id}/open", data={"why": "Maya is at the door", "then": "/records/1"}
    )

    assert missing.status_code == 400
    assert "Say why you need to see it." in missing.text
    assert opened.location == "/records/1"
    assert "Bruises on both arms." in browser.get("/records/1").text
    page = sign_in("team_manager").get(f"/cases/{case_id}").text
    assert "Sam Okafor sees this case until" in page
    assert "for this reason: Maya is at the door" in page
    friday_evening.shift(24 * 3600 + 1)
    again = sign_in("team_manager", name="Rae Lind").get(f"/cases/{case_id}").text
    assert "sees this case until" not in again
    assert "Reason: Maya is at the door" in again


def test_a_session_later_the_opened_case_is_closed_again(
    refer: Refer, sign_in: SignIn, friday_evening: Any, app: Flask
):
    case_id = refer()
    browser = sign_in("social_worker")
    browser.post(f"/cases/{case_id}/open", data={"why": "On duty"})
    for _ in range(23):
        friday_evening.shift(3600)
        assert browser.get(f"/cases/{case_id}").status_code == 200
    friday_evening.shift(3600)
    assert browser.get(f"/cases/{case_id}").status_code == 403


@pytest.mark.parametrize("role", ["police", "referrer", "conference_chair", "administrator"])
def test_other_roles_cannot_open_a_case(refer: Refer, sign_in: SignIn, role: str):
    case_id = refer()
    browser = sign_in(role)
    assert "Open this case" not in browser.get(f"/cases/{case_id}").text
    assert browser.post(f"/cases/{case_id}/open", data={"why": "Curious"}).status_code == 403
    assert browser.get(f"/cases/{case_id}").status_code == 403


def test_who_a_concern_is_about_cannot_open_it(
    refer: Refer, sign_in: SignIn, session: Session, involve: Callable[..., None]
):
    case_id = refer()
    browser = sign_in("social_worker")
    involve(case_id, "social_worker", "subject")
    refused = browser.post(f"/cases/{case_id}/open", data={"why": "It is about me"})
    assert refused.status_code == 403
    assert "Open this case" not in refused.text
    assert history(session, "refused")[0][2]["why"] == "subject"
    assert history(session, "case opened") == []


def test_those_who_may_open_cases_find_them_by_searching(refer: Refer, sign_in: SignIn):
    refer()
    browser = sign_in("social_worker")
    assert "SP-00001" not in browser.get("/cases").text
    found = browser.get("/cases?find=SP-00001").text
    assert "Not yours: it can be opened with a reason" in found
    assert "Hold the strategy discussion" not in found, "what it waits for is seen once it is open"
    assert "SP-00001 ·" not in sign_in("police").get("/cases?find=SP-00001").text
    assert browser.post("/cases/999/open", data={"why": "x"}).status_code == 404


# reads


def test_reading_a_childs_record_is_in_the_history_once_in_a_few_minutes(
    refer: Refer, sign_in: SignIn, session: Session, friday_evening: Any
):
    case_id = refer()
    browser = sign_in("team_manager")
    for address in (f"/cases/{case_id}", "/records/1", f"/cases/{case_id}", "/records/1"):
        browser.get(address)
    told = [detail for _, _, detail in history(session, "read")]
    assert told == [{"of": "case", "name": ""}, {"of": "record", "name": "Record the referral"}]
    friday_evening.shift(6 * 60)
    browser.get("/records/1")
    assert len(history(session, "read")) == 3
    page = browser.get(f"/cases/{case_id}").text
    assert "Opened the record “Record the referral”" in page


def test_what_is_not_shown_is_not_told_as_read(refer: Refer, sign_in: SignIn, session: Session):
    refer()
    sign_in("police").get("/records/1")
    sign_in("team_manager").get("/records/99")
    assert history(session, "read") == []


def test_a_page_is_shown_even_if_its_reading_cannot_be_written(
    app: Flask, refer: Refer, sign_in: SignIn, session: Session, caplog: pytest.LogCaptureFixture
):
    case_id = refer()
    browser = sign_in("team_manager")
    app.extensions["writing"] = database.writing(
        database.connect("postgresql://nobody@127.0.0.1:1/x")
    )
    assert browser.get(f"/cases/{case_id}").status_code == 200
    assert history(session, "read") == []


def test_the_list_and_the_case_agree_on_who_sees_what(
    app: Flask, refer: Refer, person: Callable[..., Person], session: Session
):
    """One rule is written twice, as a decision and as a condition: they must not part."""
    for children in range(3):
        refer(**{f"children-{number}-name": f"Child {number}" for number in range(children + 1)})
    now = datetime(2026, 12, 4, 17, tzinfo=UTC)
    found = session.scalars(select(Case).order_by(Case.id)).all()
    everybody = [person(role) for role in SEES] + [person("referrer", "legal"), person("auditor")]
    parts = [("participant", None), ("opened", NOW), ("subject", None), ("opened", now)]
    parts.append(("recipient", None))
    with database.writing(app.extensions["engine"]).begin() as writing:
        writing.get_one(Case, found[-1].id).linked_to_id = found[0].id
        for at, who in enumerate(everybody):
            for nth, (part, until_at) in enumerate(parts):
                case = found[(at * 3 + nth * 2) % len(found)]
                if (at + nth) % 3 == 0:
                    writing.add(
                        Involvement(
                            case_id=case.id, person_id=who.id, part=part, name=who.name,
                            since_at=NOW, until_at=until_at,
                        )
                    )  # fmt: skip
        open_tasks = writing.scalars(select(Task).order_by(Task.key)).all()
        for at, task in enumerate(open_tasks):
            task.roles = [list(SEES)[at % len(SEES)], list(SEES)[(at * 5) % len(SEES)]]
            task.assignee_id = everybody[at].id if at % 2 else None
    for who in everybody:
        listed = set(session.scalars(select(Case.id).where(sight.cases(session, who, now))))
        seen = {each.id for each in found if sight.of(session, who, each, now)}
        assert listed == seen, who.roles
