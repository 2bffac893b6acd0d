"""Kills: a worker that completes tasks and fires timers is killed at any moment, over and over.

What it said was done, after its commit, must be there; nothing may be there twice; and every case
must still be what its engine state says. The worker is a child process and dies by SIGKILL, at
whatever instruction it happens to be.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from bench.answers import invent
from bench.walks import ROLES, STARTED_AT, unsigned
from processes import cases, database, library, timers
from processes.library import Procedure
from processes.loaded import LoadedCase
from processes.models import Case, HistoryEntry, Person, Record, Task, Timer

CASES = 12
LONGEST_LIFE = 0.25  # seconds


@dataclass
class Findings:
    """What was found after the kills: how much was done, and everything that is wrong."""

    kills: int = 0
    completed: int = 0
    fired: int = 0
    wrong: list[str] = field(default_factory=list)


def kill_over_and_over(
    url: str, procedure_name: str, kills: int, seed: int, said: Path
) -> Findings:
    """Run a worker on an empty database with the tables in it, and kill it this often."""
    procedure = unsigned(library.read(procedure_name))
    _prepare(url, procedure)
    chance = Random(seed)
    for number in range(kills):
        worker = os.fork()
        if worker == 0:
            _work_until_killed(url, procedure, Random(seed * 1_000_000 + number), said)
        _wait_for_work(said, chance.random() * LONGEST_LIFE)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
    return _look(url, procedure, said, kills)


def _prepare(url: str, procedure: Procedure) -> None:
    engine = database.connect(url)
    with database.writing(engine).begin() as session:
        version = library.rehearse(session, procedure, STARTED_AT)
        by = Person(name="Amina Okoro", email="amina", password_hash="", roles=ROLES)
        session.add(by)
        session.flush()
        children = [cases.Child(f"Child {number}") for number in range(CASES)]
        answers = {"referral_received_at": STARTED_AT, "serious_injury": True}
        cases.start(session, version, children, answers, by=by, now=STARTED_AT)
    engine.dispose()


def _work_until_killed(url: str, procedure: Procedure, chance: Random, said: Path) -> None:
    """Complete and fire for ever, and say so after each commit. Never returns."""
    library.remember(procedure)
    sessions = database.writing(database.connect(url))
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        while True:
            line = (
                _fire(sessions, chance)
                if chance.random() < 0.4
                else _complete(sessions, procedure, chance)
            )
            os.write(out, f"{line}\n".encode())
    except Exception as error:
        os.write(out, f"error {type(error).__name__} {error}\n".encode())
    finally:
        os._exit(1)


def _complete(sessions: sessionmaker[Session], procedure: Procedure, chance: Random) -> str:
    with sessions.begin() as session:
        now = _latest(session) + timedelta(minutes=chance.randrange(1, 50))
        open_tasks = session.scalars(select(Task).order_by(Task.key)).all()
        if not open_tasks:
            return "nothing"
        task = chance.choice(open_tasks)
        answers = invent(procedure.forms[task.element], now, chance)
        key = task.key
        session.expunge_all()
        cases.complete_task(
            session, key, answers, by=session.scalars(select(Person)).one(), now=now
        )
    return f"completed {key}"


def _fire(sessions: sessionmaker[Session], chance: Random) -> str:
    with sessions() as session:
        now = _latest(session) + timedelta(hours=chance.choice([1, 7, 30, 200]))
    fired = timers.fire_due(sessions, now, limit=4)
    if fired.failed:
        return f"error: timers failed in {fired.failed}"
    return f"fired {fired.count}"


def _latest(session: Session) -> datetime:
    return session.scalar(select(func.max(HistoryEntry.at))) or STARTED_AT


def _wait_for_work(said: Path, seconds: float) -> None:
    """Let the worker get going, then live a random moment longer."""
    begun = said.stat().st_size if said.exists() else 0
    patience = time.monotonic() + 10
    while time.monotonic() < patience and (said.stat().st_size if said.exists() else 0) == begun:
        time.sleep(0.002)
    time.sleep(seconds)


def _look(url: str, procedure: Procedure, said: Path, kills: int) -> Findings:
    library.remember(procedure)
    engine = database.connect(url)
    sessions = database.writing(engine)
    lines = [line.split(" ", 1) for line in said.read_text().splitlines()]
    findings = Findings(kills=kills, wrong=[" ".join(line) for line in lines if line[0] == "error"])
    with sessions() as session:
        completed = func.coalesce(Record.anew_key, Record.task_key)  # a step that was sent back
        kept = Counter(session.scalars(select(completed)))
        fired = Counter(_fired(session))
        ids = list(session.scalars(select(Case.id)))
    acknowledged = [line[1] for line in lines if line[0] == "completed"]
    findings.completed, findings.fired = len(kept), sum(fired.values())
    findings.wrong += [f"lost: {key}" for key in acknowledged if key not in kept]
    findings.wrong += [f"recorded twice: {key}" for key, count in kept.items() if count > 1]
    findings.wrong += [f"fired twice: {key}" for key, count in fired.items() if count > 1]
    for case_id in ids:
        findings.wrong += _differences(sessions, case_id)
    engine.dispose()
    return findings


def _fired(session: Session) -> Iterator[tuple[object, ...]]:
    columns = (Timer.case_id, Timer.kind, Timer.rule, Timer.scope, Timer.number, Timer.due_at)
    yield from (
        tuple(row) for row in session.execute(select(*columns).where(Timer.fired_at.is_not(None)))
    )


def _differences(sessions: sessionmaker[Session], case_id: int) -> Iterator[str]:
    """Compare the open tasks and waiting timers in the tables with those in the engine's state."""
    with sessions() as session:
        loaded = LoadedCase.load(session, case_id, now=_latest(session))
        in_engine = {
            each.key
            for instance in loaded.instances
            for each in loaded.running(instance).open_tasks()
        }
        if in_engine != loaded.tasks.keys():
            yield f"case {case_id}: open tasks differ from the engine's"
        waiting = {t.key for t in loaded.timers if t.kind == "passed" and not t.fired_at}
        drawn = {t.key for i in loaded.instances for t in loaded.running(i).timers()}
        if waiting != drawn:
            yield f"case {case_id}: waiting timers differ from the engine's"
