"""Statements handed to the driver, and connections to a database that ended them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, bindparam, func, insert, select, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import Session

from processes import database
from processes.models import Base, HistoryEntry, Person
from processes.prepared import Prepared

_history, _person = HistoryEntry.__table__, Person.__table__
_noting = insert(_history).values(  # type: ignore[arg-type]
    {name: bindparam(name) for name in ("at", "what", "detail")}
)
NOTE, NOTED = Prepared(_noting), Prepared(_noting.returning(*_history.columns))
READ = Prepared(select(_history.c.at, _history.c.detail).order_by(_history.c.id))
ADD = Prepared(
    insert(_person).values(  # type: ignore[arg-type]
        {each.key: bindparam(each.key) for each in _person.columns if each.key != "wants"}
    )
)
PID = Prepared(select(func.pg_backend_pid()))
ENTRY = {
    "at": datetime(2026, 12, 4, 16, 50, tzinfo=UTC),
    "what": "noted",
    "detail": {"name": "é", "on": datetime(2026, 12, 4, 17, tzinfo=UTC)},
}
SOMEBODY = {
    "id": 1,
    "name": "Amina Example",
    "email": "amina@example.org",
    "password_hash": "",
    "roles": ["social_worker"],
    "is_active": True,
}


@pytest.fixture
def tables(engine: Engine) -> Engine:
    Base.metadata.create_all(engine)
    return engine


def test_values_come_back_as_they_went(tables: Engine) -> None:
    with database.writing(tables).begin() as session:
        connection = session.connection()
        [written] = NOTED.rows(connection, ENTRY)
        assert [written[2], written[5]] == [ENTRY["at"], ENTRY["detail"]]
        NOTE.send(connection, [ENTRY, ENTRY])
        NOTE.send(connection, [])
        found = READ.rows(connection, {})
    assert [tuple(row) for row in found] == [(ENTRY["at"], ENTRY["detail"])] * 3


def test_what_was_sent_is_there_for_whatever_is_asked_next(tables: Engine) -> None:
    with database.writing(tables).begin() as session:
        NOTE.send(session.connection(), [ENTRY, ENTRY])
        NOTE.send(session.connection(), [ENTRY])
        assert session.scalar(select(func.count()).select_from(_history)) == 3
        NOTE.send(session.connection(), [ENTRY])
        assert len(READ.rows(session.connection(), {})) == 4
    with database.reading(tables)() as session:
        assert session.scalar(select(func.count()).select_from(_history)) == 4


WAITS: dict[str, Callable[[Session], object]] = {
    "for rows": lambda session: READ.rows(session.connection(), {}),
    "for an ordinary statement": lambda session: session.execute(select(Person)),
    "for the commit": Session.commit,
}


@pytest.mark.parametrize("waits", WAITS)
def test_an_error_of_what_was_sent_is_sqlalchemys_and_undoes_it_all(
    tables: Engine, waits: str
) -> None:
    with database.writing(tables)() as session:
        with pytest.raises(IntegrityError):
            _send_somebody_twice(session, WAITS[waits])
        session.rollback()
        assert READ.rows(session.connection(), {}) == []
        NOTE.send(session.connection(), [ENTRY])
        session.commit()
        assert len(READ.rows(session.connection(), {})) == 1


def test_what_was_read_last_leaves_no_transaction_open(tables: Engine) -> None:
    with database.writing(tables).begin() as session:
        NOTE.send(session.connection(), [ENTRY])
        assert len(READ.rows(session.connection(), {})) == 1
    with database.reading(tables)() as session:
        assert len(READ.rows(session.connection(), {})) == 1
    with database.writing(tables).begin() as session:
        session.execute(_noting, ENTRY)
    with database.reading(tables)() as session:
        assert len(READ.rows(session.connection(), {})) == 2


def test_a_session_that_reads_writes_nothing(tables: Engine) -> None:
    if tables.dialect.name != "postgresql":
        pytest.skip("an embedded database has one lock for who says that he writes")
    with database.reading(tables)() as session, pytest.raises(InternalError, match="read-only"):
        session.execute(_noting, ENTRY)


def test_what_is_not_committed_is_undone(tables: Engine) -> None:
    with database.writing(tables)() as session:
        NOTE.send(session.connection(), [ENTRY])
    with database.reading(tables)() as session:
        assert READ.rows(session.connection(), {}) == []


def test_what_is_prepared_outlives_a_transaction_that_only_read(tables: Engine) -> None:
    if tables.dialect.name != "postgresql":
        pytest.skip("an embedded database prepares for itself")
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%history%'")
    for _ in range(8):
        with database.reading(tables)() as session:
            READ.rows(session.connection(), {})
    with database.reading(tables)() as session:
        assert session.scalar(prepared) == 1


def test_a_connection_that_is_gone_is_let_go(tables: Engine) -> None:
    if tables.dialect.name != "postgresql":
        pytest.skip("an embedded database does not go away")
    with database.writing(tables)() as session:
        _end_connection(tables, PID.rows(session.connection(), {})[0][0])
        with pytest.raises(OperationalError) as raised:
            READ.rows(session.connection(), {})
        assert raised.value.connection_invalidated
    with database.writing(tables)() as session:
        assert READ.rows(session.connection(), {}) == []


def test_a_connection_that_was_ended_while_idle_is_not_used_again(
    tables: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tables.dialect.name != "postgresql":
        pytest.skip("an embedded database does not go away")
    with database.reading(tables)() as session:
        [[pid]] = PID.rows(session.connection(), {})
    _end_connection(tables, pid)
    monkeypatch.setattr(database, "IDLE_SECONDS", 0.0)
    with database.reading(tables)() as session:
        assert READ.rows(session.connection(), {}) == []
        assert PID.rows(session.connection(), {}) != [[pid]]


def _send_somebody_twice(session: Session, wait: Callable[[Session], object]) -> None:
    for sent, given in ((ADD, SOMEBODY), (NOTE, ENTRY), (ADD, SOMEBODY), (NOTE, ENTRY)):
        sent.send(session.connection(), [given])
    wait(session)


def _end_connection(engine: Engine, pid: int) -> None:
    other = database.connect(engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
