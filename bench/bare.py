"""The bare transaction: the very statements of ours, sent again without us.

A tape keeps what an engine sent to its database, transaction by transaction. Played on a fresh
database through the raw driver it writes the same rows, with the same commits and nothing between.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event


@dataclass
class Transaction:
    """What was sent between a begin and its commit or rollback, and whether that was measured."""

    is_measured: bool
    statements: list[tuple[str, Any, bool]] = field(default_factory=list)  # last: many at once
    ending: str = ""


@dataclass
class Tape:
    """Everything an engine sent since it was put on; `is_measured` marks what is sent now."""

    transactions: list[Transaction] = field(default_factory=list)
    is_measured: bool = False

    @contextmanager
    def measuring(self, is_measured: bool = True) -> Iterator[None]:
        self.is_measured = is_measured
        yield
        self.is_measured = False

    @property
    def statements(self) -> int:
        """How many statements the measured transactions have."""
        return sum(len(each.statements) for each in self.transactions if each.is_measured)


def put_on(engine: Engine) -> Tape:
    """Keep whatever this engine sends from now on."""
    tape = Tape()

    @event.listens_for(engine, "before_cursor_execute")
    def _sent(
        _on: Connection, _cursor: Any, statement: str, given: Any, _context: Any, many: bool
    ) -> None:
        if not tape.transactions or tape.transactions[-1].ending:
            tape.transactions.append(Transaction(tape.is_measured))
        tape.transactions[-1].statements.append((statement, given, many))

    @event.listens_for(engine, "commit")
    def _committed(_on: Connection) -> None:
        _end(tape, "commit")

    @event.listens_for(engine, "rollback")
    def _rolled_back(_on: Connection) -> None:
        _end(tape, "rollback")

    return tape


def play(engine: Engine, tape: Tape) -> float:
    """Send a tape's statements through the raw driver; return the seconds of what is measured."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    begin = getattr(raw.driver_connection, "begin", None)  # SQLite is told by a statement
    seconds = 0.0
    for transaction in tape.transactions:
        began = time.perf_counter()
        if begin:
            begin()
        for statement, given, many in transaction.statements:
            (cursor.executemany if many else cursor.execute)(statement, given)
            if cursor.description:
                cursor.fetchall()
        (raw.commit if transaction.ending == "commit" else raw.rollback)()
        if transaction.is_measured:
            seconds += time.perf_counter() - began
    raw.close()
    return seconds


def _end(tape: Tape, ending: str) -> None:
    if tape.transactions and not tape.transactions[-1].ending:
        tape.transactions[-1].ending = ending
