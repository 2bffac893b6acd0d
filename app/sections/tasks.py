"""Open tasks, each with its deadline."""

from __future__ import annotations

from app import standing
from app.sections.page import CasePage


def load(page: CasePage) -> list[standing.Waiting]:
    return standing.waiting(page.database, page.tasks, page.now)
