"""What the person who asks may begin now, beside the pathway, and what of it they may withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.sections.page import Begun, CasePage
from processes import beside, ending


@dataclass(frozen=True)
class Beside:
    """The settings of what may be begun; what is open and may be withdrawn, with its settings."""

    offered: list[dict[str, Any]]
    open: list[tuple[Begun, dict[str, Any]]]


def load(page: CasePage) -> Beside | None:
    """Return what may be begun or withdrawn; nothing when there is neither."""
    begun = [each for each in page.instances.values() if each.finished_at is None]
    settings = {each["process"]: each for each in page.procedure.settings.get("beside", [])}
    mine = [
        (each, settings[each.process])
        for each in begun
        if ending.is_by_person(each.about)
        and each.process in settings
        and beside.is_for(settings[each.process], page.person)
    ]
    signed = ending.signed(page.database, page.case) if mine else set()
    mine = [each for each in mine if each[0].id not in signed]
    is_closing = page.case.closed_at or any(
        beside.closes_case(page.procedure, each.process) for each in begun
    )
    offered = [
        each
        for each in beside.offered(page.procedure, page.facts, page.person)
        if not (is_closing and each.get("closes_case"))
    ]
    return Beside(offered, mine) if offered or mine else None
