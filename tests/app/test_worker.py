"""A timer fires within five seconds of its moment, and is told: by the server, and by a worker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from app import serve, worker
from app.config import PROJECT, Settings
from app.migrations import upgrade
from processes import attachments, cases, database, library
from processes.models import Attachment, Message, Person, Timer
from tests.app.test_serve import environment, until  # noqa: F401

SECRET = "a key that only tests use, and nobody else"
SOON = timedelta(seconds=4)
PATIENCE = 40  # seconds, for a process to start on a busy machine


@contextmanager
def running(*command: str, url: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    given = {"SAFEGUARDING_DATABASE_URL": url, "SAFEGUARDING_SECRET_KEY": SECRET}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *command],
        cwd=PROJECT,
        env={**os.environ, "SAFEGUARDING_DEMO": "no", **given, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def a_case_that_is_due(engine: Engine, moment: datetime) -> None:
    """Start a case in Slough whose discussion is due now, 24 hours after the referral."""
    with database.writing(engine).begin() as session:
        version = library.publish(session, library.read("slough"), by=None, now=moment)
        roles = ["first_response", "out_of_hours", "social_worker"]
        by = Person(name="Amina Okoro", email="amina", password_hash="", roles=roles)
        session.add(by)
        session.flush()
        told = moment - timedelta(hours=24)
        answers = {"referral_received_at": told, "suspected_harm": True}
        cases.start(session, version, [cases.Child("Kai B")], answers, by=by, now=told)


def fired_late_by(engine: Engine, rule: str) -> timedelta:
    """Wait until people were told that a timer fired; return how long after its moment it did."""
    query = select(Timer).where(
        Timer.rule == rule, Timer.kind == "passed", Timer.told_at.is_not(None)
    )
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with database.reading(engine)() as session:
            fired = session.scalars(query).first()
            if fired and fired.fired_at and fired.due_at:
                passed = select(Message.recipient).where(Message.kind == "deadline_passed")
                assert session.scalars(passed).all() == ["amina"]
                return fired.fired_at - fired.due_at
        time.sleep(0.1)
    pytest.fail(f"No timer of {rule} fired within {PATIENCE} seconds.")


def test_the_embedded_server_fires_a_timer_within_five_seconds(
    environment: dict[str, str],  # noqa: F811
):
    url = environment.pop("SAFEGUARDING_DATABASE_URL")
    with running("prepare", url=url) as preparing:
        preparing.wait(PATIENCE)
    engine = database.connect(url)
    with running("serve", url=url, **environment) as server:
        until(server, "Serving on")
        a_case_that_is_due(engine, datetime.now(UTC) + SOON)
        assert fired_late_by(engine, "SL-05") < timedelta(seconds=5)
    engine.dispose()


def test_a_worker_fires_a_timer_within_five_seconds(empty_database_url: str):
    engine = database.connect(empty_database_url)
    if engine.dialect.name == "sqlite":
        with pytest.raises(worker.NeedsPostgreSQL, match="the server fires the timers itself"):
            worker.work(engine, Settings())
        return
    upgrade(engine)
    with running("worker", url=empty_database_url):
        a_case_that_is_due(engine, datetime.now(UTC) + 3 * SOON)
        assert fired_late_by(engine, "SL-05") < timedelta(seconds=5)
    engine.dispose()


def test_a_worker_fires_before_it_tells(empty_database_url: str):
    """However many wait to be told of, no timer waits for them: here what fired is told of, too."""
    engine = database.connect(empty_database_url)
    if engine.dialect.name == "sqlite":
        return  # there the embedded server does both, the timers first
    upgrade(engine)
    now = datetime.now(UTC)
    a_case_that_is_due(engine, now)
    jobs = worker.jobs_on(engine, lambda: now + SOON)

    async def work_through() -> None:
        async with jobs.open_async():
            for each in worker.TELL, worker.FIRE:
                await jobs.tasks[each].defer_async(case_ids=[1])
            await jobs.run_worker_async(
                queues=["timers"], wait=False, install_signal_handlers=False
            )

    asyncio.run(work_through())
    assert fired_late_by(engine, "SL-05") == SOON
    engine.dispose()


def test_the_workers_clear_what_nobody_names_once_a_night(empty_database_url: str):
    engine = database.connect(empty_database_url)
    if engine.dialect.name == "sqlite":
        return  # there the embedded server does it
    upgrade(engine)
    add_a_file(engine, datetime.now(UTC) - timedelta(days=31))
    jobs = worker.jobs_on(engine)

    async def work_through() -> None:
        async with jobs.open_async():
            await jobs.tasks["clear"].defer_async(timestamp=0)
            await jobs.run_worker_async(
                queues=["timers"], wait=False, install_signal_handlers=False
            )

    asyncio.run(work_through())
    assert files_in(engine) == []
    assert [each.cron for each in jobs.periodic_registry.periodic_tasks.values()] == ["30 3 * * *"]
    engine.dispose()


def test_the_embedded_server_clears_what_nobody_names(app: Flask):
    engine, settings = app.extensions["engine"], app.config["SETTINGS"]
    add_a_file(engine, datetime.now(UTC) - timedelta(days=31))
    background = serve.Background(engine, settings)
    background.start()
    patience = time.monotonic() + PATIENCE
    while files_in(engine) and time.monotonic() < patience:
        time.sleep(0.1)
    background.stop()
    assert files_in(engine) == []


def add_a_file(engine: Engine, given_at: datetime) -> None:
    with database.writing(engine).begin() as session:
        by = Person(name="Amina Okoro", email="a@example.org", password_hash="", roles=["police"])
        session.add(by)
        session.flush()
        attachments.give(session, "letter.pdf", b"%PDF-1.7 a letter", by=by, now=given_at)


def files_in(engine: Engine) -> list[str]:
    with database.reading(engine)() as session:
        return list(session.scalars(select(Attachment.name)))
