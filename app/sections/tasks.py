"""Open tasks, each with its deadline, the next one first."""

from __future__ import annotations

from app import standing
from app.sections.page import CasePage


def load(page: CasePage) -> list[standing.Waiting]:
    return page.waiting
