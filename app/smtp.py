"""Talks to a mail server step by step, so that it is known how far a mail has come.

`smtplib` sends a mail in one call, and whoever dies in it does not know whether it arrived. Here
the sender is asked at the one point where that begins to be in doubt: between the server's "go
ahead" and the text.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
TIMEOUT = 30  # seconds for any one answer
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailDelayed(Exception):
    """The mail server cannot be reached, or cannot take this mail now; its words say why."""


class MailRefused(Exception):
    """The mail server will never take this mail for this recipient; its words say why."""


class MailInDoubt(Exception):
    """The text was being handed over, and the server did not say whether it has taken it."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is sent from, and how: as the setting says it in one address."""

    security: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def read(cls, url: str) -> MailServer:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
            raise ValueError("This is no address of a mail server.")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], user, password)

    @contextmanager
    def connect(self) -> Iterator[smtplib.SMTP]:
        """Open a connection that is ready for mail, and close it again."""
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailDelayed(_words(error)) from error
        try:
            self._make_ready(smtp)
            yield smtp
            with suppress(OSError, smtplib.SMTPException):  # what was sent was sent before
                smtp.quit()
        finally:
            smtp.close()

    def _make_ready(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.security == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            raise MailDelayed(_words(error)) from error

    def _open(self) -> smtplib.SMTP:
        if self.security == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)


def send(
    smtp: smtplib.SMTP, sender: str, recipient: str, text: bytes, hand_over: Callable[[], bool]
) -> bool:
    """Send one mail; return whether it went, which it does not unless `hand_over` says so.

    `hand_over` is called when the server waits for the text, and before it gets any of it.
    """
    try:
        _expect(smtp.mail(sender), MailDelayed)  # what it has against us is no fault of the mail
        _expect(smtp.rcpt(recipient), MailRefused)
        _expect(smtp.docmd("DATA"), MailRefused)
    except UnicodeEncodeError as error:
        raise MailRefused(f"{recipient!r} has letters that mail cannot carry.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailDelayed(_words(error)) from error
    if not hand_over():
        smtp.close()  # without the text's end the server forgets it
        return False
    try:
        smtp.send(re.sub(rb"(?m)^\.", b"..", text) + b".\r\n")
        answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailInDoubt(_words(error)) from error
    _expect(answer, MailRefused)
    return True


def _expect(answer: tuple[int, bytes], refused: type[Exception]) -> None:
    """Go on when the server says so (2xx or 3xx); 4xx means later, anything else never."""
    code, said = answer
    if code >= 400 or code < 200:
        words = f"{code} {said.decode(errors='replace')}"[:500]
        raise MailDelayed(words) if code < 500 else refused(words)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
