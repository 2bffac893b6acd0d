"""The meetings that lie ahead: who is invited, and who has accepted or declined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import invitations
from app.guard import may_revise
from app.invitations import Invitation, Meeting
from app.sections.page import CasePage
from processes import replies
from processes.calendar import day_of
from processes.replies import Reply


@dataclass(frozen=True)
class Ahead:
    """One meeting, with everybody invited to it and what they said; whose reply one may note."""

    meeting: Meeting
    invited: list[tuple[Invitation, Reply | None]]
    may_note: bool


def load(page: CasePage) -> list[Ahead] | None:
    """Return the meetings of which one may read the plan, unless they are over."""
    forms, case = page.procedure.forms, page.case
    plans = [each for each in page.records if invitations.invites(forms[each.element])]
    listed = [invitations.read([each], case, page.procedure) for each in plans]
    ahead = [each for each in listed if each and _is_ahead(each[0], page.now)]
    if not ahead:
        return None
    said = replies.of(page.database, case)
    return [
        Ahead(
            each[0].meeting,
            [(one, said.get(one.key)) for one in each],
            may_revise(each[0].meeting.record, page.procedure),
        )
        for each in ahead
    ]


def _is_ahead(one: Invitation, now: datetime) -> bool:
    when = one.meeting.when
    return not one.is_withdrawn and when is not None and day_of(when) >= day_of(now)
