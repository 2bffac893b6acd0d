"""Statements that are written out once for each kind of database and then handed to its driver.

A completed task has a dozen, and of what an ordinary execution of one costs, SQLAlchemy's context
and result around it are the larger part. What its types make of values stays the same, whoever
listens to what is sent is told, and the driver's errors are raised as SQLAlchemy's own.

PostgreSQL does not let a statement wait whose answer nobody reads: see `processes.postgresql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import CompoundSelect, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete
Given = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """One statement, for any database."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._written: dict[str, _Written] = {}

    def rows(self, connection: Connection, given: Given) -> list[Sequence[Any]]:
        """Execute it and return the rows that it gives."""
        return self.ask(connection, given).rows()

    def ask(self, connection: Connection, given: Given) -> Answer:
        """Have it executed; its rows can be read from then on, when they are wanted."""
        written = self._in_words_of(connection.dialect)
        return Answer(connection, written, written.send(connection, written.bind(given)))

    def send(self, connection: Connection, given: Sequence[Given]) -> None:
        """Have it executed once for each that is given, if any."""
        written = self._in_words_of(connection.dialect)
        sent = [written.bind(each) for each in given]
        if sent:
            written.send(connection, *sent)

    def _in_words_of(self, dialect: Dialect) -> _Written:
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _Written(self.statement, dialect)
        return written


class Answer:
    """What the database answers to a statement."""

    def __init__(self, connection: Connection, written: _Written, cursor: Any) -> None:
        self._connection, self._written, self._cursor = connection, written, cursor

    def rows(self) -> list[Sequence[Any]]:
        """Return the rows that it gives."""
        with errors_of(self._connection, self._written.text):
            return self._written.read(self._cursor.fetchall())


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

    def send(self, connection: Connection, *sent: Any) -> Any:
        """Hand it to the driver and return its cursor, on which the rows are."""
        cursor: Any = connection.connection.cursor()
        is_many = len(sent) > 1
        for tell in connection.dispatch.before_cursor_execute:
            tell(connection, cursor, self.text, sent if is_many else sent[0], None, is_many)
        with errors_of(connection, self.text):
            if is_many:
                getattr(cursor, "send_all", cursor.executemany)(self.text, sent)
            else:
                getattr(cursor, "send", cursor.execute)(self.text, sent[0])
        return cursor

    def read(self, found: list[Any]) -> list[Sequence[Any]]:
        """Return rows as SQLAlchemy's types say them."""
        rows = [list(row) for row in found]
        for row in rows:
            for place, convert in self._out:
                if row[place] is not None:
                    row[place] = convert(row[place])
        return cast(list[Sequence[Any]], rows)


@contextmanager
def errors_of(connection: Connection, text: str) -> Iterator[None]:
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
