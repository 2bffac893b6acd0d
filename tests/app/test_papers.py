"""Records as DOCX and PDF, over HTTP, and every form of every procedure as a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import papers
from app.views.papers import TYPES
from forms import Component
from papers import docx, pdf, press
from processes import database, library
from processes.models import Case, HistoryEntry, Person, Record
from tests.app.conftest import PROCEDURES, REFERRAL
from tests.papers.reader import Pdf
from tests.papers.samples import GENERAL, HOSTILE, text_of

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]
Publish = Callable[..., None]
NOW = datetime(2026, 12, 4, 20, 50, tzinfo=UTC)


@pytest.fixture
def publish(app: Flask) -> Publish:
    """Publish the small procedure anew, with other files beside or instead of its own."""

    def anew(**files: bytes) -> None:
        named = {
            name.replace("__", "/").replace("_dot_", "."): each for name, each in files.items()
        }
        changed = library.Procedure(
            "england", {**library.read("england", PROCEDURES).files, **named}
        )
        with database.writing(app.extensions["engine"]).begin() as session:
            library.publish(session, changed, by=None, now=datetime(2026, 2, 1, tzinfo=UTC))

    return anew


def test_a_record_is_had_as_docx(publish: Publish, refer: Refer, sign_in: SignIn):
    publish(papers__record_dot_docx=GENERAL)
    refer(concerns="Bruises.\n\n<b>She says</b> {{ 7 * 7 }} she fell.")
    got = sign_in("service_manager", name="Bo Wells").get("/records/1/paper.docx")
    assert got.mimetype == TYPES["docx"]
    assert got.headers["Content-Disposition"] == (
        'attachment; filename="SP-00001 record referral version 1.docx"'
    )
    said = text_of(got.data)
    assert "Bruises.\n\n<b>She says</b> {{ 7 * 7 }} she fell." in said
    assert "Child: Maya Doe" in said
    assert "Version: 1, by Tom Reed, " in said
    assert "Confidential\tSP-00001" in said
    assert "Copy made by Bo Wells, " in said


def test_a_record_is_had_as_pdf(refer: Refer, sign_in: SignIn):
    refer(concerns=HOSTILE[2])
    got = sign_in("service_manager").get("/records/1/paper.pdf")
    assert got.mimetype == "application/pdf"
    made = Pdf(got.data)
    assert made.says(HOSTILE[2])
    assert made.says("Child: Maya Doe")
    assert made.says("Copy made by Amina Khan")


def test_every_copy_is_kept_in_the_history(refer: Refer, sign_in: SignIn, session: Session):
    case = refer()
    browser = sign_in("service_manager", name="Bo Wells")
    browser.get("/records/1/paper.pdf")
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.what == "paper made")).one()
    assert entry.case_id == case
    assert entry.detail == {"record": 1, "name": "Record the referral", "kind": "pdf", "edition": 1}
    shown = browser.get(f"/cases/{case}").text
    assert "Made a copy as PDF: Record the referral, version 1" in shown


def test_a_record_keeps_the_form_it_was_written_on(publish: Publish, refer: Refer, sign_in: SignIn):
    """BH-15: a form that is published later changes no record that is there."""
    refer()
    form = (PROCEDURES / "forms/england/record_referral.form").read_bytes()
    anew = form.replace(b"What is the concern?", b"What are you worried about?")
    publish(forms__record_referral_dot_form=anew)
    page = sign_in("service_manager", name="Bo Wells").get("/records/1").text
    assert "As in version 1 of the procedure" in page
    assert "What are you worried about?" not in page
    refer()
    later = sign_in("service_manager", name="Ann Grey").get("/records/2").text
    assert "As in version 2 of the procedure" in later
    assert "What are you worried about?" in later


def test_an_earlier_version_says_that_it_is_out_of_date(refer: Refer, sign_in: SignIn):
    refer()
    browser = sign_in("first_response", name="Ana Ruiz")
    changed = {**REFERRAL, "concerns": "Bruises on one arm.", "_why": "Seen again"}
    browser.post("/records/1/revise", data=changed)
    assert Pdf(browser.get("/records/1/paper.pdf").data).says("Version 2 has taken its place")
    newer = Pdf(browser.get("/records/2/paper.pdf").data)
    assert newer.says("Reason for this version: Seen again")
    assert not newer.says("has taken its place")


def test_a_procedure_without_a_template_offers_no_docx(refer: Refer, sign_in: SignIn):
    refer()
    browser = sign_in("service_manager")
    page = browser.get("/records/1").text
    assert "/records/1/paper.pdf" in page
    assert "paper.docx" not in page
    assert browser.get("/records/1/paper.docx").status_code == 404
    assert browser.get("/records/9/paper.pdf").status_code == 404


def test_who_may_not_read_a_record_gets_no_copy(refer: Refer, sign_in: SignIn):
    refer()
    browser = sign_in("procedure_owner")
    for address in ("paper.pdf", "paper.docx", "invitations"):
        assert browser.get(f"/records/1/{address}").status_code == 403


def test_a_paper_that_cannot_be_made_is_said_in_words(
    refer: Refer, sign_in: SignIn, session: Session, monkeypatch: pytest.MonkeyPatch
):
    refer()
    monkeypatch.setattr(press, "SECONDS", 0.01)
    got = sign_in("service_manager").get("/records/1/paper.pdf")
    assert got.status_code == 503
    assert "It took longer than 0.01 seconds, and was stopped." in got.text
    assert "print its page" in got.text
    kept = session.scalars(select(HistoryEntry.what).where(HistoryEntry.what == "paper made"))
    assert kept.all() == []


def test_a_published_template_is_the_one_that_was_read(publish: Publish, session: Session):
    publish(papers__record_dot_docx=GENERAL)
    version = library.in_force(session, "england", date(2026, 12, 4))
    unpacked = library._unpack("england", version.content)
    assert unpacked.template_of("record_referral") == GENERAL
    assert unpacked.hash == version.hash


@pytest.mark.parametrize("name", library.names())
def test_every_form_of_every_procedure_gives_a_paper(name: str):
    procedure = library.read(name)
    case = Case(reference="SP-00042", child_name="Maya Doe")
    by = Person(name="Tom Reyes")
    england = {} if name == library.NATIONAL else library.read(library.NATIONAL).files
    for task, form in procedure.forms.items():
        if procedure.files[f"forms/{task}.form"] == england.get(f"forms/{task}.form"):
            continue  # it is England's, and tried there
        for answers in ({each.key: sample(each) for each in form.questions()}, {}):
            record = Record(
                name=task, element=task, process="strategy_discussion", edition=1,
                scope="discussion", number=1, answers=answers,
            )  # fmt: skip
            paper = papers.of_record(record, [], case, procedure, by=by, now=NOW)
            pages = Pdf(pdf.typeset(asdict(paper)))
            template = procedure.template_of(task)
            assert template
            words = text_of(docx.fill(template, asdict(paper)))
            for section in paper.sections:
                for answer in section.answers:
                    assert answer.text in words, f"{task}: {answer.question}"
                    assert pages.says(answer.question), f"{task}: {answer.question}"


def sample(asked: Component) -> Any:
    """An answer to a question, hostile where it is in words."""
    match asked.type:
        case "dynamiclist":
            return [{each.key: sample(each) for each in asked.questions()}] * 2
        case "date":
            return NOW.date()
        case "datetime":
            return NOW
        case "number":
            return 3
        case "yes_no" | "checkbox":
            return True
        case "checklist":
            return [option.value for option in asked.options]
        case "select" | "radio":
            return asked.options[0].value
    return HOSTILE[0] if asked.type == "textfield" else "\n".join(HOSTILE[:5])
