"""Messages: what kinds there are, which of them come by mail as well, and writing them.

Each is in the application at once. A person chooses which kinds also come by mail, but for those
on which a duty hangs: they always do. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import audience, deadlines, timetable
from processes.deadlines import Deadline
from processes.library import Procedure
from processes.models import Case, Involvement, Message, Person, Record


@dataclass(frozen=True)
class Kind:
    """A kind of message. One that is statutory always comes by mail, because of `reason`."""

    id: str
    title: str
    by_mail: bool = True  # until a person chooses otherwise
    reason: str = ""

    @property
    def is_statutory(self) -> bool:
        return bool(self.reason)


TASK_GIVEN = Kind("task_given", "A task was given to you")
TEAM_TASK = Kind("team_task", "A task waits for your team", by_mail=False)
DEADLINE_NEAR = Kind("deadline_near", "A deadline is near")
DEADLINE_PASSED = Kind(
    "deadline_passed", "A deadline has passed", reason="A duty to a child was not done in time."
)
DEADLINE_PASSED_ON = Kind(
    "deadline_passed_on",
    "A deadline is passed on to you",
    reason="The procedure asks a manager to step in before it is too late.",
)
APPROVAL_ASKED = Kind(
    "approval_asked",
    "Your approval is asked",
    reason="Nothing goes on for the child until somebody signs, approves or refuses.",
)
RECORD_TO_READ = Kind(
    "record_to_read",
    "A record to read",
    reason="Sending the record to everyone who took part is a duty with a deadline.",
)
KINDS = {
    kind.id: kind
    for kind in (
        TASK_GIVEN,
        TEAM_TASK,
        DEADLINE_NEAR,
        DEADLINE_PASSED,
        DEADLINE_PASSED_ON,
        APPROVAL_ASKED,
        RECORD_TO_READ,
    )
}
# once the task is done, these say nothing any more
UNTIL_DONE = (TASK_GIVEN, TEAM_TASK, DEADLINE_NEAR, APPROVAL_ASKED)
# what procedure.toml may say of a task, under [telling]
OF_A_TASK = (APPROVAL_ASKED.id, RECORD_TO_READ.id)


def wants_mail(person: Person, kind: Kind) -> bool:
    """Say whether a kind of message also comes to a person by mail."""
    return kind.is_statutory or (person.wants or {}).get(kind.id, kind.by_mail)


def write(
    procedure: Procedure,
    case: Case,
    kind: Kind,
    about_key: str,
    person: Person,
    says: dict[str, Any],
    *,
    told_at: datetime,
    mail_at: datetime,
    deadline: Deadline | None = None,
    always_mail: bool = False,
) -> Message:
    """Return the message that tells a person of a case, by the child's reference only."""
    says = {**says, "reference": case.reference, "procedure": procedure.title}
    if deadline:
        left = deadlines.left(deadline, mail_at, procedure.calendar)
        says["deadline"] = {**timetable.describe(deadline), "left": left}
    return Message(
        kind=kind.id,
        about_key=about_key,
        recipient=person.email,
        person_id=person.id,
        case_id=case.id,
        says=says,
        told_at=told_at,
        mail_at=mail_at if always_mail or wants_mail(person, kind) else None,
    )


def tell_readers(
    session: Session, procedure: Procedure, case: Case, sending: Record, sent_by_task: str
) -> None:
    """Tell those to whom a record was sent that it waits to be read, in the change that sends it.

    `sending` says who they are, and the latest record of `sent_by_task` is what they were sent. Of
    one edition of it each is told once.
    """
    sent = session.scalars(
        select(Record)
        .where(Record.case_id == case.id, Record.element == sent_by_task)
        .where(Record.scope == sending.scope, Record.number == sending.number)
        .order_by(Record.id.desc())
        .limit(1)
    ).first()
    if sent is None:
        return
    key, told_at = f"record {sent.id}", sending.recorded_at
    mail_at = procedure.office.next_open(told_at)
    told = select(Message.person_id).where(
        Message.case_id == case.id, Message.kind == RECORD_TO_READ.id, Message.about_key == key
    )
    having = select(Involvement.person_id).where(
        Involvement.task_key == sending.task_key,
        Involvement.part == audience.RECIPIENT,
        Involvement.until_at.is_(None),
    )
    readers = session.scalars(
        select(Person)
        .where(Person.is_active, Person.id.in_(having), Person.id != sending.recorded_by_id)
        .where(Person.id.not_in(told), Person.id.not_in(audience.subjects(case)))
        .order_by(Person.id)
    )
    says = {"what": sent.name, "record": sent.id}
    for reader in readers.all():
        row = write(
            procedure, case, RECORD_TO_READ, key, reader, says, told_at=told_at, mail_at=mail_at
        )
        session.add(row)
