"""Actions: what was agreed to be done, by whom and by when. One that brothers and sisters share is
shown once, with the children it is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app import formats
from app.guard import look
from app.sections.page import CasePage
from processes.actions import OPEN, SUPERSEDED
from processes.models import Action, Case


@dataclass(frozen=True)
class Shared:
    """An action as it stands for each child it is for, the page's own first."""

    rows: list[tuple[Action, Case]]
    now: datetime

    @property
    def action(self) -> Action:
        """The row that tells of it: the page's own child's, or the first."""
        return self.rows[0][0]

    @property
    def is_open(self) -> bool:
        """Say whether it is still to be done for any of the children."""
        return any(each.status == OPEN for each, _ in self.rows)

    @property
    def late(self) -> str:
        """Say by how much it is late, or nothing."""
        due_on = self.action.due_on
        days = (formats.local(self.now).date() - due_on).days if due_on and self.is_open else 0
        return f"{days} day{'s' if days > 1 else ''} late" if days > 0 else ""

    @property
    def others(self) -> list[str]:
        """The names of the brothers and sisters for whom it stands too."""
        return [case.child_name for _, case in self.rows[1:]]


@dataclass(frozen=True)
class Actions:
    """A case's actions, or a family's: those to do, the earliest due first, and those done."""

    to_do: list[Shared]
    done: list[Shared]


def load(page: CasePage) -> Actions | None:
    """Return the actions of a case; none when nothing was ever agreed."""
    found = of_family(page.database, page.case, page.now)
    mine = [each for each in (*found.to_do, *found.done) if each.rows[0][1].id == page.case.id]
    own = [(each, each.rows[0][0].status == OPEN) for each in mine]
    shown = Actions(
        [each for each, is_open in own if is_open], [each for each, is_open in own if not is_open]
    )
    return shown if mine else None


def of_family(database: Session, case: Case, now: datetime) -> Actions:
    """Return the actions of the brothers and sisters whom the person who asks sees, a shared one
    once.
    """
    rows = database.execute(
        select(Action, Case)
        .join(Case, Case.id == Action.case_id)
        .where(Case.family_group_id == case.family_group_id, Action.status != SUPERSEDED)
        .options(joinedload(Action.closed_by))
        .order_by(Case.id != case.id, Case.id, Action.id)
    )
    shared: dict[str, list[tuple[Action, Case]]] = {}
    for action, of_case in rows:
        if look(of_case).whole:
            shared.setdefault(action.group_key, []).append((action, of_case))
    found = [Shared(each, now) for each in shared.values()]
    return Actions(_earliest(each for each in found if each.is_open), _latest(found))


def _earliest(found: Iterable[Shared]) -> list[Shared]:
    """Sort by when they are due; those without a date are last."""
    return sorted(found, key=lambda each: (each.action.due_on or date.max, each.action.id))


def _latest(found: Iterable[Shared]) -> list[Shared]:
    done = [each for each in found if not each.is_open]
    return sorted(done, key=lambda each: each.action.closed_at or each.now, reverse=True)
