"""Kills a sender of mail at any moment, over and over, and looks at what a real server took.

The server stays; the sender is a child process and dies by SIGKILL. Nobody may have a mail twice;
whoever has none must be waiting for it, or be counted as in doubt.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import Engine, func, select

from app.config import Settings
from app.mail import Sender
from processes import database, outbox
from processes.models import Message

STARTED_AT = datetime(2026, 12, 4, 16, 50, tzinfo=UTC)
LONGEST_LIFE = 0.15  # seconds, once the server has heard of it
LETTERS_A_KILL = 12


@dataclass
class Findings:
    """What was found: mails that were taken, how many are in doubt, and everything wrong."""

    kills: int
    sent: int = 0
    doubted: int = 0
    wrong: list[str] = field(default_factory=list)


class Slow:
    """A mail server that takes its time, so that senders die at every step."""

    def __init__(self, chance: Random) -> None:
        self.taken: Counter[str] = Counter()
        self.heard = 0
        self._chance = chance

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.heard += 1
        await asyncio.sleep(self._chance.random() / 200)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.update(envelope.rcpt_tos)
        await asyncio.sleep(self._chance.random() / 50)
        return "250 Taken"


def kill_senders(url: str, kills: int, seed: int) -> Findings:
    """Let a sender empty an outbox, in an empty database, and kill it this often."""
    chance, now = Random(seed), STARTED_AT
    server = Slow(Random(seed + 1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    settings = Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="pathway@example.org")
    _fill(url, kills * LETTERS_A_KILL)
    controller.start()
    try:
        for _ in range(kills):
            now += 2 * outbox.TAKEN_FOR
            _send_and_die(url, settings, now, server, chance.random() * LONGEST_LIFE)
        engine = database.connect(url)
        sender = Sender(engine, settings, lambda: now + 2 * outbox.TAKEN_FOR)
        while sender.send_due():
            pass
    finally:
        controller.stop()
    found = _look(engine, server, kills, now + 4 * outbox.TAKEN_FOR)
    engine.dispose()
    return found


def _fill(url: str, count: int) -> None:
    engine = database.connect(url)
    says = {"what": "Sign the record", "reference": "SP-00012", "procedure": "England"}
    with database.writing(engine).begin() as session:
        session.add_all(
            Message(
                kind="approval_asked", about_key="1", recipient=f"person{number}@example.org",
                says=says, told_at=STARTED_AT, mail_at=STARTED_AT, tries=0,
            )
            for number in range(count)
        )  # fmt: skip
    engine.dispose()


def _send_and_die(
    url: str, settings: Settings, now: datetime, server: Slow, seconds: float
) -> None:
    heard = server.heard
    sender = os.fork()
    if sender == 0:
        _send_until_killed(url, settings, now)
    patience = time.monotonic() + 10
    while server.heard == heard and time.monotonic() < patience:
        time.sleep(0.002)
    time.sleep(seconds)
    os.kill(sender, signal.SIGKILL)
    os.waitpid(sender, 0)


def _send_until_killed(url: str, settings: Settings, now: datetime) -> None:
    """Send for ever. Never returns."""
    try:
        sender = Sender(database.connect(url), settings, lambda: now)
        while True:
            sender.send_due()
            time.sleep(0.002)
    finally:
        os._exit(1)


def _look(engine: Engine, server: Slow, kills: int, now: datetime) -> Findings:
    with database.reading(engine)() as session:
        doubted = set(session.scalars(select(Message.recipient).where(outbox.is_in_doubt(now))))
        sent = set(session.scalars(select(Message.recipient).where(Message.sent_at.is_not(None))))
        all_of_them = session.scalar(select(func.count()).select_from(Message)) or 0
    found = Findings(kills, sum(server.taken.values()), len(doubted))
    found.wrong += [f"sent twice: {who}" for who, count in server.taken.items() if count > 1]
    found.wrong += [f"never sent: {who}" for who in sent if who not in server.taken]
    found.wrong += [f"sent and not known: {who}" for who in server.taken.keys() - sent - doubted]
    if all_of_them != len(sent | doubted):
        found.wrong.append(f"forgotten: {all_of_them - len(sent | doubted)}")
    return found
