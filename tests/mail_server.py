"""A real mail server for tests, which keeps what it is sent and can be told to behave badly."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Letters:
    """What the server took, and what it answers to whom."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refused: dict[str, str] = {}  # the answer to a recipient
        self.answers: list[str] = []  # to the next texts, before it takes any
        self.vanishes = False  # ends the connection instead of answering to a text

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(envelope)
        if self.vanishes and server.transport:
            server.transport.close()
        return "250 Taken"

    def recipients(self) -> Counter[str]:
        return Counter(address for each in self.taken for address in each.rcpt_tos)

    def read(self) -> list[EmailMessage]:
        return [
            message_from_bytes(each.original_content or b"", policy=default) for each in self.taken
        ]


@contextmanager
def mail_server(letters: Letters, port: int = 0) -> Iterator[int]:
    """Run a mail server on this machine and return its port."""
    controller = Controller(letters, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
