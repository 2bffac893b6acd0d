"""Who has to do with a case, as its records say: who took part, whom it is about, who has a copy.

A list question of a form says what its rows are, by `"becomes": "participants"` or "recipients".
Each row has a name and may have an agency, a role and a contact; a participant's also says whether
they took part (`attended`) and whether the concern is about them (`subject`). Whoever signs in here
with the email address of a row's contact is that person, also if they are added later.

The latest record of a discussion says who took part in it: the rows of an earlier one are ended,
never removed. Nothing here commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from processes.audience import PARTICIPANT as PARTICIPANT
from processes.audience import RECIPIENT as RECIPIENT
from processes.audience import SUBJECT as SUBJECT
from processes.loaded import LoadedCase
from processes.models import Involvement, Person, Record
from processes.prepared import Prepared
from processes.signing import ATTENDED
from processes.signing import PARTICIPANTS as PARTICIPANTS

RECIPIENTS = "recipients"  # what rows become
_EMAIL = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+")
_FROM_ROW = "name", "agency", "role", "contact"
_PLACE = "case_id", "scope", "number", "task_key"
_WHOSE = select(Person.id).where(func.lower(Person.email) == bindparam("email")).limit(1)
_ADD = Prepared(
    insert(Involvement.__table__).values(  # type: ignore[arg-type]
        {each: bindparam(each) for each in (*_PLACE, *_FROM_ROW, "part", "since_at")}
        | {"person_id": _WHOSE.scalar_subquery()}
    )
)
_OF_DISCUSSION = (
    Involvement.case_id == bindparam("of_case"),
    Involvement.scope == bindparam("of_scope"),
    Involvement.number == bindparam("of_number"),
    or_(Involvement.part == PARTICIPANT, Involvement.part == SUBJECT),
    Involvement.until_at.is_(None),
)
_OF_TASK = (
    Involvement.task_key == bindparam("of_task"),
    Involvement.part == RECIPIENT,
    Involvement.until_at.is_(None),
)
_END_PARTICIPANTS, _END_RECIPIENTS = (
    Prepared(update(Involvement).where(*which).values(until_at=bindparam("now")))
    for which in (_OF_DISCUSSION, _OF_TASK)
)
_LATER = Prepared(
    select(Involvement.id)
    .where(*_OF_DISCUSSION, Involvement.task_key != bindparam("of_task"))
    .limit(1)
)


def keep(loaded: LoadedCase, record: Record, before: Mapping[str, Any]) -> None:
    """Make the people of a case say what a record just written says of them.

    Those of whom its edition `before` says the same stay as they are.
    """
    for asked in loaded.procedure.forms[record.element].questions():
        rows = record.answers.get(asked.key) or []
        becomes = asked.properties.get("becomes")
        if rows and rows == before.get(asked.key):
            continue
        if becomes == PARTICIPANTS and not _is_superseded(loaded, record):
            _END_PARTICIPANTS.send(loaded.connection, [{**_which(record), "now": loaded.now}])
            took_part = [row for row in rows if row.get("attended") in (None, ATTENDED)]
            about = [row for row in rows if row.get("subject")]
            parts = [(PARTICIPANT, row) for row in took_part if row not in about]
            _add(loaded, record, [*parts, *((SUBJECT, row) for row in about)])
        elif becomes == RECIPIENTS:
            if record.edition > 1:
                _END_RECIPIENTS.send(loaded.connection, [{**_which(record), "now": loaded.now}])
            _add(loaded, record, [(RECIPIENT, row) for row in rows])


def recognise(session: Session, person: Person) -> None:
    """Have somebody who signs in here from now on be whomever records named by their address."""
    named = select(Involvement).where(
        Involvement.person_id.is_(None),
        Involvement.contact.icontains(person.email, autoescape=True),
    )
    for each in session.scalars(named):
        if email_in(each.contact) == person.email:
            each.person_id = person.id


def email_in(contact: str | None) -> str:
    """Return the email address in somebody's contact, in small letters, or nothing."""
    found = _EMAIL.search(contact or "")
    return found[0].lower() if found else ""


def _is_superseded(loaded: LoadedCase, record: Record) -> bool:
    """Say whether a later record of the same discussion has said already who took part."""
    if record.edition == 1:
        return False
    return bool(_LATER.rows(loaded.connection, _which(record)))


def _add(
    loaded: LoadedCase, record: Record, people: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    place = {each: getattr(record, each) for each in _PLACE}
    rows = [
        {
            **place,
            **{each: row.get(each) for each in _FROM_ROW},
            "part": part,
            "since_at": loaded.now,
            "email": email_in(row.get("contact")),
        }
        for part, row in people
        if row.get("name")
    ]
    _ADD.send(loaded.connection, rows)


def _which(record: Record) -> dict[str, Any]:
    """Return what says which rows of the case a record speaks of."""
    place = zip(("case", "scope", "number", "task"), _PLACE, strict=True)
    return {f"of_{name}": getattr(record, each) for name, each in place}
