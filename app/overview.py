"""The history over all cases: the latest first, each by the case's reference and no child's name.

What was typed is left out, but for the reason for which a case was opened; there the names of the
family's children are shortened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app import formats
from app.told import WHY_REFUSED
from forms.local_time import LONDON
from processes import sight
from processes.models import Case, HistoryEntry, Person
from processes.roles import ROLES

MOST = 25


@dataclass(frozen=True)
class Kind:
    """Some of what the history tells, to be looked at by itself; with no names it is all of it."""

    title: str
    what: frozenset[str] = frozenset()


KINDS = {
    "opened": Kind("Cases opened with a reason", frozenset({"case opened"})),
    "refused": Kind("Pages and forms refused", frozenset({"refused", "forged form"})),
    "read": Kind("Read or copied", frozenset({"read", "paper made"})),
    "password": Kind(
        "Wrong passwords",
        frozenset({"sign_in_refused", "password refused", "one-time password expired"}),
    ),
    "people": Kind(
        "People and their roles",
        frozenset({"person added", "roles changed", "person deactivated", "person activated",
                   "one-time password given", "password changed"}),
    ),
    "all": Kind("Everything"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """An entry as the page tells it."""

    entry: HistoryEntry
    case: Case | None
    says: str


@dataclass(frozen=True)
class Wanted:
    """Which entries are looked for: of a kind, by somebody, on a day, before another entry."""

    kind: Kind
    who: str = ""
    on: date | None = None
    before: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what an entry must be."""
        found: list[ColumnElement[bool]] = []
        if self.kind.what:
            found.append(HistoryEntry.what.in_(self.kind.what))
        if self.who:
            either = Person.name, Person.email
            named = or_(*(each.icontains(self.who, autoescape=True) for each in either))
            found.append(HistoryEntry.by_id.in_(select(Person.id).where(named)))
        if self.on:
            day = datetime.combine(self.on, time(), LONDON)
            end = datetime.combine(self.on + timedelta(days=1), time(), LONDON)
            found += [HistoryEntry.at >= day, HistoryEntry.at < end]
        if self.before:
            found.append(_older(self.before))
        return found


def find(session: Session, person: Person, wanted: Wanted) -> tuple[list[Told], int | None]:
    """Return a page of entries that a person may see, and from which one earlier ones go on."""
    rows = session.execute(
        select(HistoryEntry, Case)
        .outerjoin(Case, Case.id == HistoryEntry.case_id)
        .where(sight.not_about(session, person, HistoryEntry.case_id), *wanted.conditions())
        .options(joinedload(HistoryEntry.by))
        .order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
        .limit(MOST + 1)
    ).all()
    names = _names(session, {case.family_group_id for _, case in rows if case})
    shown = [
        Told(entry, case, say(entry, names.get(case.family_group_id, ()) if case else ()))
        for entry, case in rows[:MOST]
    ]
    return shown, shown[-1].entry.id if len(rows) > MOST else None


def say(entry: HistoryEntry, names: Iterable[str]) -> str:
    """Say what happened without what was typed; a reason is told without these names."""
    tell = _TOLD.get(entry.what)
    plain = _PLAIN.get(entry.what) or entry.what.replace("_", " ").capitalize()
    return without(tell(entry) if tell else plain, names)


def without(text: str, names: Iterable[str]) -> str:
    """Shorten every part of these names to its first letter."""
    parts = {part for name in names for part in name.split() if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?i)\b{re.escape(part)}\b", f"{part[0]}.", text)
    return text


def _names(session: Session, families: Collection[int]) -> dict[int, list[str]]:
    """Return the names of the children of these families."""
    found: dict[int, list[str]] = {}
    children = select(Case.family_group_id, Case.child_name)
    for family, name in session.execute(children.where(Case.family_group_id.in_(families))):
        found.setdefault(family, []).append(name)
    return found


def _older(before: int) -> ColumnElement[bool]:
    """Return the condition that an entry is told after another one: it is older."""
    other = aliased(HistoryEntry)
    at = select(other.at).where(other.id == before).scalar_subquery()
    same = and_(HistoryEntry.at == at, HistoryEntry.id < before)
    return or_(HistoryEntry.at < at, same)


def _read(entry: HistoryEntry) -> str:
    of = entry.detail["of"]
    return "Opened the case’s page" if of == "case" else f"Opened one of its {of}s"


def _roles(roles: list[str]) -> str:
    return formats.listed([ROLES.get(role, role) for role in roles])


def _roles_changed(entry: HistoryEntry) -> str:
    was, now = _roles(entry.detail["was"]), _roles(entry.detail["now"])
    return f"Changed the roles of {entry.detail['name']} from {was} to {now}"


_PLAIN = {
    "process began": "A stage began",
    "process ended": "A stage ended",
    "process withdrawn": "A stage was no longer needed",
    "timer fired": "The time for a step came",
    "timer moved": "A deadline moved",
    "reminded": "A deadline was near",
    "escalated": "A deadline was passed on to a manager",
    "incident opened": "Something went wrong in the case",
    "incident resolved": "The timers of a stopped case were let go on",
}
_TOLD: dict[str, Callable[[HistoryEntry], str]] = {
    "case opened": lambda entry: f"Opened the case. Reason: {entry.detail['why']}",
    "refused": lambda entry: f"Was refused a page: {WHY_REFUSED[entry.detail['why']]}",
    "forged form": lambda _: "Was refused a form that another site’s page sent",
    "read": _read,
    "sign_in_refused": lambda _: "Was refused at sign-in: the password was wrong",
    "password refused": lambda _: "Gave a wrong password when changing it",
    "one-time password expired": lambda _: (
        "Was refused at sign-in: the one-time password had expired"
    ),
    "person added": lambda entry: (
        f"Added {entry.detail['name']} as {_roles(entry.detail['roles'])}"
    ),
    "roles changed": _roles_changed,
    "person deactivated": lambda entry: f"Deactivated {entry.detail['name']}",
    "person activated": lambda entry: f"Activated {entry.detail['name']} again",
    "one-time password given": lambda entry: f"Gave {entry.detail['name']} a one-time password",
}
