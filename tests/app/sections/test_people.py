"""Who has to do with a child's case, on the child's page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes import database
from processes.models import Involvement
from tests.app.conftest import NOW

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


def involve(app: Flask, case_id: int, name: str, part: str, **more: Any) -> None:
    with database.writing(app.extensions["engine"]).begin() as writing:
        row = {"scope": "discussion", "number": 1, "since_at": NOW, **more}
        writing.add(Involvement(case_id=case_id, name=name, part=part, **row))


def section(browser: FlaskClient, case_id: int) -> str:
    page = browser.get(f"/cases/{case_id}").text
    return page[page.index('id="people"') :].split("</section>")[0]


def test_each_person_stands_once_with_all_their_parts_and_how_to_reach_them(
    app: Flask, refer: Refer, sign_in: SignIn
):
    case_id = refer()
    involve(app, case_id, "Jo Lane", "participant", role="Head", contact="01273 555 0100")
    involve(app, case_id, "jo lane", "participant", number=2, agency="A school")
    involve(app, case_id, "Jo Lane", "recipient")
    involve(app, case_id, "Ed Marsh", "subject")
    shown = section(sign_in("team_manager"), case_id)
    assert shown.count("<tr") == 3, "a head and two people"
    parts = "Took part in discussion 1<br>Took part in discussion 2<br>Was sent the record of"
    for said in (parts, "Head", "A school", "01273 555 0100", "The concern is about them"):
        assert said in shown


def test_who_a_later_record_no_longer_names_is_not_shown(app: Flask, refer: Refer, sign_in: SignIn):
    case_id = refer()
    involve(app, case_id, "Jo Lane", "participant")
    involve(app, case_id, "Ben Ode", "participant", until_at=NOW)
    assert "Ben Ode" not in section(sign_in("team_manager"), case_id)


def test_a_case_without_people_has_no_such_section(refer: Refer, sign_in: SignIn):
    assert 'id="people"' not in sign_in("team_manager").get(f"/cases/{refer()}").text
