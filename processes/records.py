"""Records: the answers of completed tasks, kept for good. A change is a new edition of one.

Nothing here commits, and nothing changes a row that is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import involvement, rows
from processes.loaded import LoadedCase
from processes.models import Fact, Person, Record

PLACE = ("instance_id", "stage", "process", "element", "name", "scope", "number", "task_key")


def write(
    loaded: LoadedCase,
    place: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    by: Person,
    **more: Any,
) -> Record:
    """Keep answers as a record; from then on it has its number."""
    record = Record(
        **place,
        case_id=loaded.case.id,
        version_id=loaded.case.version_id,
        answers=dict(answers),
        recorded_at=loaded.now,
        recorded_by_id=by.id,
        **{"edition": 1, **more},
    )
    rows.add_record(loaded.session, record)
    involvement.keep(loaded, record)
    return record


def editions(session: Session, record: Record) -> list[Record]:
    """Return every edition of a record, the first one first."""
    same = select(Record).where(Record.task_key == record.task_key).order_by(Record.id)
    return list(session.scalars(same))


def changes(record: Record, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that differ from what this edition says; what was never said is None."""
    return {name: each for name, each in answers.items() if each != record.answers.get(name)}


def answered_since(session: Session, first: Record, names: Iterable[str]) -> set[str]:
    """Return the facts that a later record of another task gave anew: they are that one's."""
    later = (
        select(Fact.name)
        .join(Record, Record.id == Fact.record_id)
        .where(Fact.case_id == first.case_id, Fact.record_id > first.id, Fact.name.in_(names))
        .where(Fact.scope == first.scope, Fact.number == first.number)
        .where(Record.task_key != first.task_key)
    )
    return set(session.scalars(later))


def signed_over(session: Session, first: Record) -> list[str]:
    """Return the names of the records that were signed with this one in what they say.

    A signature covers the records of its discussion or enquiry, and those of the case as a whole.
    """
    signed = (
        select(Record.name)
        .where(Record.case_id == first.case_id, Record.id > first.id)
        .where(Record.signed_hash.is_not(None), Record.task_key != first.task_key)
        .order_by(Record.id)
    )
    if first.scope != "case":
        signed = signed.where(Record.scope == first.scope, Record.number == first.number)
    return list(session.scalars(signed))


def signatures(session: Session, record: Record, editions: Iterable[Record]) -> list[Record]:
    """Return the records that signed this very edition, among them itself if it is one.

    A signature covers the records of its discussion or enquiry that were the latest then.
    """
    signed = (
        select(Record)
        .where(Record.case_id == record.case_id, Record.signed_hash.is_not(None))
        .where(Record.id >= record.id, Record.scope == record.scope)
        .where(Record.number == record.number)
        .order_by(Record.id)
    )
    later = [each.id for each in editions if each.id > record.id]
    if later:
        signed = signed.where(Record.id < min(later))
    if record.scope == "case":
        signed = signed.where(Record.id == record.id)
    return list(session.scalars(signed))
