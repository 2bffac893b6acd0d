"""A server for the tests that need a browser, with the real procedures and invented cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app import create_app, demo, migrations
from app.config import Settings
from bench.pair import served as at_an_address
from processes import database, library
from processes.models import Message
from tests.processes.staff import tell_all

WIDTHS = {"desktop": 1280, "phone": 375}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The application with the demonstration in it, and its address."""
    with serving(tmp_path_factory.mktemp("served"), with_demo=True) as found:
        yield found


@contextmanager
def serving(folder: Path, *, with_demo: bool) -> Iterator[tuple[Flask, str]]:
    """Serve the real procedures, with the demonstration's people and cases or with nobody."""
    path = folder / "safeguarding.sqlite"
    settings = Settings(
        database_url=f"sqlite:///{path}",
        secret_key="a key that only tests use, and nobody else",
        argon2_memory=8,
        argon2_time=1,
        demo=with_demo,
    )
    app, now = create_app(settings), datetime.now(UTC)
    migrations.upgrade(app.extensions["engine"])
    with database.writing(app.extensions["engine"]).begin() as session:
        for name in library.names():
            library.publish(session, library.read(name), by=None, now=now)
        if with_demo:
            demo.add(session, app.extensions["doorkeeper"].hasher, settings.procedures, now)
    if with_demo:
        _tell(app, now)
    with at_an_address(app) as port:
        yield app, f"http://127.0.0.1:{port}"
    app.extensions["engine"].dispose()


def _tell(app: Flask, now: datetime) -> None:
    """Tell the invented people what is new, and let one mail be refused."""
    sessions = database.writing(app.extensions["engine"])
    tell_all(sessions, now)
    with sessions.begin() as session:
        message = session.scalars(select(Message).order_by(Message.id).limit(1)).one()
        message.mail_at, message.problem = None, "550 No such person"


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return WIDTHS[request.param]


@pytest.fixture
def visit(chromium: Browser, served: tuple[Flask, str]) -> Iterator[Callable[..., Page]]:
    """Open a browser for one of the invented people, or for nobody; scripts are off."""
    contexts = []

    def open_page(who: str = "", width: int = 1280) -> Page:
        context = chromium.new_context(
            base_url=served[1],
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        if who:
            page.goto("/sign-in")
            page.get_by_label("Email address").fill(f"{who}@example.org")
            page.get_by_label("Password").fill(demo.PASSWORD)
            page.get_by_role("button", name="Sign in").click()
        return page

    yield open_page
    for context in contexts:
        context.close()
