"""A database that goes while the server runs: pages say so, nothing is written elsewhere, and all
goes on when it is back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, NullPool, create_engine, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from app import serve
from processes.models import Base, Case, Draft, Incident
from tests.app.conftest import REFERRAL

SignIn = Callable[..., FlaskClient]
START = "/referrals/new/england/referral"


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """A database of its own, for what is done to it here would stay in one that is shared."""
    engine = create_engine(empty_database_url, poolclass=NullPool)
    Base.metadata.create_all(engine)
    return empty_database_url


@contextmanager
def away(engine: Engine) -> Iterator[None]:
    """Take the database away: its file to another place, or PostgreSQL's leave to connect."""
    if engine.dialect.name == "sqlite":
        engine.dispose()  # what was written is in the one file now
        path = Path(str(engine.url.database))
        elsewhere = path.rename(path.with_suffix(".away"))
        yield
        assert not path.exists(), "no empty one is begun in its place"
        elsewhere.rename(path)
        return
    server = create_engine(
        engine.url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    name = str(engine.url.database)
    with server.connect() as other:
        other.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        of_this = {"name": name}
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        other.execute(text(end), of_this)
        try:
            yield
        finally:
            other.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))


def test_a_database_that_goes_and_comes_back(app: Flask, sign_in: SignIn, session: Session):
    browser, engine = sign_in("first_response"), app.extensions["engine"]
    page = browser.get(START)
    assert page.status_code == 200
    session.close()
    app.testing = False
    with away(engine):
        for address in ("/tasks", START, "/cases"):
            gone = browser.get(address)
            assert gone.status_code == 503
            assert "The records cannot be reached at the moment" in gone.text
        sent = browser.post(START, data=REFERRAL)
        assert sent.status_code == 503
        assert "Nothing was saved." in sent.text
        assert "She says she fell." in sent.text, "to be copied from there"
        assert browser.get("/health/ready").status_code == 503
    assert browser.get("/health/ready").status_code == 200
    assert session.scalars(select(Case)).all() == []
    assert session.scalars(select(Draft)).all() == []
    assert browser.post(START, data=REFERRAL).status_code == 302


def test_what_works_behind_the_pages_says_so_in_a_sentence_and_goes_on(
    app: Flask, session: Session
):
    engine, settings = app.extensions["engine"], app.config["SETTINGS"]
    background = serve.Background(engine, settings)
    session.close()
    with away(engine), capture_logs() as logs:
        background.sweep()
    assert [(each["log_level"], each["then"]) for each in logs] == [("warning", "tried again soon")]
    with capture_logs() as logs:
        background.sweep()
    assert logs == []
    assert session.scalars(select(Incident)).all() == []


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_a_file_that_was_restored_is_the_one_that_is_read(
    app: Flask, sign_in: SignIn, session: Session
):
    browser, engine = sign_in("first_response"), app.extensions["engine"]
    path = Path(str(engine.url.database))
    session.close()
    engine.dispose()
    copy = path.read_bytes()
    assert browser.post(START, data=REFERRAL).status_code == 302
    path.unlink()
    for rest in path.parent.glob(f"{path.name}-*"):
        rest.unlink()
    path.with_suffix(".copy").write_bytes(copy)
    path.with_suffix(".copy").rename(path)
    assert browser.get("/cases").status_code == 200
    assert session.scalars(select(Case)).all() == []
