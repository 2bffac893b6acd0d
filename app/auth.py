"""Who may come in, and which roles may use what: sign-in, session time-out, groups of roles.

A view says who may use it with `@allow("practitioners")`; `app.guard` holds every request to it.
"""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from flask import Flask, current_app, g, request, session
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from app import remember, sessions
from app.config import Settings
from processes import objects
from processes.models import Person, RefusedSignIn
from processes.prepared import Prepared
from processes.roles import MAY_OPEN, PRACTITIONERS, ROLES

View = TypeVar("View", bound=Callable[..., Any])

# Who may use a view: "anyone" needs no sign-in, the others are role ids.
GROUPS: dict[str, frozenset[str]] = {
    "everybody signed in": frozenset(ROLES),
    "practitioners": frozenset(PRACTITIONERS),
    "managers": frozenset({"team_manager", "service_manager"}),
    "administrators": frozenset({"administrator"}),
    "case openers": MAY_OPEN,
    "auditors": frozenset({"auditor"}),
    "history readers": frozenset({"team_manager", "service_manager", "auditor"}),
    "procedure readers": frozenset(ROLES) - {"referrer"},
}


SHORTEST_PASSWORD = 12
# A password given by an administrator is marked before its hash, with the moment until which it
# lets somebody in: they choose their own before anything else, and with the hash the mark is gone.
ONE_TIME, ONE_TIME_LASTS = "one-time ", timedelta(days=7)
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"  # no letter or figure that looks like another
_PERSON = Prepared(select(*objects.columns(Person)).where(Person.id == bindparam("number")))


class SignedOut(Exception):
    """The page needs somebody who is signed in, and nobody is, or not any more."""

    def __init__(self, timed_out: bool) -> None:
        super().__init__("Nobody is signed in.")
        self.timed_out = timed_out


class MustChoosePassword(Exception):
    """Somebody came in with a one-time password, and has not chosen their own yet."""


class WrongPassword(Exception):
    """No active person has this email address and password; `person` has the address, if any."""

    def __init__(self, person: Person | None) -> None:
        super().__init__("The password is wrong.")
        self.person = person


class OneTimeExpired(Exception):
    """A one-time password is right, and was given too long ago to let `person` in."""

    def __init__(self, person: Person) -> None:
        super().__init__("The one-time password has expired.")
        self.person = person


class TooManyAttempts(Exception):
    """Too many wrong passwords were given for one email address; it has to wait."""


def allow(who: str) -> Callable[[View], View]:
    """Say who may use a view: a name in GROUPS, or "anyone"."""
    if who != "anyone" and who not in GROUPS:
        raise ValueError(f"{who} is not a group of roles")

    def mark(view: View) -> View:
        view.allowed_to = who  # type: ignore[attr-defined]
        return view

    return mark


def may(person: Person, who: str) -> bool:
    """Say whether one of a person's roles belongs to a group."""
    return not GROUPS[who].isdisjoint(person.roles)


