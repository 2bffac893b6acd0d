"""A case: its way through a procedure, what is known of it, what waits, and its history.

A case is one child's journey. Its process instances hold only the engine's state; what people wrote
is in records, what drives the diagrams is in facts, and both are only ever added to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from processes.models.base import Base, Value
from processes.models.people import Person


class ProcedureVersion(Base):
    """One published state of a local procedure: its files, their compiled form, a hash of the
    files.
    """

    __tablename__ = "procedure_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(index=True)
    number: Mapped[int]
    hash: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    in_force_from: Mapped[date]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class FamilyGroup(Base):
    """The cases of brothers and sisters."""

    __tablename__ = "family_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    cases: Mapped[list[Case]] = relationship(back_populates="family_group", order_by="Case.id")


class Case(Base):
    """One child's journey. `changed_at` and `revision` are written as somebody begins to change it,
    which keeps every other change waiting; see also SQLAlchemy's version_id_col.
    """

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_group_id: Mapped[int] = mapped_column(ForeignKey("family_group.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"))
    linked_to_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    child_name: Mapped[str]
    born_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    family_group: Mapped[FamilyGroup] = relationship(back_populates="cases")
    version: Mapped[ProcedureVersion] = relationship()

    __mapper_args__ = {"version_id_col": revision}


class Instance(Base):
    """A BPMN process instance of a case: the pathway, or a process beside it. `state` is the
    engine's.

    `stages` maps the key of each run of a called process to its scope and number;
    `about` says what the instance was started about, and expressions may read it.
    """

    __tablename__ = "instance"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    process: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(Value)
    stages: Mapped[dict[str, Any]] = mapped_column(Value)
    state: Mapped[bytes]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Fact(Base):
    """Something true of a case that a diagram or table names. A later row of one name corrects
    it.
    """

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    scope: Mapped[str]
    number: Mapped[int]
    name: Mapped[str]
    value: Mapped[Any] = mapped_column(Value)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    why: Mapped[str | None]


class Task(Base):
    """A user task waiting for a person. `key` is the engine's token; `roles` may complete it.

    `assignee_id` is who has claimed it or was handed it; `due_unit` says by which clock it is due,
    so that what cannot wait reaches the out-of-hours team; `told_at` is when people were told.
    """

    __tablename__ = "task"

    key: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    process: Mapped[str]
    stage: Mapped[str | None]
    element: Mapped[str]
    name: Mapped[str]
    lane: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(Value)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    due_rule: Mapped[str | None]
    due_unit: Mapped[str | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    told_at: Mapped[datetime | None] = mapped_column(index=True)

    case: Mapped[Case] = relationship()
    assignee: Mapped[Person | None] = relationship()


class Timer(Base):
    """A timer event that waits, or a reminder before its deadline. A fired one stays, with
    `fired_at`.

    `kind` is "passed" for the timer drawn on the diagram, "remind" or "escalate" for the moments
    that its deadline's row names. A timer whose deadline is not counting yet has no `due_at`.
    `told_at` is when people were told that it fired.
    """

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_due", "fired_at", "due_at"),
        Index("ix_timer_told_at", "told_at", "fired_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    kind: Mapped[str]
    key: Mapped[str]
    activity: Mapped[str | None]
    process: Mapped[str]
    stage: Mapped[str | None]
    element: Mapped[str]
    name: Mapped[str]
    rule: Mapped[str | None]
    scope: Mapped[str | None]
    number: Mapped[int | None]
    due_at: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class Incident(Base):
    """A case stopped by an error until a person resolves it. Its timers wait; people may still
    act.
    """

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    happened_at: Mapped[datetime]
    says: Mapped[str]
    is_open: Mapped[bool] = mapped_column(default=True)
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class HistoryEntry(Base):
    """Who did what to a case and when. Only ever added to."""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_at", "at", "id"),
        Index("ix_history_by_id", "by_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(Value)

    by: Mapped[Person | None] = relationship()
