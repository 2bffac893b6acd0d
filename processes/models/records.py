"""Records, and what they lead to: actions, who has to do with the case, and files beside them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from processes.models.base import Base, Value
from processes.models.people import Person


class Record(Base):
    """The answers of a completed task, kept for good; a change is a new edition of it.

    `carried` names, for each answer that was taken over unchanged, the record it came from;
    `together` is shared by the records of one completion for several children. `task_key` is the
    task that its first edition completed; `anew_key` the one that this edition did, once the step
    had been sent back.
    """

    __tablename__ = "record"
    __table_args__ = (
        Index("ix_record_case_id_scope", "case_id", "scope", "number"),
        Index("ix_record_recorded_by_id", "recorded_by_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    task_key: Mapped[str] = mapped_column(index=True)
    stage: Mapped[str | None]
    process: Mapped[str]
    element: Mapped[str]
    name: Mapped[str]
    scope: Mapped[str]
    number: Mapped[int]
    edition: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(Value)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_hash: Mapped[str | None]
    why: Mapped[str | None]
    carried: Mapped[dict[str, int] | None] = mapped_column(Value)
    together: Mapped[str | None] = mapped_column(index=True)
    anew_key: Mapped[str | None] = mapped_column(index=True)

    recorded_by: Mapped[Person] = relationship()


class Action(Base):
    """Something that was agreed to be done, by whom and by when, in one child's record.

    Actions of brothers and sisters that were agreed together share a `group_key`; each keeps its
    own course. `status` is "open", "done" or "superseded" (the record was changed and says no more
    of it).
    """

    __tablename__ = "action"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_key: Mapped[str] = mapped_column(index=True)
    group_key: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    agency: Mapped[str | None]
    person: Mapped[str | None]
    due_on: Mapped[date | None]
    status: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_note: Mapped[str | None]

    closed_by: Mapped[Person | None] = relationship()


class Involvement(Base):
    """How somebody has to do with a case: who may see it, and whom its records reach.

    `part` is "participant" (of the discussion `number`, as the record `task_key` says), "recipient"
    (was sent a record of it, as the record `task_key` says), "subject" (the concern is about them:
    they never see the case), or "opened" (by a reason given, until `until_at`). `person_id` is
    empty for those who do not sign in here.
    """

    __tablename__ = "involvement"
    __table_args__ = (Index("ix_involvement_person_id", "person_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    part: Mapped[str]
    name: Mapped[str]
    agency: Mapped[str | None]
    role: Mapped[str | None]
    contact: Mapped[str | None]
    scope: Mapped[str | None]
    number: Mapped[int | None]
    task_key: Mapped[str | None] = mapped_column(index=True)
    since_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    why: Mapped[str | None]


class Attachment(Base):
    """A file that somebody gave as an answer. Its bytes never change; `hash` is theirs (SHA-256).

    It belongs to whoever gave it until a record of a case names it.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    hash: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(deferred=True)
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
