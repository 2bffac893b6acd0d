"""People who sign in: who they are, what they began to write, and what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from processes.models.base import Base, Value


class Person(Base):
    """Somebody who signs in. `roles` are role ids, as lanes name them; `wants` says of which
    messages they chose to have or not to have mail (see `processes.messages`).
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(Value)
    is_active: Mapped[bool] = mapped_column(default=True)
    wants: Mapped[dict[str, bool] | None] = mapped_column(Value)


class RefusedSignIn(Base):
    """A wrong password for an email address; too many within a while, and it has to wait."""

    __tablename__ = "refused_sign_in"
    __table_args__ = (Index("ix_refused_sign_in_email", "email", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    at: Mapped[datetime]


class Draft(Base):
    """What a person has typed into a page's form and not sent yet: names and texts, in order.

    `place` is the page's path. It outlives sessions, time-outs and the task it was typed for. Who
    typed on two devices at once has two drafts of one page, for neither may lose a word.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_place", "place", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    place: Mapped[str]
    typed: Mapped[list[list[str]]] = mapped_column(Value)
    saved_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Message(Base):
    """What somebody is told of a case: here, and by mail, which names no child.

    It is told once: `kind`, `about_key` and `recipient` (an email address) are unique together.
    `mail_at` is when mail is tried next, and empty when none is wanted or it has gone.
    `handed_at` is written just before the mail server takes the text: a message that has it and
    no `sent_at` may have arrived, and is never sent again by itself.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("kind", "about_key", "recipient", name="uq_message_kind"),
        Index("ix_message_mail_at", "mail_at"),
        Index("ix_message_person_id", "person_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about_key: Mapped[str]
    recipient: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    says: Mapped[dict[str, Any]] = mapped_column(Value)
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    handed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]
