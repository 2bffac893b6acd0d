"""Change many cases, each in a transaction of its own: what breaks one of them holds nobody up.

A case that fails becomes one incident, also when it is the database that refuses what this case
does. A database that is gone, busy or full is nobody's incident: the next sweep tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from processes import database, incidents
from processes.taking import CaseBusy

Change = Callable[[Session, int, datetime], int]


@dataclass
class Swept:
    """What one sweep did: how much, in which cases, and which cases failed."""

    count: int = 0
    cases: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def one_by_one(
    sessions: sessionmaker[Session], case_ids: Iterable[int], change: Change, now: datetime
) -> Swept:
    """Make a change in each of the cases, which says how much it did; pass over one that is
    being changed by another just now.
    """
    swept = Swept()
    for case_id in case_ids:
        try:
            with sessions.begin() as session:
                count = change(session, case_id, now)
        except CaseBusy:
            continue
        except Exception as error:  # one broken case must not hold up the others
            if _is_incident(sessions, case_id, error, now):
                swept.failed.append(case_id)
        else:
            swept.count += count
            swept.cases.append(case_id)
    return swept


def _is_incident(
    sessions: sessionmaker[Session], case_id: int, error: Exception, now: datetime
) -> bool:
    """Open an incident, unless the trouble is the database's own and not the case's."""
    incidents.tell("case failed", error, case=case_id)
    if database.is_away(error):
        return False
    try:
        with sessions.begin() as session:
            incidents.open_incident(session, case_id, error, now)
    except SQLAlchemyError as again:  # it went away meanwhile; the next sweep fails anew
        incidents.tell("incident not recorded", again, case=case_id)
        return False
    return True
