"""The database: one engine a process, one session a request or a case's timers.

SQLite and PostgreSQL run the same code. On SQLite a writing session takes the write lock when it
begins (`BEGIN IMMEDIATE`), so two writers wait for each other instead of failing half-way; on
PostgreSQL the case's row is locked. Nothing here commits.

What a statement was given is kept out of its errors, and so out of every log: it may be a child's.
"""

import os
import sqlite3
from time import monotonic
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from processes.prepared import errors_of

BUSY_SECONDS = 30
IDLE_SECONDS = 2.0  # after which a connection to PostgreSQL may have been ended by the other side
# What is no fault of whoever asks. Of PostgreSQL, how its codes begin: the connection, one that may
# only read, a transaction rolled back for another, too little room, locks, operators, the system.
_AWAY = ("08", "25006", "40", "53", "55", "57", "58")
_AWAY_SQLITE = frozenset(
    getattr(sqlite3, f"SQLITE_{name}")
    for name in "BUSY LOCKED NOMEM READONLY INTERRUPT IOERR FULL CANTOPEN PROTOCOL".split()
)
# Without a code it is the way to the database that failed, also for other users of a driver.
_AWAY_KINDS = {"OperationalError", "InterfaceError", "DisconnectionError", "TimeoutError"}


def connect(url: str) -> Engine:
    """Return an engine for this database. It connects when first used."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url, in_memory=address.database in (None, "", ":memory:"))
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return _postgresql(address)


def reading(engine: Engine) -> sessionmaker[Session]:
    """Return a maker of sessions that only read."""
    reads = engine.execution_options(writes=False)
    return sessionmaker(reads, expire_on_commit=False)


def writing(engine: Engine) -> sessionmaker[Session]:
    """Return a maker of sessions that write: they hold SQLite's write lock from their beginning."""
    writes = engine.execution_options(writes=True)
    return sessionmaker(writes, expire_on_commit=False, autoflush=False)


def is_away(error: BaseException) -> bool:
    """Say whether an error is the database's own trouble, which everybody has until it is over."""
    said = _driver_error(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if code := getattr(said, "sqlstate", None):
        return str(code).startswith(_AWAY)
    if code := getattr(said, "sqlite_errorcode", None):
        return code & 0xFF in _AWAY_SQLITE  # the rest of it says more exactly why
    return any(each.__name__ in _AWAY_KINDS for each in (*type(error).__mro__, *type(said).__mro__))


def says(error: BaseException) -> str:
    """Return what the database says is the matter, in one line; details may be a child's."""
    said = _driver_error(error)
    plain = getattr(getattr(said, "diag", None), "message_primary", None)
    return " ".join(f"{plain or said}".split())


def _driver_error(error: BaseException) -> BaseException:
    """Return what the driver raised, beneath what SQLAlchemy or another made of it."""
    return (error.orig if isinstance(error, DBAPIError) else error.__cause__) or error


def _postgresql(address: URL) -> Engine:
    engine = create_engine(address, pool_size=8, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, arguments: Any, named: Any) -> Any:
        from processes.postgresql import Connection  # SQLite does without its driver

        return Connection.open(*arguments, **named)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        only_reads = connection.get_execution_options().get("writes") is False
        with errors_of(connection, "BEGIN"):
            connection.connection.driver_connection.begin(only_reads=only_reads)

    _ask_after_idling(engine)
    return engine


def _ask_after_idling(engine: Engine) -> None:
    """Find out whether a connection that was left alone for a while is still one.

    SQLAlchemy's `pool_pre_ping` asks whenever a connection is taken, which is a round trip more for
    every transaction.
    """

    @event.listens_for(engine, "checkin")
    def _left(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["left_at"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _taken(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - record.info.get("left_at", monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # SQLAlchemy takes a new one


def _stay_with_the_file(engine: Engine, path: str) -> None:
    """Work on the file that has the database's name, and on no other.

    Of a file that is removed, SQLite goes on writing what nobody will ever find; and it begins an
    empty one where there was a database before.
    """
    begun = False

    @event.listens_for(engine, "do_connect")
    def _there(*_: object) -> None:
        if begun and _which(path) is None:
            raise _gone(path)

    @event.listens_for(engine, "connect")
    def _opened(_connection: object, record: ConnectionPoolEntry) -> None:
        nonlocal begun
        record.info["file"], begun = _which(path), True

    @event.listens_for(engine, "checkout")
    def _same(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        found = _which(path)
        if found is None:
            raise _gone(path)
        if found != record.info["file"]:
            raise DisconnectionError("Another file was put in its place.")  # it is opened anew


def _which(path: str) -> tuple[int, int] | None:
    """Return what tells a file from any other, whatever its name, if it is there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _gone(path: str) -> OperationalError:
    return OperationalError("", None, sqlite3.OperationalError(f"the file {path} is not there"))


def _sqlite(url: str, *, in_memory: bool) -> Engine:
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    arguments: dict[str, Any] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    arguments["cached_statements"] = 48  # 10 kB each, for every connection
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-256")  # kB; the system keeps the rest, once

    if not in_memory and not str(engine.url.database).startswith("file:"):
        _stay_with_the_file(engine, str(engine.url.database))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
