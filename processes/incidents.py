"""What went wrong in a case, and trying again. While an incident is open the case's timers wait."""

from __future__ import annotations

import traceback
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from forms.fields import clean
from processes import database, taking
from processes.models import Case, HistoryEntry, Incident, Person

LONGEST = 2_000  # characters of what an error said

log = structlog.get_logger()


def open_incident(session: Session, case_id: int, error: Exception, now: datetime) -> Incident:
    """Record that a case failed; a case has one open incident at most."""
    taking.lock(session, case_id, skip_locked=False)  # another may be failing just now
    incident = of_case(session, case_id)
    if incident is None:
        said = database.says(error) if isinstance(error, DBAPIError) else f"{error}"
        says = clean(f"{type(error).__name__}: {said}")[:LONGEST]
        incident = Incident(case_id=case_id, happened_at=now, says=says, is_open=True)
        session.add(incident)
        _note(session, case_id, now, None, "incident opened")
    return incident


def resolve(session: Session, case_id: int, *, by: Person, now: datetime) -> None:
    """Close a case's incident, if one is open, so that its timers fire again at the next sweep."""
    taking.lock(session, case_id, skip_locked=False)  # another may be resolving it just now
    incident = of_case(session, case_id)
    if incident is not None:
        incident.is_open = False
        incident.resolved_at = now
        incident.resolved_by_id = by.id
        _note(session, case_id, now, by, "incident resolved")


def of_case(session: Session, case_id: int) -> Incident | None:
    """Return a case's open incident."""
    found = select(Incident).where(Incident.case_id == case_id, Incident.is_open)
    return session.scalars(found.limit(1)).first()


def is_stopped() -> ColumnElement[bool]:
    """Return the condition that a case has an open incident."""
    return Case.id.in_(select(Incident.case_id).where(Incident.is_open))


def tell(what: str, error: Exception, **about: object) -> None:
    """Say in the log that something failed; of a database that is away a sentence is enough."""
    if database.is_away(error):
        log.warning(what, problem=database.says(error), then="tried again soon", **about)
    else:
        log.error(what, where=where(error), **about)


def where(error: BaseException) -> str:
    """Say what failed and where, and nothing of what it failed with: that may be a child's."""
    told: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(told) < 5:
        frames = traceback.extract_tb(cause.__traceback__)
        places = [f"  {each.filename}:{each.lineno} {each.name}" for each in frames]
        told.append("\n".join([type(cause).__name__, *places]))
        cause = cause.__cause__ or cause.__context__
    return "\nbecause of ".join(told)


def _note(session: Session, case_id: int, now: datetime, by: Person | None, what: str) -> None:
    by_id = by.id if by else None
    session.add(HistoryEntry(case_id=case_id, at=now, by_id=by_id, what=what, detail={}))
