"""Rows that a prepared statement read, as the objects that an ordinary select gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class, set_committed_value
from sqlalchemy.orm.util import identity_key

from processes.models import Base

Row = TypeVar("Row", bound=Base)


@cache
def names(kind: type[Base]) -> list[str]:
    """Return what an ordinary select of this kind of object reads."""
    return [each.key for each in class_mapper(kind).column_attrs if not each.deferred]


def columns(kind: type[Base]) -> list[ColumnElement[Any]]:
    """Return the columns that a statement must read for `attached`."""
    return [kind.__table__.c[name] for name in names(kind)]


def detached(kind: type[Row], names: Iterable[str], row: Sequence[Any]) -> Row:
    """Return a row as an object that no session knows, without the cost of a constructor."""
    made: Row = manager_of_class(kind).new_instance()
    made.__dict__.update(zip(names, row, strict=False))
    return made


def refresh(session: Session, read: Base) -> None:
    """Have the session's own object of a row, if there is one, say what was just read of it."""
    known = session.identity_map.get(identity_key(instance=read))
    if known is not None and known is not read:
        for name in names(type(read)):
            set_committed_value(known, name, read.__dict__[name])


def attached(session: Session, kind: type[Row], row: Sequence[Any]) -> Row:
    """Return a row as the session's object, as if the session had read it."""
    made = detached(kind, names(kind), row)
    known = session.identity_map.get(identity_key(instance=made))
    if known is not None:
        return known
    make_transient_to_detached(made)
    session.add(made)
    return made
