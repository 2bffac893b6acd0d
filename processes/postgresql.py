"""Connections to PostgreSQL that are not kept waiting, and keep what they have prepared.

A change of a case writes a dozen statements whose answers nobody reads. Here such a one is sent
and not waited for, in psycopg's pipeline mode; what is asked waits for its own answer and for all
that was sent before it. Whatever failed is raised by the next that waits, at the latest by the
commit, and no later one of its transaction has counted.

psycopg has the server forget every prepared statement when a transaction is rolled back, as each
does that only read. Here none outlives the schema it was prepared for, since migrating is a process
of its own: without that, the server would plan every statement anew after each page.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import Any

import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus


class Connection(psycopg.Connection[Any]):
    """A connection in pipeline mode. Its transactions are begun by whoever has it."""

    pipe: psycopg.Pipeline
    _modes: ExitStack

    @classmethod
    def open(cls, *arguments: Any, **named: Any) -> Connection:
        opened = cls.connect(*arguments, **named, autocommit=True, cursor_factory=Cursor)
        opened._modes = ExitStack()
        opened.pipe = opened._modes.enter_context(opened.pipeline())
        return opened

    def begin(self) -> None:
        Cursor(self).send("BEGIN")

    def rollback(self) -> None:
        self.settle()
        if self.info.transaction_status != TransactionStatus.IDLE:
            self.execute("ROLLBACK", prepare=False)

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
        self._answered(lambda: super(Cursor, self).execute(*arguments, **named))
        return self

    def executemany(self, *arguments: Any, **named: Any) -> None:
        self._answered(lambda: super(Cursor, self).executemany(*arguments, **named))

    def send(self, statement: str, given: Any = None) -> None:
        """Send a statement. Its rows are there when they are fetched."""
        super().execute(statement, given)

    def send_all(self, statement: str, given: Iterable[Any]) -> None:
        """Send a statement once for each that is given."""
        super().executemany(statement, given)

    def _answered(self, send: Any) -> None:
        try:
            send()
            self.connection.pipe.sync()
        except psycopg.Error:
            self.connection.settle()
            raise
