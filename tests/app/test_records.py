"""A record to read, and its new versions."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.models import Fact, Record
from tests.app.conftest import REFERRAL

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


def test_a_record_is_read_as_it_was_written(refer: Refer, sign_in: SignIn):
    refer(concerns="Bruises.\n\n  <b>She says</b> she fell.")
    page = sign_in("service_manager").get("/records/1").text
    assert "1, by Tom Reed" in page
    assert "Bruises.\n\n  &lt;b&gt;She says&lt;/b&gt; she fell." in page
    assert "Friday 4 December 2026, 4:50pm" in page
    assert "School" in page
    assert "version 1, SP-00001" in page


def test_a_new_version_keeps_the_earlier_one(refer: Refer, sign_in: SignIn, session: Session):
    # given a record
    refer()
    browser = sign_in("first_response", name="Ana Ruiz")
    form = browser.get("/records/1/revise").text
    assert "Bruises on both arms.\nShe says she fell." in form
    assert "checked" in form

    # when it is written anew
    changed = {**REFERRAL, "referral_received_at-hour": "15", "concerns": "Bruises on one arm."}
    assert browser.post("/records/1/revise", data=changed).status_code == 400, "without a reason"
    saved = browser.post("/records/1/revise", data={**changed, "_why": "Seen again in daylight"})

    # then both are there, and the fact is corrected
    newer = browser.get(saved.location).text
    assert "2, by Ana Ruiz" in newer
    assert "Seen again in daylight" in newer
    older = browser.get("/records/1").text
    assert "Bruises on both arms." in older
    assert "Version 2 has taken its place" in older
    assert "Write a new version" not in older
    received = session.scalars(
        select(Fact.value).where(Fact.name == "referral_received_at").order_by(Fact.id)
    ).all()
    assert [value.hour for value in received] == [16, 15]
    assert session.scalars(select(Record.edition).order_by(Record.id)).all() == [1, 2]


def test_a_record_is_written_anew_by_its_author_or_the_roles_of_its_task(
    refer: Refer, sign_in: SignIn
):
    refer()
    other = sign_in("service_manager")
    assert "Write a new version" not in other.get("/records/1").text
    assert other.get("/records/1/revise").status_code == 403
    assert other.post("/records/1/revise", data=REFERRAL).status_code == 403
    assert sign_in("first_response").get("/records/1/revise").status_code == 200


def test_adding_a_row_to_a_new_version_does_not_ask_for_the_reason_yet(
    refer: Refer, sign_in: SignIn
):
    refer()
    page = sign_in("first_response").post("/records/1/revise", data={**REFERRAL, "_button": "show"})
    assert page.status_code == 200
    assert "Say why." not in page.text
