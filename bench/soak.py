"""`make soak`: the random walks, the kills of workers and of senders, two people at
one case, and the storm, in full.

It says what it found.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from app.migrations import upgrade
from bench import bare, kills, letters, pair, report, storm, walks
from bench.stores import own_server, postgresql_database
from bench.storm import Storm
from processes import database, library

WALKS, KILLS, TIMERS, BARE_TIMERS = 500, 200, 20_000, 1_000
PAIR_SECONDS = 600


def main() -> int:
    """Run everything; return how many things were wrong."""
    wrong = _walk()
    with own_server() as postgresql:
        for kind in ("sqlite", "postgresql"):
            wrong += _kill(kind, postgresql)
            wrong += _kill_senders(kind, postgresql)
            wrong += _pair(kind, postgresql)
        wrong += storms(postgresql)
    print(f"{wrong} things were wrong.")
    return wrong


def storms(postgresql: str) -> int:
    """Let the storm come over each database, and write how it went beside the bare transaction."""
    found: list[Storm] = []
    with _database("postgresql", postgresql) as gathered:
        storm.gather(gathered, TIMERS)
        gathered.dispose()
        for workers in (1, 2):
            with postgresql_database(postgresql, str(gathered.url.database)) as url:
                engine = database.connect(url)
                seconds = storm.fire_with_workers(engine, workers)
                found.append(storm.look(engine, workers, TIMERS, seconds))
                engine.dispose()
    with _database("sqlite", postgresql) as engine:
        storm.gather(engine, TIMERS)
        found.append(storm.look(engine, 0, TIMERS, storm.fire_embedded(engine)))
    rates = {kind: _bare_rate(kind, postgresql) for kind in ("sqlite", "postgresql")}
    lines = [_said(each, rates[each.database]) for each in found]
    print("\n".join(lines), flush=True)
    table = "\n".join(f"- {line}" for line in lines)
    report.write_storm(Path(__file__).parent / "results.md", f"{table}\n")
    return sum(each.fired_twice + each.not_fired + each.incidents for each in found)


def _bare_rate(kind: str, postgresql: str) -> float:
    """Return how many timers a second their statements alone would take, sent again."""
    with _database(kind, postgresql) as engine:
        tape = bare.put_on(engine)
        storm.gather(engine, BARE_TIMERS)
        with tape.measuring():
            storm.fire_embedded(engine)
    with _database(kind, postgresql) as engine:
        return BARE_TIMERS / bare.play(engine, tape)


def _said(found: Storm, bare_rate: float) -> str:
    who = f"{found.workers} worker{'s' * (found.workers > 1)}" if found.workers else "embedded"
    return (
        f"{found.timers:,} timers due at one midnight on {found.database}, {who}:"
        f" {found.rate:.0f} a second, 1/{bare_rate / found.rate:.1f} of the bare transaction;"
        f" {found.fired_twice} fired twice, {found.not_fired} did not fire,"
        f" {found.incidents} incidents."
    )


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


def _kill_senders(kind: str, postgresql: str) -> int:
    with _database(kind, postgresql) as engine:
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        found = letters.kill_senders(url, KILLS, 1)
    for wrong in found.wrong:
        print(f"  {wrong}")
    print(
        f"{found.kills} kills of a sender on {kind}: {found.sent} mails sent, {found.doubted} in"
        f" doubt; {len(found.wrong)} doubled or lost.",
        flush=True,
    )
    return len(found.wrong)


def _pair(kind: str, postgresql: str) -> int:
    with _database(kind, postgresql) as engine:
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        found = pair.work_together(url, 1, PAIR_SECONDS)
    for wrong in found.wrong:
        print(f"  {wrong}")
    print(
        f"Two people at one case on {kind} for {PAIR_SECONDS // 60} minutes: {found.requests}"
        f" requests, {found.completed} tasks completed, {len(found.words)} texts typed;"
        f" {len(found.wrong)} lost, undone or answered by an error page.",
        flush=True,
    )
    return len(found.wrong)


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
