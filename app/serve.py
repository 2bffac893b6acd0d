"""The embedded server: one process that answers pages and fires timers, with nothing else to start."""

import signal
import threading
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from waitress import create_server

from app.config import Settings
from processes import database, timers

SECONDS_BETWEEN_SWEEPS = 1.0

log = structlog.get_logger()


class TimerThread(threading.Thread):
    """Fires what is due, about once a second, until it is told to stop."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="timers", daemon=True)
        self._sessions = database.writing(engine)
        self._reading = database.reading(engine)
        self._told_to_stop = threading.Event()

    def run(self) -> None:
        while not self._told_to_stop.wait(SECONDS_BETWEEN_SWEEPS):
            try:
                timers.fire_due(self._sessions, datetime.now(UTC))
            except SQLAlchemyError:  # the database may be back at the next sweep
                log.exception("timers could not be read")

    def stop(self) -> None:
        """Let the sweep that is under way finish, and no other begin."""
        self._told_to_stop.set()
        self.join(timeout=10)


def run(app: Flask, settings: Settings) -> None:
    """Serve until somebody stops the process; requests and a sweep under way are finished first."""
    server: Any = create_server(
        app, host=settings.host, port=settings.port, threads=settings.threads, ident=None
    )
    timer_thread = TimerThread(app.extensions["engine"])
    timer_thread.start()
    signal.signal(signal.SIGTERM, _stop)
    print(f"Serving on http://{settings.host}:{settings.port} – press Ctrl+C to stop.", flush=True)
    server.run()  # returns when a signal asks it to
    timer_thread.stop()
    app.extensions["engine"].dispose()
    print("Stopped.", flush=True)


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
