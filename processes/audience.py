"""Whom to tell of a case.

A task is told to whoever has it; else to those with its role who have to do with the case, for
they know the child; else to everyone with its role, for somebody has to take it. The out-of-hours
team is not told of the day's work: it is told, all of it, of what cannot wait while the office is
closed. What is passed on goes to team managers, and to service managers where the work is a team
manager's own. Whoever a concern is about is never told anything of that family.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from processes.models import Case, Involvement, Person, Record, Task
from processes.prepared import Prepared
from processes.roles import MANAGERS, OUT_OF_HOURS

PARTICIPANT, SUBJECT, RECIPIENT = "participant", "subject", "recipient"  # parts in a case
_own, _other = aliased(Case), aliased(Case)  # once: each holds all of its columns anew


@dataclass(frozen=True)
class Audience:
    """The people who may be told of one case; `involved` are the numbers of those who know it."""

    people: Sequence[Person]
    involved: frozenset[int]

    def of_task(self, task: Task) -> list[Person]:
        """Return who has a task, or those it waits for by day."""
        own = [each for each in self.people if each.id == task.assignee_id]
        return own or self.team(task.roles)

    def team(self, roles: Iterable[str]) -> list[Person]:
        """Return those with one of these roles who know the case, else all of them."""
        by_day = set(roles) - {OUT_OF_HOURS} or {OUT_OF_HOURS}
        able = [each for each in self.people if by_day & set(each.roles)]
        return [each for each in able if each.id in self.involved] or able

    def out_of_hours(self) -> list[Person]:
        return [each for each in self.people if OUT_OF_HOURS in each.roles]

    def managers(self, tasks: Iterable[Task]) -> list[Person]:
        """Return the next managers above those who may do these tasks."""
        doing = {role for task in tasks for role in task.roles} - {OUT_OF_HOURS}
        team_manager, service_manager = MANAGERS
        is_theirs = bool(doing) and doing <= set(MANAGERS)
        return self.team([service_manager if is_theirs else team_manager])


def of_case(session: Session, case: Case, roles: Iterable[str], now: datetime) -> Audience:
    """Return those who may be told of a case: whoever has one of these roles, or one of its tasks.

    Two statements, however many people there are to do with the case.
    """
    known = {"of_case": case.id, "family": case.family_group_id, "now": now}
    tied = _TIED.ask(session.connection(), known)
    named = cast(Person.roles, Text)
    holding = select(Task.assignee_id).where(Task.case_id == case.id)
    people = session.scalars(
        select(Person)
        .where(
            Person.is_active,
            or_(
                Person.id.in_(holding.where(Task.assignee_id.is_not(None))),
                *(named.contains(f'"{role}"', autoescape=True) for role in sorted(set(roles))),
            ),
        )
        .order_by(Person.id)
    ).all()
    parts = {SUBJECT: set[int](), PARTICIPANT: set[int]()}
    for part, number in tied.rows():
        parts[part].add(number)
    may_be_told = [each for each in people if each.id not in parts[SUBJECT]]
    return Audience(may_be_told, frozenset(parts[PARTICIPANT]))


def subjects(session: Session, case: Case) -> list[int]:
    """Return those whom the concern of a case of this family, or of a linked case, is about."""
    found = _SUBJECTS.rows(session.connection(), {"family": case.family_group_id})
    return [number for (number,) in found]


def and_linked(families: Select[int]) -> CompoundSelect[int]:
    """Select these families, and those that a linked case ties to one of them: what is written of
    the one tells of the other.
    """
    linked = select(_other.family_group_id).select_from(_own)
    of_theirs = _own.family_group_id.in_(families)
    return union(
        families,
        linked.join(_other, _other.id == _own.linked_to_id).where(of_theirs),
        linked.join(_other, _other.linked_to_id == _own.id).where(of_theirs),
    )


_near = and_linked(select(cast(bindparam("family"), Integer)))
_about = (
    select(Involvement.person_id)
    .join(Case, Case.id == Involvement.case_id)
    .where(
        Case.family_group_id.in_(_near),
        Involvement.part == SUBJECT,
        Involvement.until_at.is_(None),
        Involvement.person_id.is_not(None),
    )
)
_took_part = select(Involvement.person_id).where(
    Involvement.case_id == bindparam("of_case"),
    Involvement.part == PARTICIPANT,
    Involvement.person_id.is_not(None),
    or_(Involvement.until_at.is_(None), Involvement.until_at > bindparam("now")),
)
_recorded = select(Record.recorded_by_id).where(Record.case_id == bindparam("of_case"))
_SUBJECTS = Prepared(_about)
_TIED = Prepared(
    union(
        *(
            people.with_only_columns(literal(part).label("part"), *people.selected_columns)
            for people, part in (
                (_about, SUBJECT),
                (_took_part, PARTICIPANT),
                (_recorded, PARTICIPANT),
            )
        )
    )
)
