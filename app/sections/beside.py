"""What the person who asks may begin now, beside the pathway, such as recording new information."""

from __future__ import annotations

from typing import Any

from app.sections.page import CasePage
from processes import beside


def load(page: CasePage) -> list[dict[str, Any]] | None:
    """Return the settings of each such process; nothing when there is none."""
    return beside.offered(page.procedure, page.facts, page.person) or None
