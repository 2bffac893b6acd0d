"""A record to read, and its new versions."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import database
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
    assert "Version 2 has taken its place, by Ana Ruiz, " in older
    assert "Reason: Seen again in daylight" in older
    assert "Write a new version" not in older
    received = session.scalars(
        select(Fact.value).where(Fact.name == "referral_received_at").order_by(Fact.id)
    ).all()
    assert [value.hour for value in received] == [16, 15]
    assert session.scalars(select(Record.edition).order_by(Record.id)).all() == [1, 2]


def test_a_new_version_that_is_sent_twice_is_written_once(refer: Refer, sign_in: SignIn):
    refer()
    browser = sign_in("first_response")
    changed = {**REFERRAL, "concerns": "Bruises on one arm.", "_why": "Seen again in daylight"}
    saved = [browser.post("/records/1/revise", data=changed).location for _ in range(2)]
    assert saved == ["/records/2", "/records/2"]
    assert "Version 2 says the same: it stands." in browser.get("/records/2").text


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


def test_a_step_that_was_sent_back_shows_its_earlier_record_as_superseded(
    refer: Refer, sign_in: SignIn, session: Session, app: Flask
):
    # given a step, another after it, and then the first done once more in the same stage
    case_id = refer()
    first = session.scalars(select(Record)).one()
    place = {
        name: getattr(first, name)
        for name in ("case_id", "version_id", "instance_id", "process", "stage", "scope", "number")
    }
    steps = [("record_referral", "sent back", 5), ("record_referral", "once more", 6)]
    with database.writing(app.extensions["engine"]).begin() as writing:
        for element, key, hour in [("screen", "checked", 4), *steps]:
            at = datetime(2026, 12, 5, hour, tzinfo=UTC)
            writing.add(
                Record(
                    **place, element="hold_strategy_discussion" if key == "checked" else element,
                    name="Record the referral", task_key=key, edition=1, answers={},
                    recorded_at=at, recorded_by_id=first.recorded_by_id,
                )
            )  # fmt: skip

    # then only what another step came after is superseded; what follows itself is one more
    browser = sign_in("team_manager")
    page = browser.get(f"/cases/{case_id}").text
    assert page.count("Superseded") == 1
    assert "Done anew" in page
    older = browser.get(f"/records/{first.id}").text
    assert "A later record of the same step has taken its place, by Tom Reed, " in older
    session.rollback()
    newest = session.scalars(select(Record).where(Record.task_key == "sent back")).one()
    assert "Done anew" not in browser.get(f"/records/{newest.id}").text
    assert "Bruises on both arms." in older, "it stays as it was written"
