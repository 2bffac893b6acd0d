"""The embedded server: one process that answers pages and fires timers, with nothing else to start.

What it must do before, migrating and publishing, needs more memory than answering; when there is
some of it to do, a process of its own does it, while this one answers already.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, make_response, request
from sqlalchemy import Engine, inspect, select, text
from waitress import create_server

from app import errors, mail, standing
from app.config import PROJECT, Settings
from processes import attachments, database, incidents, library, telling, timers
from processes.models import Person

SECONDS_BETWEEN_SWEEPS = 1.0
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
VERSIONS = PROJECT / "app" / "migrations" / "versions"


class Background(threading.Thread):
    """Prepares the database when it has to be, then fires and tells what is due, each second."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(name="timers", daemon=True)
        self.engine, self._settings = engine, settings
        self.migrated = threading.Event()
        self._reading, self._sessions = database.reading(engine), database.writing(engine)
        self._told_to_stop = threading.Event()
        self._clears_at = datetime.min.replace(tzinfo=UTC)
        if is_migrated(engine):
            self.migrated.set()
        self._has_to_prepare = not self.migrated.is_set() or not is_prepared(engine, settings)

    def run(self) -> None:
        if self._has_to_prepare and not self._prepare():
            if not self._told_to_stop.is_set():
                os.kill(os.getpid(), signal.SIGTERM)  # the preparation has said why
            return
        with mail.sending(self.engine, self._settings):
            while not self._told_to_stop.wait(SECONDS_BETWEEN_SWEEPS):
                self.sweep()

    def stop(self) -> None:
        """Let the sweep that is under way finish, and no other begin."""
        self._told_to_stop.set()
        self.join(timeout=10)

    def sweep(self) -> None:
        """Fire and tell what is due; once a day clear files that nobody names."""
        now = datetime.now(UTC)
        try:
            timers.fire_due(self._sessions, now)
            with self._reading() as session:
                untold = telling.untold_cases(session, now, telling.SWEEP_CASES)
            telling.tell_cases(self._sessions, untold, now)
            if now >= self._clears_at:
                with self._sessions.begin() as session:
                    attachments.clear(session, now)
                self._clears_at = now + timedelta(days=1)
        except Exception as error:  # whatever it is, the next sweep tries again
            incidents.tell("could not look for what is due", error)

    def _prepare(self) -> bool:
        command = [sys.executable, "-m", "flask", "--app", "app", "prepare"]
        with subprocess.Popen(command, cwd=PROJECT) as preparing:
            while preparing.poll() is None:
                if self._told_to_stop.wait(0.2):
                    preparing.terminate()
                elif not self.migrated.is_set() and is_migrated(self.engine):
                    self.migrated.set()
        return preparing.returncode == 0


def run(app: Flask, settings: Settings) -> None:
    """Serve until somebody stops the process; what is under way is finished first."""
    _give_memory_back()
    background = Background(app.extensions["engine"], settings)
    if not background.migrated.is_set():
        app.before_request_funcs.setdefault(None, []).insert(0, _ask_to_wait(background.migrated))
    try:
        server: Any = create_server(
            app, host=settings.host, port=settings.port, threads=settings.threads, ident=None
        )
    except ValueError:  # so it calls a host that has no address
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL)) from None
    signal.signal(signal.SIGTERM, _stop)
    background.start()
    print(f"Serving on http://{settings.host}:{settings.port} – press Ctrl+C to stop.", flush=True)
    server.run()  # returns when a signal asks it to
    background.stop()
    app.extensions["engine"].dispose()
    print("Stopped.", flush=True)


def is_migrated(engine: Engine) -> bool:
    """Say whether the database has the newest schema, without loading what migrates it."""
    newest = max(path.name for path in VERSIONS.glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return newest.startswith(
            str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        )


def is_prepared(engine: Engine, settings: Settings) -> bool:
    """Say whether every procedure of the folder is published, and somebody may sign in."""
    root = settings.procedures
    with database.reading(engine)() as session:
        if settings.offers_demo and session.scalars(select(Person.id).limit(1)).first() is None:
            return False
        latest = standing.latest_hashes(session)
    try:
        now = {name: library.read(name, root).hash for name in library.names(root)}
    except library.ProcedureNotReadable:
        return False  # the preparation says why
    return all(latest.get(name) == hash for name, hash in now.items())


def _ask_to_wait(migrated: threading.Event) -> Any:
    def ask() -> Response | None:
        if migrated.is_set() or request.path.startswith(("/static/", "/health/live")):
            return None
        advice = "The database is being prepared. This page comes back by itself in a moment."
        page = errors.page("Getting ready", advice)
        return make_response(page, 503, {"Refresh": "1", "Retry-After": "1"})

    return ask


def _give_memory_back() -> None:
    """Let glibc return what a request needed, and keep none for each thread; see mallopt(3)."""
    with contextlib.suppress(AttributeError, OSError):  # another C library does as it does
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, 512 * 1024)
        mallopt(M_TRIM_THRESHOLD, 512 * 1024)


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
