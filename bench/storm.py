"""A storm: thousands of timers due at the same midnight, fired by one worker and by two.

Every case is a copy of one that was started for real, with keys of its own, and has one timer due.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from app import worker
from app.config import Settings
from bench.walks import ROLES, STARTED_AT
from forms.local_time import LONDON
from processes import cases, database, library, timers
from processes.models import Base, Case, Fact, FamilyGroup, Incident, Instance, Person, Task, Timer
from processes.rows import add

MIDNIGHT = datetime(2026, 12, 5, tzinfo=LONDON)
PROCEDURE = "brighton_and_hove"
KEY = re.compile(rb"[0-9a-f]{32}")
BATCH = 1_000


@dataclass(frozen=True)
class Storm:
    """How a storm went: the rate is cases a second, from the first look to the last commit."""

    database: str
    workers: int
    timers: int
    seconds: float
    fired_twice: int
    not_fired: int
    incidents: int

    @property
    def rate(self) -> float:
        return self.timers / self.seconds


def gather(engine: Engine, count: int) -> None:
    """Fill an empty database that has the tables with cases of one timer due at midnight each."""
    sessions = database.writing(engine)
    procedure = library.read(PROCEDURE)
    with sessions.begin() as session:
        version = library.publish(session, procedure, by=None, now=STARTED_AT)
        by = Person(name="Amina Okoro", email="amina", password_hash="", roles=ROLES)
        session.add(by)
        session.flush()
        answers = {"referral_received_at": STARTED_AT, "serious_injury": True}
        child = cases.Child("Child 1", reference="first")
        cases.start(session, version, [child], answers, by=by, now=STARTED_AT)
        session.execute(delete(Timer).where(Timer.kind != "passed"))
    for start in range(1, count, BATCH):
        with sessions.begin() as session:
            _copy(session, range(start + 1, min(start + BATCH, count) + 1))


def _copy(session: Session, numbers: range) -> None:
    """Copy the first case under each of these numbers, with new keys throughout."""
    tables: tuple[type[Base], ...] = (Case, Instance, Fact, Task, Timer)
    first = {
        table: [dict(row._mapping) for row in session.execute(_rows_of_first(table))]
        for table in tables
    }
    rows: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in tables}
    for number in numbers:
        keys: dict[bytes, bytes] = {}
        for table, templates in first.items():
            for template in templates:
                rows[table].append(_renamed(table, template, number, keys))
    add(session.connection(), FamilyGroup, [{"id": number} for number in numbers])
    for table, copies in rows.items():
        add(session.connection(), table, copies)


def _rows_of_first(table: type[Base]) -> Any:
    column = table.__table__.c.id if table is Case else table.__table__.c.case_id
    return select(table.__table__).where(column == 1)


def _renamed(
    table: type[Base], row: dict[str, Any], number: int, keys: dict[bytes, bytes]
) -> dict[str, Any]:
    def rename(value: Any) -> Any:
        if isinstance(value, str):
            return rename(value.encode()).decode()
        if isinstance(value, dict):
            return {rename(key): each for key, each in value.items()}
        if isinstance(value, bytes):
            return KEY.sub(lambda m: keys.setdefault(m[0], uuid4().hex.encode()), value)
        return value

    copy = {name: rename(value) for name, value in row.items()}
    if table is Case:
        return {**copy, "id": number, "family_group_id": number, "reference": f"case {number}"}
    if table in (Fact, Timer):
        del copy["id"]
    copy["case_id"] = number
    if table is Fact:
        copy["record_id"] = None
    return copy


def fire_embedded(engine: Engine) -> float:
    """Fire everything in this process, as the embedded server does; return the seconds it took."""
    sessions = database.writing(engine)
    return _until_done(engine, lambda: timers.fire_due(sessions, MIDNIGHT))


def fire_with_workers(engine: Engine, workers: int) -> float:
    """Fire everything with workers, each a process; return the seconds until nothing was due."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "bench.storm", url]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(workers)
        ]
        for each in processes:
            each.stdout.readline()  # type: ignore[union-attr]  # it is ready
        begun = time.perf_counter()
        for each in processes:
            each.stdin.write("go\n")  # type: ignore[union-attr]
            each.stdin.flush()  # type: ignore[union-attr]
        while _is_due(database.reading(engine)) and all(each.poll() is None for each in processes):
            time.sleep(0.1)
        seconds = time.perf_counter() - begun
        for each in processes:
            each.terminate()
        return seconds


def look(engine: Engine, workers: int, count: int, seconds: float) -> Storm:
    """Count what fired, what fired twice and what did not."""
    with database.reading(engine)() as session:
        fired = select(Timer.case_id).where(Timer.fired_at.is_not(None), Timer.kind == "passed")
        times = Counter(session.scalars(fired))
        incidents = session.scalar(select(func.count()).select_from(Incident)) or 0
    return Storm(
        database=engine.dialect.name,
        workers=workers,
        timers=count,
        seconds=seconds,
        fired_twice=sum(1 for each in times.values() if each > 1),
        not_fired=count - len(times),
        incidents=incidents,
    )


def _until_done(engine: Engine, work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    while _is_due(database.reading(engine)):
        work()
    return time.perf_counter() - begun


def _is_due(reading: sessionmaker[Session]) -> bool:
    with reading() as session:
        return bool(timers.due_cases(session, MIDNIGHT, 1))


if __name__ == "__main__":
    engine = database.connect(sys.argv[1])
    with database.reading(engine)() as session:
        version = library.in_force(session, PROCEDURE, STARTED_AT.date())
        library.remember(library.procedure_of(version))
    print("ready", flush=True)
    sys.stdin.readline()
    worker.work(engine, Settings(), now=lambda: MIDNIGHT)
