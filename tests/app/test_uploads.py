"""Files in forms: kept at once, carried by the page, read by those who see the record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.uploads import MOST_AT_ONCE
from processes.models import Attachment, Draft, HistoryEntry, Person, Record
from tests.app.conftest import PASSWORD, REFERRAL
from tests.app.test_drafts import hidden
from tests.app.test_family import BROTHERS, about, held, page_of
from tests.app.test_tasks import HELD, task_of
from tests.guards import hostile

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]

START = "/referrals/new/england/referral"
PDF = b"%PDF-1.7 a letter"
PNG = b"\x89PNG\r\n\x1a\n a drawing"


def pdf(name: str = "letter.pdf", content: bytes = PDF) -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def carried(page: str, name: str = "evidence") -> list[str]:
    """Return what a page posts again of files that are kept."""
    return [unescape(each) for each in re.findall(f'name="{name}" value="(file [^"]*)"', page)]


def given(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Attachment.name).order_by(Attachment.id)))


def recorded(session: Session, element: str = "record_referral") -> Record:
    session.rollback()
    found = select(Record).where(Record.element == element).order_by(Record.id.desc())
    return session.scalars(found.limit(1)).one()


def refer_with(browser: FlaskClient, **more: Any) -> TestResponse:
    boundary, sent = encode_multipart({**REFERRAL, **more})
    return browser.post(START, data=sent, content_type=f"multipart/form-data; boundary={boundary}")


def test_evidence_is_kept_with_the_referral_and_read_by_who_sees_the_record(
    sign_in: SignIn, session: Session
):
    browser = sign_in("first_response")
    page = browser.get(START).text
    assert 'enctype="multipart/form-data"' in page
    assert "up to 10 MB each. Files are kept when you save, also as a draft." in page
    assert refer_with(browser, evidence=[pdf(), pdf("note.txt", b"x")]).status_code == 302
    record = recorded(session)
    assert [each["name"] for each in record.answers["evidence"]] == ["letter.pdf", "note.txt"]
    assert set(session.scalars(select(Attachment.case_id))) == {record.case_id}

    reader = sign_in("team_manager")
    page = reader.get(f"/records/{record.id}").text
    assert "letter.pdf, 17 bytes" in page
    address = re.findall(r'href="(/records/[0-9]+/files/[0-9]+)"', page)[0]
    file = reader.get(address)
    assert file.data == PDF
    assert file.mimetype == "application/pdf"
    assert file.headers["Content-Disposition"] == "attachment; filename=letter.pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    session.rollback()
    read = session.scalars(select(HistoryEntry).where(HistoryEntry.what == "read")).all()
    assert {"of": "attachment", "name": "letter.pdf"} in [each.detail for each in read]
    story = reader.get(f"/cases/{record.case_id}").text
    assert "Opened the attachment “letter.pdf”" in story


def test_a_file_is_given_only_with_a_record_that_names_it_to_those_who_may_read_that(
    sign_in: SignIn, session: Session
):
    browser = sign_in("first_response")
    refer_with(browser, evidence=[pdf()])
    with_it = recorded(session)
    refer_with(browser, **{"children-0-name": "Kai Low"})
    without = recorded(session)
    number = with_it.answers["evidence"][0]["id"]
    assert browser.get(f"/records/{with_it.id}/files/{number}").status_code == 200
    assert browser.get(f"/records/{without.id}/files/{number}").status_code == 404
    assert browser.get(f"/records/{with_it.id}/files/{number + 1}").status_code == 404
    stranger = sign_in("social_worker", name="Ben Otter")
    assert stranger.get(f"/records/{with_it.id}/files/{number}").status_code == 403


def test_a_refused_form_keeps_its_files_and_one_can_be_removed(sign_in: SignIn, session: Session):
    browser = sign_in("first_response")
    wrong = refer_with(browser, concerns="", evidence=[pdf(), pdf("b.pdf")])
    assert wrong.status_code == 400
    assert given(session) == ["letter.pdf", "b.pdf"]
    assert "letter.pdf, 17 bytes" in wrong.text
    both = carried(wrong.text)
    fewer = refer_with(browser, evidence=both, _button="remove evidence-0").text
    assert carried(fewer) == both[1:]
    assert refer_with(browser, evidence=carried(fewer)).status_code == 302
    assert [each["name"] for each in recorded(session).answers["evidence"]] == ["b.pdf"]


def test_a_draft_keeps_files_and_goes_on_with_them(
    sign_in: SignIn, drafts: Callable[[], list[Draft]], session: Session
):
    browser = sign_in("first_response")
    page = browser.get(START).text
    later = {"evidence": pdf(), "_button": "later", **hidden(page)}
    assert browser.post(START, data=later).status_code == 302
    page = browser.get(START).text
    assert carried(page) == [text for name, text in drafts()[0].typed if name == "evidence"]
    assert refer_with(browser, evidence=carried(page), **hidden(page)).status_code == 302
    assert recorded(session).answers["evidence"][0]["name"] == "letter.pdf"
    assert drafts() == []


def test_what_is_handed_over_has_the_files_that_a_colleague_gave(
    refer: Refer, sign_in: SignIn, session: Session, person: Callable[..., Any]
):
    refer()
    address, to = task_of(session), person("team_manager", name="Grace Okoro")
    first = sign_in("team_manager", name="Kit Moran")
    first.post(address, data={"_button": "hand over", "drawing": pdf("sea.png", PNG)})
    first.post(f"{address}/hand-over", data={"to": str(to.id), "note": "It is all there"})
    second = first.application.test_client()
    second.post("/sign-in", data={"email": to.email, "password": PASSWORD})
    offered = re.findall(r'href="(\?draft=[0-9]+)"', second.get(address).text)
    kept = carried(second.get(address + offered[0]).text, "drawing")
    assert second.post(address, data={**HELD, "drawing": kept}).status_code == 302
    said = recorded(session, "hold_strategy_discussion").answers
    assert said["drawing"][0]["name"] == "sea.png"


def test_a_lie_about_a_file_reads_as_nothing(sign_in: SignIn, session: Session):
    browser = sign_in("first_response")
    text = carried(refer_with(browser, concerns="", evidence=pdf()).text)[0]
    lies = [text.replace("letter", "other"), text[:-20] + "0" + text[-19:],
            f"file 99 17 {'0' * 64} letter.pdf", "1", "letter.pdf"]  # fmt: skip
    assert refer_with(browser, evidence=lies).status_code == 302
    assert recorded(session).answers["evidence"] is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "content", "says"), [pytest.param(*each[1:], id=each[0]) for each in hostile.UPLOADS]
)
def test_a_hostile_file_is_told_at_its_question_and_the_rest_stays(
    sign_in: SignIn, session: Session, name: str, content: bytes, says: str
):
    browser = sign_in("first_response")
    refused = refer_with(browser, evidence=[pdf(), pdf(name, content)])
    assert refused.status_code == 400
    assert says in unescape(refused.text)
    assert 'href="#evidence"' in refused.text
    assert "She says she fell." in refused.text
    assert len(carried(refused.text)) == 1
    assert given(session) == ["letter.pdf"]


def test_a_field_without_a_file_is_nothing(sign_in: SignIn, session: Session):
    browser = sign_in("first_response")
    assert refer_with(browser, evidence=pdf("", b"")).status_code == 302
    assert given(session) == []


def test_a_file_that_is_refused_beside_another_button_is_told_on_the_next_page(sign_in: SignIn):
    browser = sign_in("first_response")
    later = {"evidence": pdf("a.exe"), "concerns": "Bruises", "_button": "later"}
    page = browser.post(START, data=later, follow_redirects=True).text
    assert "“a.exe” is not one of the kinds that are taken" in page


def test_many_files_at_once_are_too_many(sign_in: SignIn, session: Session):
    browser = sign_in("first_response")
    many = [pdf(f"{number}.pdf", PDF + bytes([number])) for number in range(25)]
    refused = refer_with(browser, evidence=many)
    assert "“24.pdf” is one too many: send at most 20 files at once." in refused.text
    assert len(given(session)) == 20


def test_more_than_a_page_can_carry_is_refused_with_a_page(sign_in: SignIn, session: Session):
    browser = sign_in("first_response")
    refused = refer_with(browser, evidence=pdf("a.txt", b"x" * MOST_AT_ONCE))
    assert refused.status_code == 413
    assert "choose fewer or smaller files" in refused.text
    elsewhere = browser.post("/sign-in", data={"email": "x" * 2_000_001})
    assert elsewhere.status_code == 413, "a page that takes no files takes less"
    assert given(session) == []


def test_whoever_may_not_use_the_page_gives_no_files(sign_in: SignIn, session: Session):
    assert refer_with(sign_in("administrator"), evidence=pdf()).status_code == 403
    assert given(session) == []


def test_who_was_signed_out_by_time_finds_the_files_they_sent(
    sign_in: SignIn, drafts: Callable[[], list[Draft]], session: Session
):
    browser = sign_in("first_response")
    browser.get(START)
    with time_machine.travel("2026-12-04T19:30Z", tick=False):
        page = refer_with(browser, evidence=[pdf(), pdf("a.exe")])
        assert page.status_code == 401
        assert "What you typed is kept as your draft" in page.text
        assert "“a.exe” is not one of the kinds" in browser.get("/sign-in").text
        email = session.scalars(select(Person.email)).one()
        browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        shown = browser.get(START).text
        assert carried(shown) == [text for name, text in drafts()[0].typed if name == "evidence"]
        assert refer_with(browser, evidence=carried(shown)).status_code == 302
    assert [each["name"] for each in recorded(session).answers["evidence"]] == ["letter.pdf"]


def test_who_is_signed_out_and_not_known_any_more_is_told_which_files_to_choose_again(
    sign_in: SignIn, session: Session
):
    browser = sign_in("first_response")
    browser.post("/sign-out")
    page = refer_with(browser, evidence=[pdf(), pdf("b.pdf")])
    assert page.status_code == 401
    assert page.text.count("File, to be chosen again") == 2
    assert "letter.pdf" in page.text
    assert given(session) == []


def test_an_ended_session_gives_no_files_to_a_page_that_is_not_theirs(
    sign_in: SignIn, session: Session
):
    browser = sign_in("administrator")
    with time_machine.travel("2026-12-04T19:30Z", tick=False):
        assert refer_with(browser, evidence=pdf()).status_code == 401
    assert given(session) == []


def test_each_child_has_a_file_of_their_own(refer: Refer, sign_in: SignIn, session: Session):
    first = refer(**BROTHERS)
    leo = first + 1
    browser, address = sign_in("team_manager"), page_of(session, first)
    typed = {"drawing": pdf("maya.png", PNG), f"_{leo}-drawing": pdf("leo.png", PNG + b"!")}
    wrong = browser.post(address, data={**about(first, leo), "how_many": "x", **typed})
    assert wrong.status_code == 400
    again = {name: carried(wrong.text, name) for name in typed}
    assert browser.post(address, data={**about(first, leo), **again}).status_code == 302
    said = held(session)
    assert [said[name]["drawing"][0]["name"] for name in ("Maya", "Leo")] == [
        "maya.png",
        "leo.png",
    ]


def test_a_new_version_keeps_the_files_of_the_earlier_one(sign_in: SignIn, session: Session):
    browser = sign_in("first_response")
    refer_with(browser, evidence=pdf())
    record = recorded(session)
    page = browser.get(f"/records/{record.id}/revise").text
    sent = {**REFERRAL, "evidence": [*carried(page), pdf("more.pdf")], "_why": "More came"}
    assert browser.post(f"/records/{record.id}/revise", data=sent).status_code == 302
    names = [each["name"] for each in recorded(session).answers["evidence"]]
    assert names == ["letter.pdf", "more.pdf"]
