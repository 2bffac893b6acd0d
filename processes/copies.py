"""Copies of a record: to whom it was sent, when and how, who has read it, who says they have it.

A list question whose rows become recipients says which record they were sent (`"sends"`), and may
begin with those who took part (`"begins_with"`). What the sender knows stands in its rows; whoever
signs in here says by themselves that they have their copy. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import Component, Form
from forms.words import words
from processes import audience, library, messages
from processes.calendar import Calendar, day_of
from processes.facts import Facts, Scope
from processes.involvement import PARTICIPANT, PARTICIPANTS, RECIPIENT, RECIPIENTS, email_in
from processes.library import Procedure
from processes.loaded import LoadedCase
from processes.models import Case, HistoryEntry, Involvement, Message, Person, Record
from processes.taking import read_facts

CONFIRMED = "copy confirmed"  # an entry of the history
MISSING_AFTER = 3  # working days


class NotYourCopy(PermissionError):
    """Nobody sent this record to the person who says that they have their copy."""


@dataclass(frozen=True)
class Copy:
    """One recipient's copy. Whoever does not sign in here has no `person_id`."""

    name: str
    agency: str | None
    person_id: int | None
    sent_at: datetime | None
    sent_how: str | None
    read_at: datetime | None
    confirmed_at: datetime | None

    def is_missing(self, calendar: Calendar, now: datetime) -> bool:
        """Say whether nobody has confirmed it, three working days after it was sent."""
        if self.confirmed_at or not self.sent_at:
            return False
        passed = calendar.working_days_between(day_of(self.sent_at), day_of(now))
        return passed >= MISSING_AFTER


@dataclass(frozen=True)
class Sending:
    """One sending of a record: what the sender wrote down (`by`), what was `sent`, and to whom."""

    by: Record
    sent: Record | None
    question: Component
    copies: list[Copy]
    left_out: list[str]  # who took part in the discussion, and was sent no copy

    def missing(self, calendar: Calendar, now: datetime) -> list[Copy]:
        """Return the copies that nobody has confirmed in three working days."""
        return [each for each in self.copies if each.is_missing(calendar, now)]

    def how(self, copy: Copy) -> str:
        """Say how a copy was sent, as the form says it."""
        asked = (each for each in self.question.questions() if each.key == "sent_how")
        return str(next((words(each, copy.sent_how) for each in asked), copy.sent_how or ""))


def of(session: Session, case: Case) -> list[Sending]:
    """Return every sending of a case's records, the first one first."""
    procedure = library.procedure_of(case.version)
    people = _people(session, case.id)
    involved = [each for each in people if each.part == RECIPIENT]
    keys = {each.task_key for each in involved}
    editions = session.scalars(
        select(Record).where(Record.task_key.in_(keys)).order_by(Record.id)
    ).all()
    latest = {each.task_key: each for each in editions}
    firsts = {each.task_key: each for each in reversed(editions)}
    told = _told(session, case.id) if latest else []
    facts = read_facts(session, case.id) if latest else Facts()
    sendings = []
    for key, by in latest.items():
        question = recipients_of(procedure.forms[by.element])
        if question:
            sent = _sent(session, firsts[key], question)
            known = {each.name: each.person_id for each in involved if each.task_key == key}
            went_at = _went_at(procedure.forms[by.element], by)
            rows = [
                {**row, "sent_at": row.get("sent_at") or went_at}
                for row in by.answers.get(question.key) or []
            ]
            copies = [_copy(row, known.get(row.get("name", "")), key, sent, told) for row in rows]
            parties = _parties(people, (by.scope, by.number), facts)
            left_out = _left_out(parties, rows)
            sendings.append(Sending(by, sent, question, copies, left_out))
    return sendings


def missing(session: Session, case: Case, now: datetime) -> list[tuple[Sending, Copy]]:
    """Return the copies of a case's records that nobody has confirmed in three working days."""
    calendar = library.procedure_of(case.version).calendar
    return [(each, copy) for each in of(session, case) for copy in each.missing(calendar, now)]


def confirm(session: Session, key: str, *, by: Person, now: datetime) -> Record:
    """Write down that a person has their copy; return the record of the sending.

    `key` is the task by which it was sent. Saying it again changes nothing.
    """
    mine = select(Involvement.case_id).where(
        Involvement.task_key == key,
        Involvement.part == RECIPIENT,
        Involvement.person_id == by.id,
        Involvement.until_at.is_(None),
    )
    case_id = session.scalars(mine.limit(1)).first()
    if case_id is None:
        raise NotYourCopy("Nobody sent you this record, so there is nothing to confirm.")
    sending = session.scalars(
        select(Record).where(Record.task_key == key).order_by(Record.id)
    ).all()[0]
    said = [each for each in _told(session, case_id) if each.by_id == by.id]
    if not any(_confirms(each, key) for each in said):
        detail = {"key": key, "name": sending.name}
        entry = HistoryEntry(case_id=case_id, at=now, by_id=by.id, what=CONFIRMED, detail=detail)
        session.add(entry)
    return sending


