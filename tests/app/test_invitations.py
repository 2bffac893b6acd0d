"""Who is invited to a meeting: the page, the papers and the calendar files of each person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app import invitations
from processes import database, library
from processes.models import Case, Person, Record
from tests.app.conftest import PROCEDURES, REFERRAL
from tests.papers.reader import Pdf
from tests.papers.samples import GENERAL, text_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

# The small procedure's referral, made to plan a meeting too.
PLAN: list[dict[str, Any]] = [
    {"type": "datetime", "subtype": "datetime", "key": "planned_for", "dateLabel": "When?",
     "properties": {"invites": "when"}},
    {"type": "textfield", "key": "place", "label": "Where?", "properties": {"invites": "where"}},
    {"type": "dynamiclist", "path": "invited", "label": "People invited", "components": [
        {"type": "textfield", "key": "name", "label": "Name"},
        {"type": "select", "key": "agency", "label": "Agency",
         "values": [{"value": "school", "label": "School or nursery"}]},
        {"type": "textfield", "key": "contact", "label": "Telephone or email"},
        {"type": "textfield", "key": "reason", "label": "Why?",
         "properties": {"invites": "why", "default": "You are asked what your agency knows."}},
    ]},
]  # fmt: skip
MEETING = {
    "planned_for-day": "28", "planned_for-month": "3", "planned_for-year": "2027",
    "planned_for-hour": "14", "planned_for-minute": "0", "place": "Line 3",
    "invited-0-name": "Jane Smith", "invited-0-agency": "school",
    "invited-0-contact": "01273 000000, jane@example.org",
    "invited-1-name": "Bo Wells", "invited-1-reason": "You know <b>the father</b>.",
}  # fmt: skip
LATER = {"planned_for-day": "29", "_why": "The police cannot come on Sunday"}


@pytest.fixture
def planned(app: Flask, refer: Refer) -> None:
    """A case whose first record plans a meeting."""
    small = library.read("england", PROCEDURES)
    form = json.loads(small.files["forms/record_referral.form"])
    form["components"] += PLAN
    files = {"forms/record_referral.form": json.dumps(form).encode(), "papers/record.docx": GENERAL}
    changed = library.Procedure("england", {**small.files, **files})
    with database.writing(app.extensions["engine"]).begin() as session:
        library.publish(session, changed, by=None, now=datetime(2026, 2, 1, tzinfo=UTC))
    refer(**MEETING)


@pytest.fixture
def browser(planned: None, sign_in: SignIn) -> FlaskClient:
    """The browser of somebody who may read the record, and write it anew."""
    return sign_in("first_response", name="Ana Ruiz")


def links(browser: FlaskClient, record: int = 1) -> dict[str, list[str]]:
    """The files that the page offers, by their kind."""
    page = browser.get(f"/records/{record}/invitations").text
    found = re.findall(rf'href="(/records/{record}/invitations/\w+\.(\w+))"', page)
    return {kind: [link for link, each in found if each == kind] for _, kind in found}


def calendar_of(browser: FlaskClient, address: str) -> Any:
    got = browser.get(address)
    assert got.mimetype == "text/calendar"
    return Calendar.from_ical(got.data)


def test_the_page_lists_who_is_invited_and_why(browser: FlaskClient):
    assert "/records/1/invitations" in browser.get("/records/1").text
    page = browser.get("/records/1/invitations").text
    assert "Sunday 28 March 2027, 2pm, Line 3." in page
    assert "Jane Smith, School or nursery" in page
    assert "You are asked what your agency knows." in page
    assert "You know &lt;b&gt;the father&lt;/b&gt;." in page
    assert {kind: len(each) for kind, each in links(browser).items()} == {
        "docx": 2, "pdf": 2, "ics": 2,
    }  # fmt: skip


def test_an_invitation_always_says_why_and_never_names_the_child(browser: FlaskClient):
    files = links(browser)
    jane = Pdf(browser.get(files["pdf"][0]).data)
    for text in (
        "Invitation: Referral",
        "To: Jane Smith, School or nursery",
        "When: Sunday 28 March 2027, 2pm",
        "Where: Line 3",
        "Invited by: Tom Reed",
        "The child with the reference SP-00001",
        "Why you are invited You are asked what your agency knows.",
        "Confidential",
        "Copy made by Ana Ruiz",
    ):
        assert jane.says(text), text
    bo = text_of(browser.get(files["docx"][1]).data)
    assert "You know <b>the father</b>." in bo
    assert not jane.says("Maya")
    assert "Maya" not in bo


def test_a_calendar_file_names_the_reference_only(browser: FlaskClient):
    got = browser.get(links(browser)["ics"][0])
    assert "Maya" not in got.text
    assert "agency knows" not in got.text, "what people typed may name a child"
    assert got.headers["Content-Disposition"].startswith('attachment; filename="SP-00001 ')
    calendar = Calendar.from_ical(got.data)
    (event,) = calendar.walk("VEVENT")
    assert event["summary"] == "Referral, SP-00001"
    assert event["location"] == "Line 3"
    assert event["attendee"] == "mailto:jane@example.org"
    assert event.decoded("dtstart").isoformat() == "2027-03-28T14:00:00+01:00"


def test_a_changed_time_moves_the_meeting_in_the_same_calendar_entry(browser: FlaskClient):
    (before,) = calendar_of(browser, links(browser)["ics"][0]).walk("VEVENT")
    revise(browser, **LATER)
    (after,) = calendar_of(browser, links(browser, 2)["ics"][0]).walk("VEVENT")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstart").day == 29


def test_an_earlier_version_gives_what_the_latest_says(browser: FlaskClient):
    revise(browser, **LATER)
    assert links(browser, 1)["ics"][0].split("/")[-1] == links(browser, 2)["ics"][0].split("/")[-1]
    (event,) = calendar_of(browser, links(browser, 1)["ics"][0]).walk("VEVENT")
    assert event.decoded("dtstart").day == 29


def test_who_is_taken_off_is_told_so(browser: FlaskClient):
    before = {each["uid"] for each in events(browser, 1)}
    revise(browser, **{"invited-1-name": "Kim Hale", "_why": "Bo is on leave"})
    page = browser.get("/records/2/invitations").text
    assert "Withdrawn" in page
    jane, kim, bo = (calendar_of(browser, link) for link in links(browser, 2)["ics"])
    assert [each["method"] for each in (jane, kim, bo)] == ["REQUEST", "PUBLISH", "CANCEL"]
    assert uid(jane) in before
    assert uid(kim) not in before
    assert uid(bo) in before
    assert Pdf(browser.get(links(browser, 2)["pdf"][2]).data).says("Withdrawn: invitation")


def test_a_record_that_invites_nobody_has_no_invitations(refer: Refer, sign_in: SignIn):
    refer()
    browser = sign_in("first_response")
    assert "Invitations" not in browser.get("/records/1").text
    assert browser.get("/records/1/invitations").status_code == 404


def test_an_invitation_that_is_not_there_is_not_found(browser: FlaskClient):
    assert browser.get("/records/1/invitations/0123456789abcdef0123.pdf").status_code == 404


def test_without_a_time_there_is_a_letter_and_no_calendar_file(browser: FlaskClient):
    revise(browser, **{name: "" for name in MEETING if name.startswith("planned")}, _why="Moved")
    files = links(browser, 2)
    assert "ics" not in files
    assert Pdf(browser.get(files["pdf"][0]).data).says("When: Not decided yet")
    assert browser.get(files["pdf"][0].replace(".pdf", ".ics")).status_code == 404


def test_closing_a_case_before_its_meeting_withdraws_every_invitation():
    procedure = library.read("england")
    record = Record(
        element="book_conference", process="initial_conference", task_key="k", scope="enquiry",
        number=1, edition=1, recorded_by=Person(name="Lou Brandt", email="lou@example.org"),
        answers={
            "conference_booked_for": date(2026, 12, 23),
            "conference_time_and_place": "10am, Town Hall",
            "conference_chair": "Ruth Vale",
            "conference_invitations": [{"name": "Jane Smith", "agency": "health"}],
        },
    )  # fmt: skip
    now = datetime(2026, 12, 18, tzinfo=UTC)
    case = Case(reference="SP-00042", child_name="Maya Doe", closed_at=None)
    (one,) = invitations.read([record], case, procedure)
    assert one.to == "Jane Smith, Health (nurse, health visitor, GP)"
    assert one.why.startswith("You are asked to say what you know of the child")
    assert not one.is_withdrawn
    first = invitations.for_calendar(one, case, now)
    assert first.starts == date(2026, 12, 23)
    case.closed_at = datetime(2026, 12, 20, tzinfo=UTC)
    (one,) = invitations.read([record], case, procedure)
    last = invitations.for_calendar(one, case, now)
    assert last.is_withdrawn
    assert last.uid == first.uid
    assert last.sequence > first.sequence


@pytest.mark.parametrize("name", library.names())
def test_every_procedure_invites_to_its_discussion_with_a_reason(name: str):
    procedure = library.read(name)
    for task in ("plan_strategy_discussion", "book_conference"):
        assert invitations.invites(procedure.forms[task])
        (why,) = [
            row.properties["default"]
            for asked in procedure.forms[task].questions()
            for row in asked.questions()
            if row.properties.get("invites") == "why"
        ]
        assert why


def revise(browser: FlaskClient, **changed: str) -> None:
    saved = browser.post("/records/1/revise", data={**REFERRAL, **MEETING, **changed})
    assert saved.status_code == 302, saved.text


def events(browser: FlaskClient, record: int) -> list[Any]:
    found = [calendar_of(browser, link) for link in links(browser, record)["ics"]]
    return [each.walk("VEVENT")[0] for each in found]


def uid(calendar: Any) -> str:
    return str(calendar.walk("VEVENT")[0]["uid"])
