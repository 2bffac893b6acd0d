"""Connections to PostgreSQL that are not kept waiting, and keep what they have prepared.

A change of a case writes a dozen statements whose answers nobody reads. Here such a one is sent
and not waited for, in psycopg's pipeline mode; what is asked waits for its own answer and for all
that was sent before it. Whatever failed is raised by the next that waits, at the latest by the
commit, and no later one of its transaction has counted.

psycopg has the server forget every prepared statement when a transaction is rolled back, since one
that failed may not have been prepared. A transaction that only reads is therefore ended by a
commit: else the server would plan every statement anew after each page that somebody looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from typing import Any

import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus

_FORGETTING = "ROLLBACK", "DROP", "ALTER"  # statements after which psycopg forgets, too


class Connection(psycopg.Connection[Any]):
    """A connection in pipeline mode. Its transactions are begun by whoever has it."""

    pipe: psycopg.Pipeline
    _modes: ExitStack
    _only_reads = False

    @classmethod
    def open(cls, *arguments: Any, **named: Any) -> Connection:
        opened = cls.connect(*arguments, **named, autocommit=True, cursor_factory=Cursor)
        opened._modes = ExitStack()
        opened.pipe = opened._modes.enter_context(opened.pipeline())
        return opened

    def begin(self, *, only_reads: bool = False) -> None:
        self._only_reads = only_reads
        Cursor(self).send("BEGIN READ ONLY" if only_reads else "BEGIN")

    def rollback(self) -> None:
        self.settle()
        status = self.info.transaction_status
        if status == TransactionStatus.INTRANS and self._only_reads:
            self.commit()
        elif status != TransactionStatus.IDLE:
            super().rollback()

    def run(self, script: str) -> None:
        """Run several commands in one, which a pipeline does not take."""
        self.pipe.sync()
        self._modes.close()
        try:
            psycopg.Cursor(self).execute(script)
        finally:
            self.pipe = self._modes.enter_context(self.pipeline())

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._modes.close()
        super().close()

    def settle(self) -> None:
        """Have an end to what was sent before, whether or not it failed."""
        with suppress(psycopg.Error):
            if self.pipe.result_queue or self.pipe.status == PipelineStatus.ABORTED:
                self.pipe.sync()


class Cursor(psycopg.Cursor[Any]):
    """A cursor that answers as any does, and may be told what nobody waits for."""

    connection: Connection

    def execute(self, *arguments: Any, **named: Any) -> Cursor:
        self._answer(lambda: super(Cursor, self).execute(*arguments, **named))
        return self

    def executemany(self, *arguments: Any, **named: Any) -> None:
        self._answer(lambda: super(Cursor, self).executemany(*arguments, **named))

    def send(self, statement: str, given: Any = None) -> None:
        """Send a statement. Its rows are there when they are fetched."""
        super().execute(statement, given, prepare=True)

    def send_all(self, statement: str, given: Iterable[Any]) -> None:
        """Send a statement once for each that is given."""
        super().executemany(statement, given)

    def _answer(self, send: Callable[[], object]) -> None:
        try:
            send()
            self.connection.pipe.sync()
        except psycopg.Error:
            self.connection.settle()
            raise
        if (self.statusmessage or "").startswith(_FORGETTING):
            # it tells the server to forget after the next statement, which must not prepare any
            psycopg.Cursor(self.connection).execute("SELECT 1", prepare=False)
