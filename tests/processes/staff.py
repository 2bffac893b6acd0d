"""An office with somebody for each role, and what each of them was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from bench.walks import unsigned
from processes import library, telling
from processes.models import Case, Involvement, Message, Person, Task
from tests.processes.conftest import LONDON, Pathway

Told = set[tuple[str, str]]
STAFF = {
    "Priya": "first_response",
    "Sam": "social_worker",
    "Tom": "team_manager",
    "Kit": "out_of_hours",
    "Rae": "service_manager",
    "Bo": "police",
}


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


def tell_all(sessions: sessionmaker[Session], now: datetime) -> int:
    """Tell of everything new, as the server's sweep does; return how many messages that was."""
    with sessions() as session:
        untold = telling.untold_cases(session, now, telling.SWEEP_CASES)
    return telling.tell_cases(sessions, untold, now)


class Office(Pathway):
    """A pathway with a person for each role, and what they were told."""

    def __init__(self, engine: Engine) -> None:
        # without the rules of signing, which are not what is tested here
        super().__init__(engine, unsigned(library.read("brighton_and_hove")))
        self.let_amina_be("first_response", "referrer")
        for name, role in STAFF.items():
            self.hire(name, role)
        self.now = at(11)

    def let_amina_be(self, *roles: str) -> None:
        """Give the person who does everything these roles."""
        with self.sessions.begin() as session:
            self.person(session).roles = list(roles)

    def hire(self, name: str, *roles: str, **more: object) -> int:
        with self.sessions.begin() as session:
            row = Person(
                name=name, email=f"{name.lower()}@example.org", password_hash="",
                roles=list(roles), is_active=True, **more,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def tell(self, now: datetime | None = None) -> int:
        return tell_all(self.sessions, now or self.now)

    def sweep(self, now: datetime) -> int:
        self.fire(now)
        return self.tell(now)

    def messages(self, *kinds: str, since: datetime | None = None) -> list[Message]:
        with self.sessions() as session:
            found = session.scalars(select(Message).order_by(Message.id)).all()
        return [
            each
            for each in found
            if (not kinds or each.kind in kinds) and (since is None or each.told_at >= since)
        ]

    def told(self, *kinds: str, since: datetime | None = None) -> Told:
        """Return who was told what, but for the person who does everything here."""
        return {
            (each.recipient.split("@")[0], each.says["what"])
            for each in self.messages(*kinds, since=since)
            if each.recipient != "amina"
        }

    def change(self, element: str, **values: object) -> None:
        with self.sessions.begin() as session:
            session.execute(update(Task).where(Task.element == element).values(**values))

    def involve(self, person_id: int, part: str) -> None:
        with self.sessions.begin() as session:
            case_id = session.scalars(select(Case.id)).one()
            session.add(
                Involvement(
                    case_id=case_id, person_id=person_id, part=part, name="", since_at=self.now
                )
            )


def names(told: Iterable[tuple[str, str]]) -> set[str]:
    return {name for name, _ in told}
