"""Who did what, and when, the latest first."""

from __future__ import annotations

from dataclasses import dataclass

from app import told
from app.sections.page import CasePage
from processes.models import HistoryEntry

Told = list[tuple[HistoryEntry, str]]


@dataclass(frozen=True)
class History:
    """What happened to a case, and apart from it who read it and who was refused."""

    happened: Told
    looks: Told


def load(page: CasePage) -> History:
    history = History([], [])
    for entry in page.history:
        where = history.looks if entry.what in told.LOOKS else history.happened
        where.append((entry, told.say(entry, page.procedure, page.now)))
    return history
