"""The rows that stock has beside its JSON, because a pathway cannot do without them.

They are what ours writes, by the plainest statements: a record and the facts it states, the open
tasks, the history, and a row for each moment at which a deadline passes or somebody is reminded.
The deadlines themselves are worked out by our table: an engine has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bench.work import Deed
from processes.deadlines import Deadline, drives_escalation
from processes.facts import CASE, Facts, Scope
from processes.library import Procedure
from processes.models import Base, Fact, Timer

_tables = Base.metadata.tables
_LEFT_OUT = "key", "process", "element"  # of a timer: the diagram is in the JSON
_MOMENT = (Timer.kind, Timer.rule, Timer.scope, Timer.number, Timer.due_at)


def note(
    session: Session, case_id: int, deed: Deed, by_id: int, what: str, detail: Mapping[str, Any]
) -> None:
    """Write into the history what was done."""
    entry = {"case_id": case_id, "at": deed.at, "by_id": by_id}
    session.execute(insert(_tables["history"]), {**entry, "what": what, "detail": dict(detail)})


def keep_record(session: Session, place: Mapping[str, Any], deed: Deed, by_id: int) -> int:
    """Write what was answered and return the record's number."""
    row = {"number": 0, "edition": 1, "answers": json_safe(deed.answers), **place}
    row |= {"recorded_at": deed.at, "recorded_by_id": by_id}
    written = session.execute(insert(_tables["record"]).returning(_tables["record"].c.id), row)
    return int(written.scalar_one())


def scope_of(procedure: Procedure, process: str) -> Scope:
    """Return the discussion or enquiry that a process is about; there is one of each."""
    kind = procedure.scope_of(process)
    return CASE if kind == CASE[0] else (kind, 1)


def keep_facts(
    session: Session, case_id: int, scope: Scope, said: Mapping[str, Any], deed: Deed, **of: Any
) -> None:
    """Write facts."""
    place = {"case_id": case_id, "scope": scope[0], "number": scope[1], "recorded_at": deed.at}
    rows = [{**place, **of, "name": name, "value": each} for name, each in said.items()]
    if rows:
        session.execute(insert(_tables["fact"]), rows)


def keep_timers(
    session: Session, procedure: Procedure, case_id: int, instance_id: str, now: datetime
) -> None:
    """Make the timers say what follows from the facts now."""
    columns = Fact.scope, Fact.number, Fact.name, Fact.value
    known = session.execute(select(*columns).where(Fact.case_id == case_id).order_by(Fact.id))
    wanted = dict(_moments(procedure.deadlines(Facts(map(tuple, known)), now), now))
    waiting = Timer.case_id == case_id, Timer.fired_at.is_(None)
    rows = session.execute(select(Timer.id, *_MOMENT).where(*waiting))
    kept = {tuple(moment): number for number, *moment in rows}
    if gone := [number for moment, number in kept.items() if moment not in wanted]:
        session.execute(delete(_tables["timer"]).where(Timer.id.in_(gone)))
    place = {
        "case_id": case_id,
        "instance_id": instance_id,
        "key": "",
        "process": "",
        "element": "",
    }
    names = [column.key for column in _MOMENT]
    if new := [
        {**place, "name": name, **dict(zip(names, moment, strict=True))}
        for moment, name in wanted.items()
        if moment not in kept
    ]:
        session.execute(insert(_tables["timer"]), new)


def json_safe(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: json_safe(each) for key, each in value.items()}
    if isinstance(value, list):
        return [json_safe(each) for each in value]
    return value


def _moments(found: Iterable[Deadline], now: datetime) -> Iterable[tuple[tuple[Any, ...], str]]:
    """Go through when a deadline that runs passes, and when people are reminded of the first."""
    running = [each for each in found if each.until_at is None]
    first = list(drives_escalation(running))
    for each in running:
        reminders = [("remind", each.remind), ("escalate", each.escalate)] if each in first else []
        for kind, moments in (("passed", (each.passes_at,)), *reminders):
            for at in moments:
                if at > now:
                    yield (kind, each.rule, each.scope, each.number, at), each.name
