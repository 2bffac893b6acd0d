"""What is asked often is looked up: nothing walks through rows that only ever become more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, create_engine, event, select, text
from sqlalchemy.orm import Session

from processes import attachments, outbox, sight, taking, telling, timers
from processes import drafts as kept_drafts
from processes.models import Base, Case, HistoryEntry, Person, Task

NOW = datetime(2026, 12, 4, 17, tzinfo=UTC)
GROWING = {"action", "attachment", "fact", "history", "involvement", "message", "record", "timer"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def plan(engine: Engine, asked: str, given: Any = ()) -> list[str]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", given).all()
    return [row[-1] for row in rows]


@pytest.mark.parametrize("read", taking.READ)
def test_what_belongs_to_a_case_is_found_by_an_index(engine: Engine, read: Any):
    asked = str(read(bindparam("case")).compile(engine))
    with engine.connect() as connection:
        found = connection.execute(text(f"EXPLAIN QUERY PLAN {asked}".replace("?", "1"))).all()
    steps = [row[-1] for row in found]
    assert any("SEARCH" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN") or "AUTOMATIC" in step] == []


def somebody(role: str) -> Person:
    return Person(id=1, name="Amina Okoro", email="amina", password_hash="", roles=[role])


ASKED = {
    "the cases one sees, with one's role": lambda session: session.scalars(
        select(Case.id).where(sight.cases(session, somebody("social_worker"), NOW))
    ),
    "the cases one sees, of what one took part in": lambda session: session.scalars(
        select(Case.id).where(sight.cases(session, somebody("police"), NOW))
    ),
    "one case": lambda session: sight.of(
        session, somebody("police"), Case(id=1, family_group_id=1), NOW
    ),
    "the tasks of one's roles": lambda session: session.scalars(
        select(Task.key).where(sight.tasks(session, somebody("social_worker")))
    ),
    "what one person did, the latest first": lambda session: session.scalars(
        select(HistoryEntry.id)
        .where(HistoryEntry.by_id.in_(select(Person.id).where(Person.name == "Amina Okoro")))
        .order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
        .limit(26)
    ),
    "the timers that are due": lambda session: timers.due_cases(session, NOW, 500),
    "what people were not told of": lambda session: telling.untold_cases(session, NOW, 500),
    "the mail that waits": lambda session: outbox.take(session, NOW),
    "the drafts of a page": lambda session: kept_drafts.of_place(session, 1, "/tasks/1"),
    "a file that was given before": lambda session: attachments.give(
        session, "a.pdf", b"%PDF-", by=somebody("police"), now=NOW
    ),
    "files that nobody names": lambda session: attachments.clear(session, NOW + timedelta(days=40)),
}


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_often_walks_through_no_table_that_grows(engine: Engine, what: str):
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_: object, __: object, sql: str, given: Any, *___: object) -> None:
        asked.append((sql, given))

    with Session(engine) as session:
        ASKED[what](session)
    event.remove(engine, "before_cursor_execute", _note)
    assert asked
    walked = {
        step.split()[1]
        for sql, given in asked
        if sql.startswith(("SELECT", "DELETE", "UPDATE"))
        for step in plan(engine, sql, given)
        if step.startswith("SCAN")
    }
    assert walked & GROWING == set()
