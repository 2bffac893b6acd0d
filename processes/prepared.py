"""Statements that are written out once for each kind of database and then handed to its driver.

A completed task has a dozen, and of what an ordinary execution of one costs, SQLAlchemy's context
and result around it are the larger part. What its types make of values stays the same, whoever
listens to what is sent is told, and the driver's errors are raised as SQLAlchemy's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Statement = Select[Any] | Insert | Update | Delete
Given = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """One statement, for any database."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._written: dict[str, _Written] = {}

    def rows(self, session: Session, given: Given) -> list[Sequence[Any]]:
        """Execute it and return the rows that it gives."""
        return self.send(session, [given]).rows()

    def send(self, session: Session, given: Sequence[Given]) -> Answer:
        """Execute it once for each that is given, if any."""
        if not given:
            return Answer()
        connection = session.connection()
        written = self._written.get(connection.dialect.name)
        if written is None:
            written = _Written(self.statement, connection.dialect)
            self._written[connection.dialect.name] = written
        many = len(given) > 1
        sent = [written.bind(each) for each in given] if many else written.bind(given[0])
        cursor: Any = connection.connection.cursor()
        for tell in connection.dispatch.before_cursor_execute:
            tell(connection, cursor, written.text, sent, None, many)
        with (_at_once if many else _errors_of)(connection, written.text):
            for each in sent if many else (sent,):
                cursor.execute(written.text, each)
        return Answer(written, cursor)


class Answer:
    """What the database answers to a statement. Within `at_once` it is there when that ends."""

    def __init__(self, written: _Written | None = None, cursor: Any = None) -> None:
        self._written, self._cursor = written, cursor

    def rows(self) -> list[Sequence[Any]]:
        """Return the rows that it gives."""
        return self._written.read(self._cursor.fetchall()) if self._written else []


@contextmanager
def at_once(session: Session) -> Iterator[None]:
    """Send PostgreSQL what is sent within together: one round trip, and not one for each.

    Nothing but prepared statements may be sent within, and none may need what another answers.
    """
    with _at_once(session.connection(), "statements sent at once"):
        yield


@contextmanager
def _at_once(connection: Connection, text: str) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    is_postgresql = connection.dialect.name == "postgresql"
    begins = is_postgresql and not driver.pgconn.pipeline_status  # what is within needs no other
    with _errors_of(connection, text), driver.pipeline() if begins else nullcontext():
        yield


class _Written:
    """A statement in the words of one kind of database; how values go into it and come out."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = compiled.string
        self._places = compiled.positiontup
        self._into: dict[str, tuple[Any, Convert | None]] = {
            name: (each.value, each.type.dialect_impl(dialect).bind_processor(dialect))
            for name, each in compiled.binds.items()
        }
        found = (
            each.type.dialect_impl(dialect).result_processor(dialect, None)
            for each in statement.exported_columns
        )
        self._out = [(place, convert) for place, convert in enumerate(found) if convert]

    def bind(self, given: Given) -> Any:
        """Return values as the driver takes them: by place, or by name."""
        values = {}
        for name, (usual, convert) in self._into.items():
            value = given.get(name, usual)
            values[name] = convert(value) if convert else value
        return values if self._places is None else tuple(values[each] for each in self._places)

    def read(self, found: list[Any]) -> list[Sequence[Any]]:
        """Return rows as SQLAlchemy's types say them."""
        rows = [list(row) for row in found]
        for row in rows:
            for place, convert in self._out:
                row[place] = convert(row[place])
        return cast(list[Sequence[Any]], rows)


@contextmanager
def _errors_of(connection: Connection, text: str) -> Iterator[None]:
    """Raise the driver's error as SQLAlchemy raises it; a connection that is gone is let go."""
    dialect = connection.dialect
    dbapi: Any = dialect.loaded_dbapi
    try:
        yield
    except dbapi.Error as error:
        is_gone = dialect.is_disconnect(error, connection.connection, None)
        said = DBAPIError.instance(
            text, None, error, dbapi.Error, connection_invalidated=is_gone, dialect=dialect
        )
        if is_gone:
            connection.invalidate(error)
        raise cast(BaseException, said) from error
