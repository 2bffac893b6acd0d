"""What is known: the answers that drive the pathway and its deadlines, each open to correction."""

from __future__ import annotations

from dataclasses import dataclass

from app import words
from app.sections.page import CasePage
from processes.models import Fact

# the machinery's own
NOT_TOLD = {"origin", "opened_at", "initiating_discussion_number", "enquiry_number"}


@dataclass(frozen=True)
class Known:
    """A fact as it stands: what was asked, what was answered, who last said so, and what before."""

    fact: Fact
    question: str
    scope: str
    by: str | None
    earlier: list[tuple[Fact, str | None]]


def load(page: CasePage) -> list[Known]:
    found: dict[tuple[str, int, str], list[tuple[Fact, str | None]]] = {}
    for fact, by in page.fact_rows:
        found.setdefault((fact.scope, fact.number, fact.name), []).append((fact, by))
    return [
        Known(
            fact,
            words.question(page.procedure, fact.name),
            words.scope(fact.scope, fact.number),
            by,
            earlier[::-1],
        )
        for *earlier, (fact, by) in found.values()
        if fact.name not in NOT_TOLD and words.find(page.procedure, fact.name)
    ]
