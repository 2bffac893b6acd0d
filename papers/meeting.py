"""A meeting that somebody is invited to, for their calendar.

Its words are given without any child's name: calendars are shared, and shown on walls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


@dataclass(frozen=True)
class Meeting:
    """One person's invitation. `uid` is the same in every version of it, `sequence` rises.

    `starts` is a moment, or a day when no time of day is known. An address that is no email
    address is left out.
    """

    uid: str
    sequence: int
    title: str
    says: str
    starts: datetime | date
    where: str
    organiser: tuple[str, str]  # name and email address
    invited: tuple[str, str]
    made_at: datetime
    is_withdrawn: bool = False


def email_in(contact: str) -> str:
    """Return the email address that somebody's contact holds, if it holds one."""
    found = _EMAIL.search(contact)
    return found[0] if found else ""
