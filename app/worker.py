"""Workers for many cases at once: as many processes as wanted on one PostgreSQL.

Procrastinate carries the work; the rows stay the truth. Every worker looks each second for cases
with a timer due, or with something that people were not told of yet, and, unless that work waits
already, defers jobs that name them. A job done twice finds nothing to do; a job lost with its
worker is named again at the next look. Once a night files that nobody names are cleared. Mail is
sent beside that, by a thread of its own.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONDict
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app import mail
from app.config import Settings
from processes import attachments, database, incidents, telling, timers

Clock = Callable[[], datetime]

LOOK_SECONDS = 1.0
CASES_A_JOB = 25
JOBS_A_LOOK = 80
FIRE, TELL = "fire", "tell"
FINDS: dict[str, Callable[[Session, datetime, int], list[int]]] = {
    FIRE: timers.due_cases,
    TELL: telling.untold_cases,
}


def _now() -> datetime:
    return datetime.now(UTC)


class NeedsPostgreSQL(RuntimeError):
    """Workers share their work through PostgreSQL; on SQLite the server fires the timers itself."""


def work(engine: Engine, settings: Settings, *, concurrency: int = 1, now: Clock = _now) -> None:
    """Work until told to stop (SIGINT or SIGTERM); what is under way is finished first."""
    if engine.dialect.name != "postgresql":
        raise NeedsPostgreSQL(NeedsPostgreSQL.__doc__)
    with mail.sending(engine, settings):
        asyncio.run(_work(engine, concurrency, now))


def jobs_on(engine: Engine, now: Clock = _now) -> App:
    """Return the job queue of this database, with the jobs we have."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    jobs = App(connector=PsycopgConnector(conninfo=url))
    writing = database.writing(engine)

    @jobs.task(name=FIRE, queue="timers", priority=1)  # no timer waits for others to be told of
    def fire(case_ids: list[int]) -> None:
        timers.fire_cases(writing, case_ids, now())

    @jobs.task(name=TELL, queue="timers")
    def tell(case_ids: list[int]) -> None:
        telling.tell_cases(writing, case_ids, now())

    @jobs.periodic(cron="30 3 * * *")
    @jobs.task(name="clear", queue="timers")
    def clear(timestamp: int) -> None:
        with writing.begin() as session:
            attachments.clear(session, now())

    return jobs


async def look(jobs: App, reading: sessionmaker[Session], now: datetime) -> int:
    """Defer jobs for the cases with work, unless such jobs wait already; return how many."""
    return sum([await _look_for(each, jobs, reading, now) for each in FINDS])


async def _look_for(what: str, jobs: App, reading: sessionmaker[Session], now: datetime) -> int:
    if await jobs.job_manager.list_jobs_async(task=what, status="todo"):
        return 0
    found = await asyncio.to_thread(_find, what, reading, now)
    work: list[JSONDict] = [
        {"case_ids": list(found[start : start + CASES_A_JOB])}
        for start in range(0, len(found), CASES_A_JOB)
    ]
    if work:
        await jobs.tasks[what].batch_defer_async(*work)
    return len(work)


async def _work(engine: Engine, concurrency: int, now: Clock) -> None:
    jobs, reading = jobs_on(engine, now), database.reading(engine)
    async with jobs.open_async():
        worker = asyncio.create_task(
            jobs.run_worker_async(
                queues=["timers"],
                concurrency=concurrency,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        )
        looking = asyncio.create_task(_look_for_ever(jobs, reading, now))
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, worker.cancel)
        await asyncio.wait([worker, looking], return_when=asyncio.FIRST_COMPLETED)
        for task in (worker, looking):
            task.cancel()
        await asyncio.gather(worker, looking, return_exceptions=True)


async def _look_for_ever(jobs: App, reading: sessionmaker[Session], now: Clock) -> None:
    while True:
        try:
            await look(jobs, reading, now())
        except Exception as error:  # whatever it is, the next look tries again
            incidents.tell("could not look for what is due", error)
        await asyncio.sleep(LOOK_SECONDS)


def _find(what: str, reading: sessionmaker[Session], now: datetime) -> list[int]:
    with reading() as session:
        return FINDS[what](session, now, CASES_A_JOB * JOBS_A_LOOK)
