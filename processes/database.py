"""The database: one engine a process, one session a request or a case's timers.

SQLite and PostgreSQL run the same code. On SQLite a writing session takes the write lock when it
begins (`BEGIN IMMEDIATE`), so two writers wait for each other instead of failing half-way; on
PostgreSQL the case's row is locked. Nothing here commits.
"""

import sqlite3
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 30


def connect(url: str) -> Engine:
    """Return an engine for this database. It connects when first used."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url, in_memory=address.database in (None, "", ":memory:"))
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True, pool_size=8)


def reading(engine: Engine) -> sessionmaker[Session]:
    """Return a maker of sessions that only read."""
    return sessionmaker(engine, expire_on_commit=False)


def writing(engine: Engine) -> sessionmaker[Session]:
    """Return a maker of sessions that write: they hold SQLite's write lock from their beginning."""
    writes = engine.execution_options(writes=True)
    return sessionmaker(writes, expire_on_commit=False, autoflush=False)


def _sqlite(url: str, *, in_memory: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
