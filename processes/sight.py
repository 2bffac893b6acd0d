"""Who sees what of a case: by role, and by what ties a person to it. Nothing else decides that.

A case is one's own after recording something in it, while holding one of its tasks, as a
participant of a discussion, as whoever was sent a record, or once it was opened with a reason. Who
sees a whole case sees those of the child's brothers and sisters too. An open task for a role lets
its people see as much as they need to act. That is the whole case where the role sees whole cases:
a child's safety comes before who took the task. Else it is the case's dates, and only until
somebody has the task in hand. Whoever a concern is about never sees the case, nor a linked one.

`of` decides for one case, `cases` is the same as a condition for lists; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from processes import library
from processes.audience import and_linked
from processes.facts import Scope
from processes.involvement import PARTICIPANT, RECIPIENT, RECIPIENTS, SUBJECT
from processes.models import Case, HistoryEntry, Involvement, Person, Record, Task
from processes.prepared import Prepared
from processes.roles import MAY_OPEN, SEE_EVERY_CASE, SEES, Depth

OPENED = "opened"
OPEN_FOR = timedelta(hours=24)
RECORDED, HOLDS, WAITS, TAKEN = "recorded", "holds", "waits", "taken"


_me: BindParameter[int] = bindparam("person")
_about, _sister = aliased(Case), aliased(Case)  # once: each holds all of its columns anew


@dataclass(frozen=True)
class Tie:
    """One thing that ties a person to a case, `since` when; `roles` are those of a task that waits
    for them.
    """

    kind: str
    case_id: int
    scope: Scope | None = None
    roles: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True)
class Sight:
    """What one person sees of one case. It is true when that is anything at all."""

    person_id: int
    depth: Depth = Depth.NOTHING
    scopes: frozenset[Scope] = frozenset()
    sent: tuple[Tie, ...] = ()  # what they were sent: a record of this scope, as it was by then
    sendable: frozenset[str] = frozenset()  # tasks whose records the procedure sends to people
    is_subject: bool = False
    may_open: bool = False

    def __bool__(self) -> bool:
        return self.depth > Depth.NOTHING

    @property
    def whole(self) -> bool:
        return self.depth is Depth.WHOLE

    def shows(self, record: Record) -> bool:
        """Say whether the person may read a record of the case."""
        if self.whole or (self and record.recorded_by_id == self.person_id):
            return True
        theirs = (record.scope, record.number) in self.scopes
        return (theirs or self._was_sent(record)) and self.depth is Depth.PARTS

    def _was_sent(self, record: Record) -> bool:
        scope = record.scope, record.number
        by_then = (tie.since for tie in self.sent if tie.scope == scope)
        return record.element in self.sendable and any(
            since and record.recorded_at <= since for since in by_then
        )


def of(session: Session, person: Person, case: Case, now: datetime) -> Sight:
    """Return what a person sees of a case: one statement, however much it holds."""
    given = {"person": person.id, "family": case.family_group_id, "now": now}
    ties = [
        Tie(kind, case_id, (scope, number) if scope else None, tuple(roles or ()), since)
        for kind, case_id, scope, number, roles, since in session.execute(_TIES, given)
    ]
    seen = decide(person, case.id, ties)
    if seen.depth is not Depth.PARTS:
        return seen
    return replace(seen, sendable=_sendable(case))


def decide(person: Person, case_id: int, ties: Iterable[Tie]) -> Sight:
    """Return what a person with these ties to a case and its family sees of it."""
    ties = list(ties)
    if any(tie.kind == SUBJECT for tie in ties):
        return Sight(person.id, is_subject=True)
    depth = max((_depth(role, case_id, ties) for role in person.roles), default=Depth.NOTHING)
    here = [tie for tie in ties if tie.case_id == case_id]
    scopes = frozenset(tie.scope for tie in here if tie.kind == PARTICIPANT and tie.scope)
    sent = tuple(tie for tie in here if tie.kind == RECIPIENT)
    may_open = not MAY_OPEN.isdisjoint(person.roles)
    return Sight(person.id, depth, scopes, sent, may_open=may_open)


def _depth(role: str, case_id: int, ties: list[Tie]) -> Depth:
    most = SEES.get(role, Depth.NOTHING)
    if role in SEE_EVERY_CASE:
        return most
    near = [tie for tie in ties if most is Depth.WHOLE or tie.case_id == case_id]
    if any(tie.kind not in (WAITS, TAKEN) for tie in near):
        return most
    waiting = [tie.kind for tie in near if role in tie.roles]
    if most is Depth.WHOLE:
        return most if waiting else Depth.NOTHING
    return Depth.DATES if WAITS in waiting else Depth.NOTHING


def _sendable(case: Case) -> frozenset[str]:
    """Return the tasks whose records a form of the case's procedure sends to people."""
    forms = library.procedure_of(case.version).forms.values()
    lists = (each for form in forms for each in form.becoming(RECIPIENTS))
    return frozenset(each.properties["sends"] for each in lists if "sends" in each.properties)


