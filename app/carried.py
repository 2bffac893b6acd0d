"""What the case has answered already, as pages show it: where each answer comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.guard import look
from processes.carrying import Carried
from processes.facts import CASE
from processes.models import Case, Fact, Person, Record

if TYPE_CHECKING:
    from app.filled import Filled


@dataclass(frozen=True)
class Source:
    """Where an answer comes from: the record, or the correction, that said so first."""

    name: str
    at: datetime
    by: str
    record_id: int | None = None


def sources(database: Session, filled: Iterable[Filled]) -> dict[str, Source]:
    """Return, by posted name, where each answer comes from that stands on a page unchanged."""
    of_case: dict[str, tuple[int, str, Carried]] = {}
    for one in filled:
        begins = one.begins_with()
        for key, each in one.child.begun.carried.items():
            if (not one.mark or key in one.own) and one.typed.get(key) == begins.get(key):
                of_case[one.name(key)] = one.child.case_id, key, each
    written = of_records(database, (each.record_id for _, _, each in of_case.values()))
    corrected = _corrections(
        database, {case for case, _, each in of_case.values() if each.record_id is None}
    )
    found = {
        name: written.get(each.record_id) or corrected.get((case_id, key))
        for name, (case_id, key, each) in of_case.items()
    }
    return {name: source for name, source in found.items() if source}


def of_records(database: Session, ids: Iterable[int | None]) -> dict[int | None, Source]:
    """Return records as sources, by their numbers; one that is not shown here leads nowhere."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = database.execute(
        select(Record, Case, Person.name)
        .join(Case, Case.id == Record.case_id)
        .join(Person, Person.id == Record.recorded_by_id)
        .options(defer(Record.answers))
        .where(Record.id.in_(wanted))
    )
    return {
        each.id: Source(
            each.name, each.recorded_at, by, each.id if look(case).shows(each) else None
        )
        for each, case, by in rows
    }


def _corrections(database: Session, case_ids: set[int]) -> dict[tuple[int, str], Source]:
    """Return what was corrected of children, by case and the name of the fact."""
    if not case_ids:
        return {}
    rows = database.execute(
        select(Fact.case_id, Fact.name, Fact.recorded_at, Person.name)
        .join(Person, Person.id == Fact.recorded_by_id)
        .where(Fact.case_id.in_(case_ids), Fact.scope == CASE[0], Fact.record_id.is_(None))
        .order_by(Fact.id)
    )
    return {(case, name): Source("A correction", at, by) for case, name, at, by in rows}