def begin_with(
    session: Session, case_id: int, procedure: Procedure, element: str, scope: Scope, facts: Facts
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a task's list of recipients begins with: everyone who took part."""
    question = recipients_of(procedure.forms[element])
    if question is None or question.properties.get("begins_with") != "participants":
        return {}
    took_part = _parties(_people(session, case_id), scope, facts)
    agencies = agencies_of(procedure)
    people = {
        (each.name, each.contact): {
            "name": each.name,
            "agency": agencies.get(each.agency or "", each.agency),
            "contact": each.contact,
        }
        for each in took_part
    }
    return {question.key: list(people.values())} if people else {}


def tell(loaded: LoadedCase, record: Record, question: Component) -> None:
    """Tell those who sign in here that a record sent to them waits to be read, each once."""
    emails = {email_in(row.get("contact")) for row in record.answers.get(question.key) or []}
    sent = _sent(loaded.session, record, question) if emails - {""} else None
    if sent is None:
        return
    known = select(Person).where(Person.is_active).order_by(Person.id)
    told = select(Message.person_id).where(
        Message.kind == messages.RECORD_TO_READ.id, Message.about_key == f"record {sent.id}"
    )
    recipients = select(Involvement.person_id).where(
        Involvement.task_key == record.task_key, Involvement.part == RECIPIENT
    )
    readers = loaded.session.scalars(
        known.where(Person.id.in_(recipients.where(Involvement.until_at.is_(None))))
        .where(Person.id.not_in(told.where(Message.person_id.is_not(None))))
        .where(Person.id.not_in(audience.subjects(loaded.session, loaded.case)))
    ).all()
    if readers:
        case = loaded.procedure, loaded.case
        messages.tell_readers(loaded.session, *case, sent, readers, loaded.now)


def recipients_of(form: Form) -> Component | None:
    """Return the list question of a form whose rows become recipients, if it has one."""
    lists = (each for each in form.questions() if each.properties.get("becomes") == RECIPIENTS)
    return next(lists, None)


def agencies_of(procedure: Procedure) -> dict[str, str]:
    """Return how the forms say each agency that somebody may have taken part for."""
    return {
        option.value: option.label
        for form in procedure.forms.values()
        for people in form.questions()
        if people.properties.get("becomes") == PARTICIPANTS
        for asked in people.questions()
        if asked.key == "agency"
        for option in asked.options
    }


def _people(session: Session, case_id: int) -> list[Involvement]:
    """Return who took part in the discussions of a case, and who was sent a record."""
    people = select(Involvement).where(
        Involvement.case_id == case_id,
        Involvement.part.in_((PARTICIPANT, RECIPIENT)),
        Involvement.until_at.is_(None),
    )
    return list(session.scalars(people.order_by(Involvement.id)))


def _parties(people: Iterable[Involvement], scope: Scope, facts: Facts) -> list[Involvement]:
    """Return who took part in the discussion; of an enquiry, in the one that led to it or a later.

    Who was at its conference is none of them: they are told there.
    """
    kind, first = scope
    last = first
    if kind == "enquiry":
        first = facts.get(scope, "initiating_discussion_number") or 1
        last = facts.next_number("discussion")
    discussions = range(first, last + 1)
    took_part = (each for each in people if each.part == PARTICIPANT)
    return [each for each in took_part if each.scope == "discussion" and each.number in discussions]


def _left_out(parties: Iterable[Involvement], rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return whom none of these rows names."""
    names = {row.get("name") for row in rows}
    emails = {email_in(row.get("contact")) for row in rows} - {""}
    return [
        each.name
        for each in parties
        if each.name not in names and email_in(each.contact) not in emails
    ]


def _sent(session: Session, sending: Record, question: Component) -> Record | None:
    """Return the edition that was the latest when it was sent."""
    return session.scalars(
        select(Record)
        .where(Record.case_id == sending.case_id, Record.id < sending.id)
        .where(Record.scope == sending.scope, Record.number == sending.number)
        .where(Record.element == question.properties.get("sends"))
        .order_by(Record.id.desc())
        .limit(1)
    ).first()


def _told(session: Session, case_id: int) -> list[HistoryEntry]:
    said = HistoryEntry.what.in_((CONFIRMED, "read"))
    query = select(HistoryEntry).where(HistoryEntry.case_id == case_id, said)
    return list(session.scalars(query.order_by(HistoryEntry.id)))


def _confirms(entry: HistoryEntry, key: str) -> bool:
    return entry.what == CONFIRMED and entry.detail.get("key") == key


def _went_at(form: Form, by: Record) -> datetime | None:
    """Return when all the copies went for which no other time is said."""
    marked = (
        by.answers.get(each.key)
        for each in form.questions()
        if each.properties.get("happened") == "yes"
    )
    return next((at for at in marked if isinstance(at, datetime)), None)


def _copy(
    row: dict[str, Any],
    person_id: int | None,
    key: str,
    sent: Record | None,
    told: Iterable[HistoryEntry],
) -> Copy:
    own = [each for each in told if person_id and each.by_id == person_id]
    read = [each.at for each in own if sent and _reads(each, sent)]
    confirmed = [each.at for each in own if _confirms(each, key)]
    return Copy(
        name=row.get("name") or "",
        agency=row.get("agency"),
        person_id=person_id,
        sent_at=row.get("sent_at"),
        sent_how=row.get("sent_how"),
        read_at=min(read, default=None),
        confirmed_at=row.get("acknowledged_at") or min(confirmed, default=None),
    )


def _reads(entry: HistoryEntry, record: Record) -> bool:
    """Say whether an entry is about reading this record once it was there."""
    about = entry.detail.get("of"), entry.detail.get("name")
    return (
        entry.what == "read" and about == ("record", record.name) and entry.at >= record.recorded_at
    )
