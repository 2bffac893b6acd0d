"""What is known: the answers that drive the pathway and its deadlines, each open to correction."""

from __future__ import annotations

from dataclasses import dataclass

from app import words
from app.sections.page import CasePage
from processes.models import Fact

NOT_TOLD = {"origin", "opened_at", "initiating_discussion_number"}  # the machinery's own


@dataclass(frozen=True)
class Known:
    """A fact as it stands: what was asked, what was answered, and who last said so."""

    fact: Fact
    question: str
    scope: str
    by: str | None


def load(page: CasePage) -> list[Known]:
    latest = {(fact.scope, fact.number, fact.name): (fact, by) for fact, by in page.fact_rows}
    return [
        Known(
            fact,
            words.question(page.procedure, fact.name),
            words.scope(fact.scope, fact.number),
            by,
        )
        for fact, by in latest.values()
        if fact.name not in NOT_TOLD and words.find(page.procedure, fact.name)
    ]
