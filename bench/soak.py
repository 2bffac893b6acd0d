"""`make soak`: the random walks, the kills and the storm in full. It says what it found."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from app.migrations import upgrade
from bench import kills, storm, walks
from bench.stores import own_server, postgresql_database
from processes import database, library

WALKS, KILLS, TIMERS = 500, 200, 20_000


def main() -> int:
    """Run everything; return how many things were wrong."""
    wrong = _walk()
    with own_server() as postgresql:
        for kind in ("sqlite", "postgresql"):
            wrong += _kill(kind, postgresql)
        wrong += _storm("sqlite", postgresql, workers=0)
        for workers in (1, 2):
            wrong += _storm("postgresql", postgresql, workers=workers)
    print(f"{wrong} things were wrong.")
    return wrong


def _walk() -> int:
    different, begun, names = 0, time.monotonic(), library.names()
    for number, name in enumerate(names):
        procedure = walks.unsigned(library.read(name))
        for seed in range(number, WALKS, len(names)):
            anew = walks.walk(walks.WalkingAnew(procedure), procedure, seed)
            if anew != walks.walk(walks.WalkingOn(procedure), procedure, seed):
                different += 1
                print(f"  walk {seed} of {name} ends differently")
    seconds = time.monotonic() - begun
    print(
        f"{WALKS} random walks of {walks.STEPS} steps through {len(names)} procedures, reloaded"
        f" at every step and without: {different} ended differently. {seconds:.0f} s.",
        flush=True,
    )
    return different


def _kill(kind: str, postgresql: str) -> int:
    with _database(kind, postgresql) as engine, tempfile.TemporaryDirectory() as folder:
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        found = kills.kill_over_and_over(url, "brighton_and_hove", KILLS, 1, Path(folder, "said"))
    for wrong in found.wrong:
        print(f"  {wrong}")
    print(
        f"{found.kills} kills on {kind}: {found.completed} tasks completed, {found.fired} timers"
        f" fired; {len(found.wrong)} lost, doubled or broken.",
        flush=True,
    )
    return len(found.wrong)


def _storm(kind: str, postgresql: str, *, workers: int) -> int:
    with _database(kind, postgresql) as engine:
        storm.gather(engine, TIMERS)
        if workers:
            seconds = storm.fire_with_workers(engine, workers)
        else:
            seconds = storm.fire_embedded(engine)
        found = storm.look(engine, workers, TIMERS, seconds)
    print(
        f"{found.timers} timers due at one midnight on {kind}, "
        f"{f'{workers} worker(s)' if workers else 'embedded'}: {found.rate:.0f} a second; "
        f"{found.fired_twice} fired twice, {found.not_fired} not, {found.incidents} incidents.",
        flush=True,
    )
    return found.fired_twice + found.not_fired + found.incidents


@contextmanager
def _database(kind: str, postgresql: str) -> Iterator[Engine]:
    """Open an empty database of this kind, with the tables in it."""
    with ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{folder}/soak.sqlite"
        else:
            url = stack.enter_context(postgresql_database(postgresql, "template0"))
        engine = database.connect(url)
        upgrade(engine)
        yield engine
        engine.dispose()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
