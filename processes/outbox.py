"""Mail that waits, and how far each has come: sent once, as far as that can be known.

To send one it is taken for a while, handed over and sent, each written down before the next step.
A sender that dies before it hands over leaves mail that is due again soon; one that dies after may
or may not have sent it, so that is in doubt, and only a person sends it again. Whoever hands over
must still hold what they took: of two senders one finds that it does not. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from processes import messages
from processes.models import HistoryEntry, Message, Person, Task

AT_ONCE = 20  # letters that a sender takes
TAKEN_FOR = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
MOST_TRIES = 24  # with growing pauses: about four days
TOO_OLD = timedelta(days=4)  # mail that nobody tried to send, for it was off
LATE_AFTER = timedelta(minutes=30)
DOUBTED_AFTER = timedelta(minutes=5)  # until then its sender may still be at it

IS_WAITING = Message.mail_at.is_not(None)
IS_REFUSED = and_(
    Message.mail_at.is_(None), Message.handed_at.is_(None), Message.problem.is_not(None)
)


@dataclass(frozen=True)
class Letter:
    """A message that its holder may send, until `until_at` or once it is handed over."""

    id: int
    kind: str
    recipient: str
    says: dict[str, Any]
    written_at: datetime
    told_at: datetime
    tries: int
    until_at: datetime
    handed_at: datetime | None = None


def is_in_doubt(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a message may have been sent, and nobody knows."""
    return and_(Message.handed_at <= now - DOUBTED_AFTER, Message.sent_at.is_(None))


def waits(session: Session, now: datetime) -> bool:
    """Say whether mail is due: one look at an index."""
    due = select(Message.id).where(Message.mail_at <= now).limit(1)
    return session.scalars(due).first() is not None


def is_stuck(session: Session, now: datetime) -> bool:
    """Say whether mail has waited for longer than a busy server explains, or is in doubt."""
    late = and_(
        Message.mail_at.is_not(None), Message.told_at <= now - LATE_AFTER, Message.tries > 1
    )
    stuck = select(Message.id).where(or_(late, is_in_doubt(now))).limit(1)
    return session.scalars(stuck).first() is not None


def take(session: Session, now: datetime) -> list[Letter]:
    """Take mail that is due, the longest waiting first; what nobody needs any more is dropped."""
    due = session.scalars(
        select(Message)
        .where(Message.mail_at <= now)
        .order_by(Message.mail_at, Message.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    needed = _needed(session, due, now)
    letters = []
    for message in due:
        if message not in needed:
            message.mail_at = None
            continue
        written_at, message.mail_at = message.mail_at or now, now + TAKEN_FOR
        message.tries += 1
        letters.append(
            Letter(
                message.id, message.kind, message.recipient, message.says, written_at,
                message.told_at, message.tries, message.mail_at,
            )
        )  # fmt: skip
    return letters


def hand_over(session: Session, letter: Letter, now: datetime) -> Letter | None:
    """Write that the mail server takes the text now, or return nothing: another sender did."""
    handed = {"handed_at": now, "mail_at": None}
    return replace(letter, handed_at=now) if _write(session, letter, **handed) else None


def keep_sent(session: Session, letter: Letter, now: datetime) -> None:
    _write(session, letter, sent_at=now, problem=None)


def keep_doubt(session: Session, letter: Letter, problem: str, _now: datetime) -> None:
    """Write why nobody knows whether a mail arrived that was handed over."""
    _write(session, letter, problem=problem)


def postpone(session: Session, letter: Letter, problem: str, now: datetime) -> None:
    """Try again later, after a pause that grows; after some days give up."""
    if letter.tries >= MOST_TRIES:
        give_up(session, letter, problem, now)
        return
    pause = min(timedelta(minutes=2**letter.tries), LONGEST_PAUSE)
    _write(session, letter, mail_at=now + pause, handed_at=None, problem=problem)


def give_up(session: Session, letter: Letter, problem: str, now: datetime) -> None:
    """Write that this mail cannot be delivered, into the case's history too."""
    if _write(session, letter, mail_at=None, handed_at=None, problem=problem):
        case_id = select(Message.case_id).where(Message.id == letter.id)
        about = {"name": messages.KINDS[letter.kind].title, "to": letter.recipient}
        session.add(
            HistoryEntry(
                case_id=session.scalar(case_id), at=now, what="mail not delivered",
                detail={**about, "problem": problem},
            )
        )  # fmt: skip


def send_again(session: Session, message: Message, *, by: Person, now: datetime) -> None:
    """Send what was refused, or is in doubt, once more, because somebody says so."""
    message.mail_at, message.handed_at, message.sent_at, message.tries = now, None, None, 0
    message.problem = f"Sent again by {by.name}."
    about = {"name": messages.KINDS[message.kind].title, "to": message.recipient}
    entry = {"at": now, "by_id": by.id, "what": "mail sent again", "detail": about}
    session.add(HistoryEntry(case_id=message.case_id, **entry))


def _needed(session: Session, due: Sequence[Message], now: datetime) -> list[Message]:
    """Return the messages that still say something to somebody who is still here."""
    tasks = {each.says.get("task") for each in due} - {None}
    holding = select(Task.key, Task.assignee_id).where(Task.key.in_(tasks))
    assignees = {key: assignee_id for key, assignee_id in session.execute(holding)} if tasks else {}
    gone = select(Person.id).where(
        Person.id.in_({each.person_id for each in due}), ~Person.is_active
    )
    left = set(session.scalars(gone)) if due else set()
    return [each for each in due if each.person_id not in left and _is_news(each, assignees, now)]


def _is_news(message: Message, assignees: dict[str, int | None], now: datetime) -> bool:
    if message.tries == 0 and message.problem is None and message.told_at < now - TOO_OLD:
        return False
    task, kind = message.says.get("task"), messages.KINDS[message.kind]
    if kind in messages.UNTIL_DONE and task is not None and task not in assignees:
        return False
    if kind is messages.TASK_GIVEN and assignees[message.says["task"]] != message.person_id:
        return False
    deadline = message.says.get("deadline")
    return not (kind is messages.DEADLINE_NEAR and deadline and deadline["due_at"] < now)


def _write(session: Session, letter: Letter, **values: Any) -> bool:
    """Write about a letter, if its sender holds it still."""
    is_held = (
        Message.handed_at == letter.handed_at
        if letter.handed_at
        else and_(Message.mail_at == letter.until_at, Message.handed_at.is_(None))
    )
    statement = update(Message).where(Message.id == letter.id, is_held).values(**values)
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
