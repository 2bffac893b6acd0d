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
from psycopg.pq import PipelineStatus

_FORGETTING = "ROLLBACK", "DROP", "ALTER"  # statements after which psycopg forgets, too


class Connection(psycopg.Connection[Any]):
    """A connection in pipeline mode. Its transactions are begun by whoever has it.

    Whether one is open is kept here: the driver knows only as of the last answer it waited for.
    """

    pipe: psycopg.Pipeline
    _modes: ExitStack
    _is_open = _only_reads = False

    @classmethod
    def open(cls, *arguments: Any, **named: Any) -> Connection:
        opened = cls.connect(*arguments, **named, autocommit=True, cursor_factory=Cursor)
        opened._modes = ExitStack()
        opened.pipe = opened._modes.enter_context(opened.pipeline())
        return opened

    def begin(self, *, only_reads: bool = False) -> None:
        self._is_open, self._only_reads = True, only_reads
        Cursor(self).send("BEGIN READ ONLY" if only_reads else "BEGIN")

    def commit(self) -> None:
        if self._is_open:
            said = self.execute("COMMIT", prepare=False).statusmessage
            if said != "COMMIT":
                raise psycopg.errors.InFailedSqlTransaction(f"{said} is all that was possible")
            self._is_open = False

    def rollback(self) -> None:
        if self._is_open:
            self.settle()
            if self._only_reads:
                with suppress(psycopg.errors.InFailedSqlTransaction):
                    self.commit()
            else:
                super().rollback()
            self._is_open = False

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

    def answer(self) -> None:
        """Wait for the answers to all that was sent."""
        try:
            self.pipe.sync()
        except psycopg.Error:
            self.settle()
            raise

    def settle(self) -> None:
        """Have an end to what was sent before, whether or not it failed."""
        with suppress(psycopg.Error):
            if self.pipe.result_queue or self.pipe.status == PipelineStatus.ABORTED:
                self.pipe.sync()


class Cursor(psycopg.Cursor[Any]):
    """A cursor that answers as any does, and may be told what nobody waits for."""

    connection: Connection

    def execute(self, *arguments: Any, **named: Any) -> Cursor:
        self._answered(lambda: super(Cursor, self).execute(*arguments, **named))
        return self

    def executemany(self, *arguments: Any, **named: Any) -> None:
        self._answered(lambda: super(Cursor, self).executemany(*arguments, **named))

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except psycopg.Error:
            self.connection.settle()
            raise

    def send(self, statement: str, given: Any = None) -> None:
        """Send a statement. Its rows are there when all of them are fetched."""
        super().execute(statement, given, prepare=True)

    def send_all(self, statement: str, given: Iterable[Any]) -> None:
        """Send a statement once for each that is given."""
        super().executemany(statement, given)

    def _answered(self, send: Callable[[], object]) -> None:
        try:
            send()
        except psycopg.Error:
            self.connection.settle()
            raise
        self.connection.answer()
        if (self.statusmessage or "").startswith(_FORGETTING):
            # it tells the server to forget after the next statement, which must not prepare any
            psycopg.Cursor(self.connection).execute("SELECT 1", prepare=False)
