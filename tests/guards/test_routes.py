"""Every page says who may use it, and none is open to anyone by accident."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.auth import GROUPS
from app.config import Settings
from app.guard import ROWS

# What somebody may reach before signing in; a new one is a decision, written here.
OPEN = {
    "account.first",
    "account.sign_in",
    "account.sign_out",
    "health.live",
    "health.mail",
    "health.ready",
}

# What addresses may say that names nothing of a child, each with why.
HARMLESS = {
    "attachment_id": "only within a record that names it, which is named too",
    "begun": "only within a case, which is named too",
    "filename": "a style or a picture",
    "fact_id": "only within a case, which is named too",
    "message_id": "one's own message, or for an administrator a mail's, which names no child",
    "kind": "what kind of file is wanted",
    "name": "a local procedure, the same for every child",
    "origin": "how a case begins",
    "procedure": "a local procedure",
    "person_id": "somebody who may sign in, for an administrator; it shows nothing of a case",
    "process": "a diagram of a procedure",
    "sending": "a task that sent something; its view refuses whoever was sent nothing by it",
    "unseen_id": "a case that is to be opened; its view asks `sight` itself",
}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Settings(database_url=f"sqlite:///{tmp_path}/safeguarding.sqlite", secret_key="k" * 32)
    )
    yield app
    app.extensions["engine"].dispose()


def test_every_route_says_who_may_use_it(web: Flask) -> None:
    says = {
        name: getattr(view, "allowed_to", None)
        for name, view in web.view_functions.items()
        if name != "static"
    }
    assert [name for name, who in says.items() if who not in {*GROUPS, "anyone"}] == []
    assert {name for name, who in says.items() if who == "anyone"} == OPEN


def test_a_page_that_nobody_allowed_is_refused(web: Flask) -> None:
    web.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert web.test_client().get("/forgotten").status_code in (302, 303, 401, 403)


def test_every_address_names_what_is_guarded_or_is_known_to_be_harmless(web: Flask) -> None:
    said = {name for rule in web.url_map.iter_rules() for name in rule.arguments}
    assert said == ROWS.keys() | HARMLESS.keys()
