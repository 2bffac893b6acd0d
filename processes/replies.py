"""Replies to invitations: who accepts or declines, with a word; the history keeps each.

Whoever signs in here replies on their own page; for others the planner notes what they said.
Nothing waits for a reply. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from processes.models import Case, HistoryEntry, Person

REPLIED = "invitation replied to"  # an entry of the history


@dataclass(frozen=True)
class Reply:
    """What somebody said last to their invitation, of a meeting `when` it was to be then."""

    accepts: bool
    note: str
    when: datetime | date | None
    at: datetime
    by: str


def give(
    session: Session,
    case: Case,
    key: str,
    name: str,
    when: datetime | date | None,
    *,
    accepts: bool,
    note: str,
    by: Person,
    now: datetime,
) -> None:
    """Keep what somebody of this name says to the invitation of this key."""
    detail = {"key": key, "name": name, "when": when, "accepts": accepts, "note": note}
    entry = HistoryEntry(case_id=case.id, at=now, by_id=by.id, what=REPLIED, detail=detail)
    session.add(entry)


def of(session: Session, case: Case) -> dict[str, Reply]:
    """Return the last reply to each invitation of a case, by its key."""
    given = session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.case_id == case.id, HistoryEntry.what == REPLIED)
        .options(joinedload(HistoryEntry.by))
        .order_by(HistoryEntry.id)
    )
    return {each.detail["key"]: _reply(each) for each in given}


def _reply(entry: HistoryEntry) -> Reply:
    accepts, note, when = (entry.detail[name] for name in ("accepts", "note", "when"))
    return Reply(accepts, note, when, entry.at, entry.by.name if entry.by else "")
