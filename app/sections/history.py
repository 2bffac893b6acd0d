"""Who did what, and when, the latest first."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import words
from app.sections.page import CasePage
from processes.models import HistoryEntry


def load(page: CasePage) -> list[tuple[HistoryEntry, str]]:
    entries = page.database.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.case_id == page.case.id)
        .options(joinedload(HistoryEntry.by))
        .order_by(HistoryEntry.id.desc())
    )
    return [(entry, words.history(entry, page.procedure, page.now)) for entry in entries]