class Doorkeeper:
    """Checks passwords, and counts the wrong ones of each email address in the database.

    A password is hashed while no transaction is open: nobody waits for the database meanwhile.
    """

    def __init__(self, settings: Settings) -> None:
        self.hasher = PasswordHasher(
            time_cost=settings.argon2_time, memory_cost=settings.argon2_memory, parallelism=1
        )
        self._most_wrong = settings.wrong_passwords
        self._wait = timedelta(minutes=settings.wait_minutes)

    def check(
        self, reading: sessionmaker[Session], email: str, password: str, now: datetime
    ) -> Person:
        """Return the person whose email address and password these are."""
        name = _name(email)
        same = RefusedSignIn.email == name, RefusedSignIn.at > now - self._wait
        with reading() as database:
            wrong = database.scalar(select(func.count(RefusedSignIn.id)).where(*same)) or 0
            known = select(Person).where(func.lower(Person.email) == name, Person.is_active)
            person = database.scalars(known).one_or_none()
        if wrong >= self._most_wrong:
            raise TooManyAttempts()
        # An unknown address takes as long as a wrong password, and is answered alike.
        if not self._matches(person.password_hash if person else self._nobody, password):
            raise WrongPassword(person)
        if person is None:
            raise WrongPassword(None)
        if has_expired(person, now):
            raise OneTimeExpired(person)
        return person

    def hash(self, password: str, *, one_time_until: datetime | None = None) -> str:
        """Return what is kept of a password. It takes a while: no transaction may be open."""
        mark = f"{ONE_TIME}{one_time_until.isoformat()} " if one_time_until else ""
        return f"{mark}{self.hasher.hash(password)}"

    def count(self, database: Session, email: str, now: datetime) -> None:
        """Count a wrong password, and forget those that count no more."""
        database.execute(delete(RefusedSignIn).where(RefusedSignIn.at <= now - self._wait))
        database.add(RefusedSignIn(email=_name(email), at=now))

    def forgive(self, database: Session, email: str) -> None:
        """Forget the wrong passwords of somebody who has given the right one."""
        database.execute(delete(RefusedSignIn).where(RefusedSignIn.email == _name(email)))

    @cached_property
    def _nobody(self) -> str:
        """A hash of no password, as the others are: made up, for hashing one takes its time."""
        as_ours, sizes = self.hasher, (self.hasher.salt_len, self.hasher.hash_len)
        salt, found = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in sizes)
        cost = f"m={as_ours.memory_cost},t={as_ours.time_cost},p={as_ours.parallelism}"
        return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${found}"

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self.hasher.verify(password_hash.rpartition(" ")[2], password)
        except (VerificationError, InvalidHashError):
            return False


def must_choose(person: Person) -> bool:
    """Say whether a person has a one-time password, and has to choose their own."""
    return person.password_hash.startswith(ONE_TIME)


def one_time_until(person: Person) -> datetime | None:
    """Return until when a person's one-time password lets them in, if they have one that says."""
    if not must_choose(person):
        return None
    until = person.password_hash.removeprefix(ONE_TIME).rpartition(" ")[0]
    return datetime.fromisoformat(until) if until else None


def has_expired(person: Person, now: datetime) -> bool:
    """Say whether a person has a one-time password that lets nobody in any more."""
    until = one_time_until(person)
    return must_choose(person) and (until is None or now > until)


def one_time_password() -> str:
    """Return a new password that can be read out: four groups of four."""
    return "-".join("".join(secrets.choice(_PLAIN) for _ in range(4)) for _ in range(4))


def _name(email: str) -> str:
    return email.strip().lower()[:200]


def init(app: Flask, settings: Settings) -> None:
    """Find out who asks, before every request of the app."""
    app.extensions["doorkeeper"] = Doorkeeper(settings)
    app.before_request(find_person)


def find_person() -> None:
    """Set `g.person` from the session, and `g.timed_out` if it has ended for lack of use.

    One that has ended still tells whose drafts they are that its pages go on sending
    (`g.writer_id`), and nothing else.
    """
    g.person, g.writer_id, g.timed_out = None, None, False
    if request.endpoint == "static" or "person" not in session:
        return
    person = _read(session["person"])
    if person is None or not person.is_active or _key(person) != session["key"]:
        session.clear()
        return
    g.writer_id = person.id
    now = int(g.now.timestamp())
    if now - session["seen"] > current_app.config["SESSION_MINUTES"] * 60:
        g.timed_out = True
        remember.note_once("session ended", by_id=person.id, seen=session["seen"])
        return
    if now - session["seen"] >= 30:
        session["seen"] = now
    g.person = person


def _read(number: int) -> Person | None:
    database = sessions.current()
    rows = _PERSON.rows(database.connection(), {"number": number})
    return objects.attached(database, Person, rows[0]) if rows else None


def sign_in(person: Person, now: datetime) -> None:
    """Begin a session; whatever an earlier one held is gone."""
    session.clear()
    session.update(person=person.id, key=_key(person), seen=int(now.timestamp()))
    g.person = person


def sign_out() -> None:
    session.clear()
    g.person = None


def _key(person: Person) -> str:
    """Tie a session to the password it began with: a new password ends the others."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]
