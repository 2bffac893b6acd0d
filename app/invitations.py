"""Who is invited to a meeting, as the record that plans it says; those taken off it are told too.

A form says which of its questions invite, by `"invites"` in their properties: `when`, `where` and
`chair` of the meeting, and in the list of people `why`, whose `default` is what somebody is told
for whom no reason was written. A row of that list has a name, and may have a role, an agency and a
contact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import papers
from app import words
from forms import Component, Form
from forms.words import words as say
from processes.involvement import email_in
from processes.library import Procedure
from processes.models import Case, Person, Record


@dataclass(frozen=True)
class Meeting:
    """What somebody is invited to, as the latest edition of a record says."""

    record: Record
    name: str
    when: datetime | date | None
    where: str
    chair: str


@dataclass(frozen=True)
class Invitation:
    """One person's. `key` is the same in every edition of the record."""

    meeting: Meeting
    key: str
    name: str
    role: str
    agency: str
    contact: str
    why: str
    is_withdrawn: bool

    @property
    def to(self) -> str:
        return ", ".join(each for each in (self.name, self.role, self.agency) if each)

    def is_for(self, person: Person) -> bool:
        """Say whether it invites somebody who signs in here, by the email in its contact."""
        return email_in(self.contact) == person.email.lower()


def invites(form: Form) -> bool:
    """Say whether a record of this form invites people."""
    return _people(form) is not None


def read(editions: Sequence[Record], case: Case, procedure: Procedure) -> list[Invitation]:
    """Return everybody whom any edition of a record invites, the present ones first."""
    latest = editions[-1]
    form = procedure.forms[latest.element]
    meeting = Meeting(
        latest,
        words.stage(procedure, latest.process, latest.number if latest.scope != "case" else None),
        _answered(form, "when", latest),
        _answered(form, "where", latest) or "",
        _answered(form, "chair", latest) or "",
    )
    found: dict[str, Invitation] = {}
    for record in reversed(editions):
        for row in _rows(form, record):
            off = record is not latest or _is_called_off(meeting, case)
            one = _invitation(form, meeting, row, is_withdrawn=off)
            found.setdefault(one.key, one)
    return list(found.values())


def for_calendar(invitation: Invitation, case: Case, now: datetime) -> papers.Meeting:
    """Return the meeting for one person: the reference only, and nothing that was typed of it."""
    meeting = invitation.meeting
    assert meeting.when is not None
    by = meeting.record.recorded_by
    return papers.Meeting(
        uid=f"{invitation.key}@safeguarding-pathway",
        # a person taken off is told in a later edition than any that invited them
        sequence=meeting.record.edition - 1 + (case.closed_at is not None),
        title=f"{meeting.name}, {case.reference}",
        says="Your invitation says why you are asked to take part.",
        starts=meeting.when,
        where=meeting.where,
        organiser=(by.name, by.email),
        invited=(invitation.name, papers.email_in(invitation.contact)),
        made_at=now,
        is_withdrawn=invitation.is_withdrawn,
    )


def _invitation(
    form: Form, meeting: Meeting, row: dict[str, Any], *, is_withdrawn: bool
) -> Invitation:
    people = _people(form)
    assert people
    said = {each.key: say(each, row.get(each.key)) for each in people.questions()}
    texts = {key: text if row.get(key) else "" for key, text in said.items()}
    why = _asked(people, "why")
    assert why
    return Invitation(
        meeting=meeting,
        key=_key(meeting.record, texts["name"]),
        name=texts["name"],
        role=texts.get("role", ""),
        agency=texts.get("agency", ""),
        contact=texts.get("contact", ""),
        why=texts[why.key] or why.properties.get("default", ""),
        is_withdrawn=is_withdrawn,
    )


def _key(record: Record, name: str) -> str:
    """Return what is the same for a person in every edition, and says nothing of them."""
    same = " ".join(name.casefold().split())
    return hashlib.sha256(f"{record.task_key}\0{same}".encode()).hexdigest()[:20]


def _is_called_off(meeting: Meeting, case: Case) -> bool:
    """Say whether the case was closed before the day of its meeting."""
    if case.closed_at is None or meeting.when is None:
        return False
    when = meeting.when
    return case.closed_at < when if isinstance(when, datetime) else case.closed_at.date() < when


def _rows(form: Form, record: Record) -> list[dict[str, Any]]:
    people = _people(form)
    given = record.answers.get(people.key) if people else None
    return [row for row in given or [] if row.get("name")]


def _people(form: Form) -> Component | None:
    return next((each for each in form.questions() if _asked(each, "why")), None)


def _asked(of: Form | Component, what: str) -> Component | None:
    return next((one for one in of.questions() if one.properties.get("invites") == what), None)


def _answered(form: Form, what: str, record: Record) -> Any:
    asked = _asked(form, what)
    return record.answers.get(asked.key) if asked else None
