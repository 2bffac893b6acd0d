"""The people of a case, as its records say: who took part in which discussion, and how to reach
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from app import words
from app.invitations import invites
from app.sections.page import CasePage
from processes import copies
from processes.audience import PARTICIPANT, RECIPIENT, SUBJECT
from processes.models import Involvement


@dataclass
class Involved:
    """One person: who they are as was said of them last, and all that they have to do with it."""

    name: str
    agency: str | None = None
    role: str | None = None
    contact: str | None = None
    parts: list[str] = field(default_factory=list)


def load(page: CasePage) -> list[Involved] | None:
    """Return everyone involved, in the order of their first part; nothing when nobody is yet."""
    rows = page.database.scalars(
        select(Involvement)
        .where(Involvement.case_id == page.case.id, Involvement.until_at.is_(None))
        .where(Involvement.part.in_((PARTICIPANT, RECIPIENT, SUBJECT)))
        .order_by(Involvement.id)
    )
    forms = page.procedure.forms
    plans = {each.task_key for each in page.every_record if invites(forms[each.element])}
    agencies = copies.agencies_of(page.procedure)
    found: dict[int | str, Involved] = {}
    for row in rows:
        involved = found.setdefault(row.person_id or row.name.casefold(), Involved(row.name))
        involved.agency = agencies.get(row.agency or "", row.agency) or involved.agency
        involved.role = row.role or involved.role
        involved.contact = row.contact or involved.contact
        part = _part(row, is_invited=row.task_key in plans)
        if part not in involved.parts:
            involved.parts.append(part)
    return list(found.values()) or None


def _part(row: Involvement, *, is_invited: bool) -> str:
    where = words.scope(row.scope, row.number)
    if row.part == PARTICIPANT and is_invited:
        return f"Invited to {where}" if where else "Invited"
    if row.part == PARTICIPANT:
        return f"Took part in {where}" if where else "Took part"
    if row.part == SUBJECT:
        return "The concern is about them: they never see the case"
    return f"Was sent the record of {where}" if where else "Was sent a record"
