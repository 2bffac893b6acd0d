"""Sends the mail that waits, and says in it what a message says: a reference, never a child.

No transaction is open while a mail server is talked to. What is taken, handed over and sent is
written down before the next step, each in a transaction of its own; see `processes.outbox`.
"""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import formats, smtp
from app.config import Settings
from app.smtp import MailDelayed, MailInDoubt, MailRefused, MailServer
from processes import database, incidents, messages, outbox
from processes.outbox import Letter

SECONDS_BETWEEN_LOOKS = 1.0
LAST_WORDS = (
    "A machine sends this, and nobody reads what you answer to it. It names no child: please do"
    " not write of one in mail either."
)

Noted = TypeVar("Noted")
COMES_TO: dict[type[Exception], Callable[[Session, Letter, str, datetime], None]] = {
    MailDelayed: outbox.postpone,
    MailRefused: outbox.give_up,
    MailInDoubt: outbox.keep_doubt,
}

log = structlog.get_logger()


@contextmanager
def sending(engine: Engine, settings: Settings) -> Iterator[None]:
    """Send mail beside what is done here, if a mail server is set."""
    stop = threading.Event()
    thread = threading.Thread(target=_send_until, args=(stop, engine, settings), daemon=True)
    if settings.smtp_url:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if thread.is_alive():
            thread.join(timeout=10)


def _send_until(stop: threading.Event, engine: Engine, settings: Settings) -> None:
    sender = Sender(engine, settings, lambda: datetime.now(UTC))
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        try:
            while sender.send_due() and not stop.is_set():
                pass
        except Exception as error:  # whatever it is, the next look tries again
            incidents.tell("could not look for mail that is due", error)


class Sender:
    """Sends what waits in one database; there may be many of them, in one process or several."""

    def __init__(self, engine: Engine, settings: Settings, now: Callable[[], datetime]) -> None:
        self._reading, self._writing = database.reading(engine), database.writing(engine)
        self._settings, self._now = settings, now
        self._server = MailServer.read(settings.smtp_url)

    def send_due(self) -> int:
        """Send some of the mail that is due; return how many went."""
        with self._reading() as session:
            if not outbox.waits(session, self._now()):
                return 0
        with self._writing.begin() as session:
            letters = outbox.take(session, self._now())
        return self._send(letters)

    def _send(self, letters: Sequence[Letter]) -> int:
        sent = 0
        with ExitStack() as connections:
            connection: smtplib.SMTP | None = None
            for number, letter in enumerate(letters):
                try:
                    connection = connection or connections.enter_context(self._server.connect())
                except MailDelayed as delayed:
                    log.warning("the mail server cannot be used", problem=str(delayed))
                    for each in letters[number:]:
                        self._note(outbox.postpone, each, str(delayed), self._now())
                    break
                if self._post(connection, letter):
                    sent += 1
                else:  # nobody knows in which state it is
                    connection = None
                    connections.close()
        return sent

    def _post(self, connection: smtplib.SMTP, letter: Letter) -> bool:
        """Send one letter and write down how far it came; return whether it went."""

        def hand_over() -> bool:
            nonlocal letter
            handed = self._note(outbox.hand_over, letter, self._now())
            letter = handed or letter
            return handed is not None

        try:
            text = compose(letter, self._settings).as_bytes(policy=SMTP)
            sender = self._settings.mail_from
            if not smtp.send(connection, sender, letter.recipient, text, hand_over):
                return False
        except tuple(COMES_TO) as problem:
            self._note(COMES_TO[type(problem)], letter, str(problem), self._now())
        except SQLAlchemyError:
            raise
        except Exception as error:  # one broken letter must not hold up the others
            incidents.tell("a mail could not be sent", error, message=letter.id)
            verb = outbox.keep_doubt if letter.handed_at else outbox.postpone
            self._note(verb, letter, type(error).__name__, self._now())
        else:
            self._note(outbox.keep_sent, letter, self._now())
            return True
        return False

    def _note(self, verb: Callable[..., Noted], *about: object) -> Noted:
        with self._writing.begin() as session:
            return verb(session, *about)


def compose(letter: Letter, settings: Settings) -> EmailMessage:
    """Return the mail: the child's reference, what, by when, and where to sign in."""
    kind, says = messages.KINDS[letter.kind], letter.says
    mail = EmailMessage()
    if not smtp.ADDRESS.fullmatch(letter.recipient):
        raise MailRefused(f"{letter.recipient!r} is no address that mail can be sent to.")
    mail["From"], mail["To"] = settings.mail_from, letter.recipient
    mail["Subject"] = " ".join(f"{kind.title}: {says['what']} ({says['reference']})".split())
    mail["Date"] = format_datetime(letter.written_at)
    domain = settings.mail_from.rpartition("@")[2]
    mail["Message-ID"] = f"<{letter.id}.{letter.told_at:%Y%m%d%H%M%S}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    text = "\n\n".join(_paragraphs(letter, settings))
    mail.set_content(f"{text}\n", cte="quoted-printable")
    return mail


def _paragraphs(letter: Letter, settings: Settings) -> list[str]:
    kind, says = messages.KINDS[letter.kind], letter.says
    deadline = says.get("deadline")
    return [
        f"{kind.title}: child {says['reference']}.",
        f"{says['what']}.",
        *([_said(deadline, says["procedure"])] if deadline else []),
        f"Sign in to see it:\n{settings.address}/messages/{letter.id}",
        f"Choose what comes by mail:\n{settings.address}/messages/choose",
        LAST_WORDS,
    ]


def _said(deadline: dict[str, Any], procedure: str) -> str:
    """Say a deadline: by when, why, whose rule, and how long is left as this is written."""
    left = deadline["left"]
    due = formats.due_in_full(deadline["due_at"])
    return (
        f"{deadline['name']}: {due} – {formats.lower_first(deadline['words'])}"
        f" ({procedure}; {deadline['strength']}; {deadline['rule']})."
        f"{f' {left[:1].upper()}{left[1:]}.' if left else ''}"
    )
