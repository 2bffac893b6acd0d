"""Messages: what kinds there are, which of them come by mail as well, and writing them.

Each is in the application at once. A person chooses which kinds also come by mail, but for those
on which a duty hangs: they always do. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes import deadlines, timetable
from processes.deadlines import Deadline
from processes.library import Procedure
from processes.models import Case, Message, Person, Record


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
    "A deadline needs a manager",
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
    session: Session,
    procedure: Procedure,
    case: Case,
    sent: Record,
    readers: Iterable[Person],
    now: datetime,
) -> None:
    """Tell those who were sent a record that it waits to be read, in the change that sends it."""
    says = {"what": sent.name, "record": sent.id}
    mail_at = procedure.office.next_open(now)
    session.add_all(
        write(
            procedure, case, RECORD_TO_READ, f"record {sent.id}", each, says,
            told_at=now, mail_at=mail_at,
        )
        for each in readers
    )  # fmt: skip
