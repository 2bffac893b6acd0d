"""Drafts: what people have typed into a page's form and not sent yet. No word of one is lost.

A page writes over its own draft, and over the one it opened with as long as that is still what the
page has seen. What was typed meanwhile on another device stays beside it, as a draft of its own.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from processes import values
from processes.models import Draft
from processes.prepared import Prepared

PAGE = "_page"  # the posted name by which a page names itself
Typed = list[list[str]]
_OF_PLACE = (
    select(Draft)
    .where(Draft.place == bindparam("place"), Draft.person_id == bindparam("person_id"))
    .order_by(Draft.saved_at.desc(), Draft.id.desc())
)
_TYPED = Prepared(_OF_PLACE.with_only_columns(Draft.id, Draft.typed))
_FORGET = Prepared(delete(Draft).where(Draft.id == bindparam("forgotten")))


def of_place(session: Session, person_id: int, place: str) -> list[Draft]:
    """Return a person's drafts of a page, the newest first."""
    return list(session.scalars(_OF_PLACE, {"place": place, "person_id": person_id}))


def keep(
    session: Session, person_id: int, place: str, typed: Typed, *, opened_with: str, now: datetime
) -> Draft:
    """Keep what was typed. `opened_with` is the mark of the draft that the page opened with."""
    found = of_place(session, person_id, place)
    draft = _meant(found, _page(typed), opened_with)
    if draft is None:
        draft = Draft(person_id=person_id, place=place)
        session.add(draft)
    draft.typed, draft.saved_at = typed, now
    session.flush()
    return draft


def accept(session: Session, person_id: int, place: str, typed: Typed, opened_with: str) -> None:
    """Forget the draft of a page whose form is accepted in this same transaction."""
    connection, given = session.connection(), {"place": place, "person_id": person_id}
    found = [Draft(id=id, typed=typed) for id, typed in _TYPED.rows(connection, given)]
    draft = _meant(found, _page(typed), opened_with)
    if draft is not None:
        _FORGET.send(connection, [{"forgotten": draft.id}])


def mark(draft: Draft) -> str:
    """Return what tells this draft, as it stands, from any other and from what it becomes."""
    return f"{draft.id}-{sha256(values.dump(draft.typed).encode()).hexdigest()[:16]}"


def _meant(found: Sequence[Draft], page: str, opened_with: str) -> Draft | None:
    own = [each for each in found if page and _page(each.typed) == page]
    seen = [each for each in found if mark(each) == opened_with]
    return next(iter([*own, *seen]), None)


def _page(typed: Typed) -> str:
    return next((text for name, text in typed if name == PAGE), "")
