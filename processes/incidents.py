"""What went wrong in a case, and trying again. While an incident is open the case's timers wait."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.fields import clean
from processes import rows
from processes.models import HistoryEntry, Incident, Person

LONGEST = 2_000  # characters of what an error said


def open_incident(session: Session, case_id: int, error: Exception, now: datetime) -> Incident:
    """Record that a case failed; a case has one open incident at most."""
    rows.lock(session, case_id, skip_locked=False)  # another may be failing just now
    known = select(Incident).where(Incident.case_id == case_id, Incident.is_open).limit(1)
    incident = session.scalars(known).first()
    if incident is None:
        says = clean(f"{type(error).__name__}: {error}")[:LONGEST]
        incident = Incident(case_id=case_id, happened_at=now, says=says, is_open=True)
        session.add(incident)
        _note(session, case_id, now, None, "incident opened")
    return incident


def resolve(session: Session, incident: Incident, *, by: Person, now: datetime) -> None:
    """Close an incident so that the case's timers fire again at the next sweep."""
    if not incident.is_open:
        return
    incident.is_open = False
    incident.resolved_at = now
    incident.resolved_by_id = by.id
    _note(session, incident.case_id, now, by, "incident resolved")


def _note(session: Session, case_id: int, now: datetime, by: Person | None, what: str) -> None:
    by_id = by.id if by else None
    session.add(HistoryEntry(case_id=case_id, at=now, by_id=by_id, what=what, detail={}))
