"""Statements that are written out once for each kind of database and then handed to its driver.

A completed task has a dozen, and of what an ordinary execution of one costs, SQLAlchemy's context
and result around it are the larger part. What its types make of values stays the same, whoever
listens to what is sent is told, and the driver's errors are raised as SQLAlchemy's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
        written, cursor = self._execute(session, [given])
        found = written.read(cursor.fetchall())
        cursor.close()
        return found

    def send(self, session: Session, given: Sequence[Given]) -> int:
        """Execute it once for each that is given, and return how many rows that changed."""
        if not given:
            return 0
        _, cursor = self._execute(session, given)
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def _execute(self, session: Session, given: Sequence[Given]) -> tuple[_Written, Any]:
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
        try:
            (cursor.executemany if many else cursor.execute)(written.text, sent)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _said_by_sqlalchemy(connection, cursor, written.text, error) from error
        return written, cursor


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


def _said_by_sqlalchemy(
    connection: Connection, cursor: Any, text: str, error: Any
) -> BaseException:
    """Return the driver's error as SQLAlchemy raises it; a connection that is gone is let go."""
    dialect = connection.dialect
    dbapi: Any = dialect.loaded_dbapi
    is_gone = dialect.is_disconnect(error, connection.connection, cursor)
    said = DBAPIError.instance(
        text, None, error, dbapi.Error, connection_invalidated=is_gone, dialect=dialect
    )
    if is_gone:
        connection.invalidate(error)
    return cast(BaseException, said)
