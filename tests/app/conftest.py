"""What the tests of pages share: the app on a real database, people signed in, a look at each page.

The procedure is a small invented one in `procedures/`, so that these tests say what pages do and
not what any area's rules are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from processes import database, library
from processes.models import Base, Draft, Involvement, Person, ProcedureVersion
from tests.app.every_page import look_at

PROCEDURES = Path(__file__).parent / "procedures"
PASSWORD = "a long password"
NOW = datetime(2026, 12, 4, 16, 50, tzinfo=UTC)


class LookedAt(FlaskClient):
    """A client that looks at every page it is given, so that each test is one of the page too."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("headers", {}).setdefault("Sec-Fetch-Site", "same-origin")
        kwargs.setdefault("buffered", True)  # the answer is sent, and what comes after is done
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            look_at(response.text)
        return response


class Compiled(BytecodeCache):
    """The templates as Python: no application compiles again what another has compiled."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


compiled = Compiled()


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    """What the row of the small procedure holds; it is checked and packed once for all tests."""
    engine = database.connect("sqlite://")
    Base.metadata.create_all(engine)
    with database.writing(engine)() as session:
        procedure, january = library.read("england", PROCEDURES), datetime(2026, 1, 1, tzinfo=UTC)
        version = library.publish(session, procedure, by=None, now=january)
        columns = inspect(version).mapper.column_attrs
        row = {each.key: getattr(version, each.key) for each in columns if each.key != "id"}
    engine.dispose()
    return row


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    """The application on each kind of database: to make it costs more than most tests do."""
    return {}


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    database_url: str,
    published: dict[str, Any],
    applications: dict[str, Flask],
) -> Iterator[Flask]:
    """The application, with one small procedure published; no test sees what another made of it.

    A test that changes more of it than its settings and extensions is marked with `own_app`.
    """
    if request.node.get_closest_marker("own_app"):
        app = application(database_url)
    elif database_url in applications:
        app = applications[database_url]
    else:
        app = applications[database_url] = application(database_url)
    config, extensions = dict(app.config), dict(app.extensions)
    app.extensions["noted lately"] = {}
    with database.writing(app.extensions["engine"]).begin() as session:
        session.add(ProcedureVersion(**published))
    yield app
    app.extensions["engine"].dispose()
    for kept, now in ((config, app.config), (extensions, app.extensions)):
        now.clear()
        now.update(kept)


def application(database_url: str) -> Flask:
    """Make the application on a database, with clients that look at every page."""
    settings = Settings(
        database_url=database_url,
        secret_key="a key that only tests use, and nobody else",
        procedures=PROCEDURES,
        argon2_memory=8,
        argon2_time=1,
        demo=False,
    )
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = compiled
    app.test_client_class = LookedAt
    return app


@pytest.fixture(autouse=True)
def december(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the referral have happened to the app, whatever the day on which the tests run.

    A server in a process of its own has the clock of the day.
    """
    has_app = "app" in request.fixturenames
    with time_machine.travel(NOW + timedelta(minutes=10)) if has_app else nullcontext():
        yield


@pytest.fixture
def friday_evening() -> Iterator[time_machine.Traveller]:
    """Let the clock stand ten minutes after the time of the referral, until a test moves it."""
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False) as clock:
        yield clock


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session to look into the database with."""
    with database.reading(app.extensions["engine"])() as session:
        yield session


@pytest.fixture
def drafts(session: Session) -> Callable[[], list[Draft]]:
    """Read every draft that there is now."""

    def read() -> list[Draft]:
        session.rollback()
        return list(session.scalars(select(Draft).order_by(Draft.id)))

    return read


@pytest.fixture
def person(app: Flask) -> Callable[..., Person]:
    """Add somebody with these roles."""

    def add(*roles: str, name: str = "Amina Khan") -> Person:
        hasher = app.extensions["doorkeeper"].hasher
        email = f"{re.sub('[^a-z]', '', name.lower())}-{'-'.join(roles)}@example.org"
        row = Person(
            name=name, email=email, password_hash=hasher.hash(PASSWORD), roles=list(roles),
            is_active=True,
        )  # fmt: skip
        with database.writing(app.extensions["engine"]).begin() as session:
            session.add(row)
        return row

    return add


@pytest.fixture
def sign_in(app: Flask, person: Callable[..., Person]) -> Callable[..., FlaskClient]:
    """Sign somebody with these roles in, and return their browser."""

    def sign(*roles: str, name: str = "Amina Khan") -> FlaskClient:
        browser = app.test_client()
        form = {"email": person(*roles, name=name).email, "password": PASSWORD}
        assert browser.post("/sign-in", data=form).status_code == 302
        return browser

    return sign


REFERRAL = {
    "children-0-name": "Maya Doe",
    "children-0-born_on-day": "3",
    "children-0-born_on-month": "5",
    "children-0-born_on-year": "2019",
    "referral_received_at-day": "4",
    "referral_received_at-month": "12",
    "referral_received_at-year": "2026",
    "referral_received_at-hour": "16",
    "referral_received_at-minute": "50",
    "concerns": "Bruises on both arms.\nShe says she fell.",
    "referral_source": "school",
    "recent_abuse": "no",
    "categories": ["physical"],
}


@pytest.fixture
def refer(sign_in: Callable[..., FlaskClient]) -> Callable[..., int]:
    """Start a case by a referral and return its number."""

    browsers: list[FlaskClient] = []

    def start(**answers: str) -> int:
        if not browsers:
            browsers.append(sign_in("first_response", name="Tom Reed"))
        browser = browsers[0]
        response = browser.post("/referrals/new/england/referral", data={**REFERRAL, **answers})
        assert response.status_code == 302, response.text
        return int(response.location.rsplit("/", 1)[1])

    return start


@pytest.fixture
def involve(app: Flask, session: Session) -> Callable[..., None]:
    """Say how the person with these roles has to do with a case."""

    def add(case_id: int, role: str, part: str, **more: Any) -> None:
        person = session.scalars(select(Person).where(Person.email.contains(f"-{role}@"))).one()
        row = Involvement(
            case_id=case_id, person_id=person.id, part=part, name=person.name, since_at=NOW, **more
        )
        with database.writing(app.extensions["engine"]).begin() as writing:
            writing.add(row)

    return add
