"""Who was sent which record, when and how, who has read it, and who says that they have it."""

from __future__ import annotations

from dataclasses import replace

from app.sections.page import CasePage
from processes import copies
from processes.copies import Sending
from processes.roles import Depth


def load(page: CasePage) -> list[Sending] | None:
    """Return every sending of a record, to a participant with their own copy alone."""
    found = copies.of(page.database, page.case)
    if page.seen.depth < Depth.WHOLE:
        own = [
            replace(
                each,
                copies=[one for one in each.copies if one.person_id == page.person.id],
                left_out=[],
            )
            for each in found
        ]
        found = [each for each in own if each.copies]
    return found or None
