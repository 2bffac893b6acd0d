"""Actions: what was agreed to be done, by whom and by when, as rows of their own.

A list question that says `"becomes": "actions"` is their source: its rows answer `action`,
`agency`, `person` and `due_on`. They are written with the record and kept in step with its later
editions: what an edition says no more of is superseded, never deleted. Nothing here commits.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import Component
from forms.words import words
from processes import rows, taking, values
from processes.loaded import LoadedCase
from processes.models import Action, HistoryEntry, Person, Record

OPEN, DONE, SUPERSEDED = "open", "done", "superseded"
BECOMES = "actions"
COLUMNS = {"action": "what", "agency": "agency", "person": "person", "due_on": "due_on"}
_COURSE = ("status", "closed_at", "closed_by_id", "closed_note")


class ActionNotOpen(Exception):
    """The action was done, or its record changed, before this request reached it."""


class ActionNotDone(Exception):
    """The action was opened again, or its record changed, before this request reached it."""


def keep(loaded: LoadedCase, record: Record, before: Mapping[str, Any]) -> None:
    """Make a case's actions say what a record just written agrees.

    In a new edition an action whose words are the same stays the same one: its course goes on. What
    the edition says no more is superseded. `before` is what its earlier edition answered.
    """
    asked = loaded.procedure.forms[record.element].becoming(BECOMES)
    if all(record.answers.get(each.key) == before.get(each.key) for each in asked):
        return
    standing = _standing(loaded.session, record) if record.edition > 1 else []
    added, gone = [], []
    for agreed in _agreed(loaded, record):
        same = next((each for each in standing if each.what == agreed["what"]), None)
        if same is not None:
            standing.remove(same)
            if all(getattr(same, column) == agreed[column] for column in COLUMNS.values()):
                continue
            agreed |= {name: getattr(same, name) for name in ("group_key", *_COURSE)}
            gone.append(same)
        added.append(agreed)
    for each in (*standing, *gone):
        _supersede(each, loaded.now, loaded.by)
    loaded.session.flush()
    rows.add(loaded.connection, Action, added)


def finish(
    session: Session, actions: Sequence[Action], note: str, *, by: Person, now: datetime
) -> None:
    """Say that actions, one or those of brothers and sisters, are done; each case's history keeps
    its own.
    """
    found = _locked(session, actions)
    if any(each.status != OPEN for each in found):
        raise ActionNotOpen
    for each in found:
        each.status, each.closed_at, each.closed_by_id = DONE, now, by.id
        each.closed_note = note or None
    session.flush()
    told = [_told("action done", each, by, now, note=each.closed_note) for each in found]
    rows.add(session.connection(), HistoryEntry, told)


def reopen(
    session: Session, actions: Sequence[Action], why: str, *, by: Person, now: datetime
) -> None:
    """Say that actions are to be done after all; what was said of each stays in its history."""
    found = _locked(session, actions)
    if any(each.status != DONE for each in found):
        raise ActionNotDone
    told = [
        _told("action reopened", each, by, now, was=each.closed_at, note=each.closed_note, why=why)
        for each in found
    ]
    for each in found:
        each.status, each.closed_at, each.closed_by_id, each.closed_note = OPEN, None, None, None
    session.flush()
    rows.add(session.connection(), HistoryEntry, told)


def _locked(session: Session, actions: Sequence[Action]) -> Sequence[Action]:
    """Lock the cases of actions, in the order of their numbers, and read the actions anew."""
    numbers = [each.id for each in actions]
    for case_id in sorted({each.case_id for each in actions}):
        taking.lock(session, case_id, skip_locked=False)
    wanted = select(Action).where(Action.id.in_(numbers)).order_by(Action.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def _told(what: str, action: Action, by: Person, now: datetime, **more: Any) -> dict[str, Any]:
    detail = {"name": action.what, "action": action.id, **more}
    return {"case_id": action.case_id, "at": now, "by_id": by.id, "what": what, "detail": detail}


def _agreed(loaded: LoadedCase, record: Record) -> Iterator[dict[str, Any]]:
    """Go through the rows of a record that are actions, as rows of the table.

    The key is the same wherever the same was agreed at once, whatever else a child's record says.
    """
    source = record.together or record.task_key
    seen: Counter[str] = Counter()
    for asked in loaded.procedure.forms[record.element].becoming(BECOMES):
        questions = {each.key: each for each in asked.questions()}
        for row in record.answers.get(asked.key) or []:
            if not row.get("action"):
                continue
            said = {column: _said(questions[key], row.get(key)) for key, column in COLUMNS.items()}
            digest = hashlib.sha256(values.dump(said).encode()).hexdigest()[:16]
            seen[digest] += 1
            place = {"case_id": record.case_id, "task_key": record.task_key}
            group_key = f"{source}-{digest}-{seen[digest]}"
            yield {
                **place,
                "group_key": group_key,
                **said,
                **dict.fromkeys(_COURSE),
                "status": OPEN,
            }


def _said(question: Component, value: Any) -> Any:
    """Return an answer as the row keeps it: a date, or words, those of the choice that was made."""
    return value if value is None or isinstance(value, date) else str(words(question, value))


def _standing(session: Session, record: Record) -> list[Action]:
    found = select(Action).where(Action.task_key == record.task_key, Action.status != SUPERSEDED)
    return list(session.scalars(found.order_by(Action.id)))


def _supersede(action: Action, now: datetime, by: Person | None) -> None:
    action.status, action.closed_at = SUPERSEDED, now
    action.closed_by_id = by.id if by else None
