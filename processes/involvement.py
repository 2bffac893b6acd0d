"""Who has to do with a case, as its records say: who took part, whom it is about, who has a copy.

A list question of a form says what its rows are, by `"becomes": "participants"` or "recipients".
Each row has a name and may have an agency, a role and a contact; a participant's also says whether
they took part (`attended`) and whether the concern is about them (`subject`). Whoever signs in here
with the email address of a row's contact is that person.

The latest record of a discussion says who took part in it: the rows of an earlier one are ended,
never removed. Nothing here commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, insert, select, update

from processes.audience import PARTICIPANT as PARTICIPANT
from processes.audience import RECIPIENT as RECIPIENT
from processes.audience import SUBJECT as SUBJECT
from processes.loaded import LoadedCase
from processes.models import Involvement, Person, Record
from processes.signing import ATTENDED

PARTICIPANTS, RECIPIENTS = "participants", "recipients"  # what rows become
_EMAIL = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+")
_WHOSE = select(Person.id).where(func.lower(Person.email) == bindparam("email"))
_ADD = insert(Involvement.__table__).values(person_id=_WHOSE.limit(1).scalar_subquery())  # type: ignore[arg-type]


def keep(loaded: LoadedCase, record: Record) -> None:
    """Make the people of a case say what a record just written says of them."""
    for asked in loaded.procedure.forms[record.element].questions():
        rows = record.answers.get(asked.key) or []
        becomes = asked.properties.get("becomes")
        if becomes == PARTICIPANTS and not _is_superseded(loaded, record):
            _end(loaded, _of_scope(record) & _part(PARTICIPANT, SUBJECT))
            took_part = [row for row in rows if row.get("attended") in (None, ATTENDED)]
            about = [row for row in rows if row.get("subject")]
            parts = [(PARTICIPANT, row) for row in took_part if row not in about]
            _add(loaded, record, [*parts, *((SUBJECT, row) for row in about)])
        elif becomes == RECIPIENTS:
            if record.edition > 1:
                _end(loaded, (Involvement.task_key == record.task_key) & _part(RECIPIENT))
            _add(loaded, record, [(RECIPIENT, row) for row in rows])


def email_in(contact: str | None) -> str:
    """Return the email address in somebody's contact, in small letters, or nothing."""
    found = _EMAIL.search(contact or "")
    return found[0].lower() if found else ""


def _is_superseded(loaded: LoadedCase, record: Record) -> bool:
    """Say whether a later record of the same discussion has said already who took part."""
    if record.edition == 1:
        return False
    others = _of_scope(record) & _part(PARTICIPANT, SUBJECT) & Involvement.until_at.is_(None)
    theirs = others & (Involvement.task_key != record.task_key)
    return bool(loaded.session.scalar(select(exists().where(theirs))))


def _end(loaded: LoadedCase, which: ColumnElement[bool]) -> None:
    ended = update(Involvement).where(which, Involvement.until_at.is_(None))
    statement = ended.values(until_at=loaded.now)
    loaded.session.execute(statement, execution_options={"synchronize_session": False})


def _add(
    loaded: LoadedCase, record: Record, people: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    place = {each: getattr(record, each) for each in ("case_id", "scope", "number", "task_key")}
    rows = [
        {
            **place,
            **{each: row.get(each) for each in ("name", "agency", "role", "contact")},
            "part": part,
            "since_at": loaded.now,
            "email": email_in(row.get("contact")),
        }
        for part, row in people
        if row.get("name")
    ]
    if rows:
        loaded.session.connection().execute(_ADD, rows)


def _of_scope(record: Record) -> ColumnElement[bool]:
    of_case = Involvement.case_id == record.case_id
    return of_case & (Involvement.scope == record.scope) & (Involvement.number == record.number)


def _part(*parts: str) -> ColumnElement[bool]:
    return Involvement.part.in_(parts)