def cases(session: Session, person: Person, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a person sees anything of a case."""
    apart = not_about(session, person, Case.id)
    if not SEE_EVERY_CASE.isdisjoint(person.roles):
        return apart
    wide = [role for role in person.roles if SEES.get(role) is Depth.WHOLE]
    narrow = [role for role in person.roles if SEES.get(role) in (Depth.PARTS, Depth.DATES)]
    not_taken = and_(Task.assignee_id.is_(None), for_roles(narrow))
    tied = _tied(_sister.id, person, for_roles(wide), now)
    families = select(_sister.family_group_id).where(tied)
    seen = or_(
        Case.family_group_id.in_(families) if wide else false(),
        _tied(Case.id, person, not_taken, now) if narrow else false(),
    )
    return and_(seen, apart)


def to_find(session: Session, person: Person, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a search tells a person of a case: seen, or theirs to open."""
    if MAY_OPEN.isdisjoint(person.roles):
        return cases(session, person, now)
    return not_about(session, person, Case.id)


def tasks(session: Session, person: Person) -> ColumnElement[bool]:
    """Return the condition that a task waits for one of a person's roles, and may."""
    return and_(for_roles(person.roles), not_about(session, person, Task.case_id))


def not_about(
    session: Session, person: Person, case_id: SQLColumnExpression[int | None]
) -> ColumnElement[bool]:
    """Return the condition that what is told of a case, or of none, may be told to a person: the
    concern is about them neither in that family nor in one that a linked case ties to it.

    Which families these are is asked first, by itself. Mostly there is none; and a database that
    looks for them while it lists tasks may choose to look anew for every row.
    """
    found = _THEIRS.rows(session.connection(), {"person": person.id})
    if not found:
        return true()
    never = select(_sister.id).where(_sister.family_group_id.in_([family for (family,) in found]))
    return or_(case_id.is_(None), case_id.not_in(never))


def for_roles(roles: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a task is for one of these roles."""
    named = cast(Task.roles, Text)
    return or_(false(), *(named.contains(f'"{role}"', autoescape=True) for role in roles))


def is_subject_of(case_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return, as a column beside a case's row, whether the concern is about `person`, a
    parameter.
    """
    return exists().where(_sister.id == case_id, _sister.family_group_id.in_(_theirs))


def open_case(session: Session, person: Person, case: Case, why: str, now: datetime) -> None:
    """Let a person see a case that is not theirs, for a reason that is kept, until tomorrow."""
    until_at = now + OPEN_FOR
    session.add(
        Involvement(
            case_id=case.id,
            person_id=person.id,
            part=OPENED,
            name=person.name,
            since_at=now,
            until_at=until_at,
            why=why,
        )
    )
    entry = HistoryEntry(case_id=case.id, at=now, by_id=person.id, what="case opened")
    entry.detail = {"why": why, "until": until_at}
    session.add(entry)


def open_to(session: Session, case: Case, now: datetime) -> list[Involvement]:
    """Return to whom a case is open at the moment for a reason that they gave."""
    now_open = Involvement.part == OPENED, Involvement.until_at > now
    rows = select(Involvement).where(Involvement.case_id == case.id, *now_open)
    return list(session.scalars(rows.order_by(Involvement.id)))


def _tied(
    case_id: SQLColumnExpression[int], person: Person, waits: ColumnElement[bool], now: datetime
) -> ColumnElement[bool]:
    """Return the condition that something, or a task that waits, ties a person to this very
    case.
    """
    involved = select(Involvement.case_id).where(
        Involvement.person_id == person.id,
        Involvement.part.in_([PARTICIPANT, RECIPIENT, OPENED]),
        or_(Involvement.until_at.is_(None), Involvement.until_at > now),
    )
    recorded = select(Record.case_id).where(Record.recorded_by_id == person.id)
    tasks = select(Task.case_id).where(or_(Task.assignee_id == person.id, waits))
    return or_(case_id.in_(involved), case_id.in_(recorded), case_id.in_(tasks))


_theirs = and_linked(
    select(_about.family_group_id)
    .join(Involvement, Involvement.case_id == _about.id)
    .where(Involvement.person_id == _me, Involvement.part == SUBJECT)
    .where(Involvement.until_at.is_(None))
)
_THEIRS = Prepared(_theirs)
_family = select(Case.id).where(Case.family_group_id == bindparam("family"))
_no_scope = cast(null(), Involvement.scope.type), cast(null(), Involvement.number.type)
_no_roles, _no_moment = cast(null(), Task.roles.type), cast(null(), Involvement.since_at.type)
_near = select(Case.id).where(
    Case.family_group_id.in_(and_linked(select(cast(bindparam("family"), Integer))))
)
_TIES = union_all(
    select(
        Involvement.part,
        Involvement.case_id,
        Involvement.scope,
        Involvement.number,
        _no_roles,
        Involvement.since_at,
    ).where(
        Involvement.person_id == _me,
        Involvement.case_id.in_(_family),
        or_(Involvement.until_at.is_(None), Involvement.until_at > bindparam("now")),
    ),
    select(Involvement.part, Involvement.case_id, *_no_scope, _no_roles, _no_moment).where(
        Involvement.person_id == _me,
        Involvement.part == SUBJECT,
        Involvement.case_id.in_(_near),
        Involvement.until_at.is_(None),
    ),
    select(literal(RECORDED), Record.case_id, *_no_scope, _no_roles, _no_moment)
    .where(Record.case_id.in_(_family), Record.recorded_by_id == _me)
    .distinct(),
    select(literal(HOLDS), Task.case_id, *_no_scope, _no_roles, _no_moment).where(
        Task.case_id.in_(_family), Task.assignee_id == _me
    ),
    select(
        case((Task.assignee_id.is_(None), WAITS), else_=TAKEN),
        Task.case_id,
        *_no_scope,
        Task.roles,
        _no_moment,
    ).where(Task.case_id.in_(_family)),
)
