"""What a signature covers, and what follows when that is changed: it is signed and sent again.

A signature fixes, by its hash, what the records of its discussion or enquiry said. A change is a
new version that nobody has signed. `[signed_again]` in procedure.toml names, for a task that signs,
the process that then begins beside the pathway. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes import ending
from processes.facts import CASE, Scope
from processes.loaded import LoadedCase
from processes.models import Record

CHANGED_AT = "signed_record_changed_at"  # a fact; the deadline of sending again counts from it


def over(session: Session, first: Record) -> list[str]:
    """Return the names of the records that were signed with this one in what they say.

    A signature covers the records of its discussion or enquiry, and those of the case as a whole.
    `first` is the first edition of the record in question.
    """
    signed = (
        select(Record.name)
        .where(Record.case_id == first.case_id, Record.id > first.id)
        .where(Record.signed_hash.is_not(None), Record.task_key != first.task_key)
        .order_by(Record.id)
    )
    if first.scope != CASE[0]:
        signed = signed.where(Record.scope == first.scope, Record.number == first.number)
    return list(session.scalars(signed))


def of(session: Session, record: Record, editions: Iterable[Record]) -> list[Record]:
    """Return the records that signed this very edition, among them itself if it is one.

    A signature covers the records of its discussion or enquiry that were the latest then.
    """
    signed = (
        select(Record)
        .where(Record.case_id == record.case_id, Record.signed_hash.is_not(None))
        .where(Record.id >= record.id, Record.scope == record.scope)
        .where(Record.number == record.number)
        .order_by(Record.id)
    )
    later = [each.id for each in editions if each.id > record.id]
    if later:
        signed = signed.where(Record.id < min(later))
    if record.scope == "case":
        signed = signed.where(Record.id == record.id)
    return list(session.scalars(signed))


def ask_again(loaded: LoadedCase, first: Record, changed: Record) -> None:
    """Begin what has a changed record signed and sent again, once for all that was changed.

    What was begun for an earlier change still does while its signature is asked for; when that was
    given already, the newer version takes its place. Only what was there when a discussion or an
    enquiry was signed first is what was sent: not what followed, such as a list of who has a copy,
    and not the records of the case as a whole. Of a change in those the history tells.
    """
    scope = (changed.scope, changed.number)
    asked: dict[str, str] = loaded.procedure.settings.get("signed_again", {})
    if scope == CASE or not asked:
        return
    for element, earliest in _first_signatures(loaded.session, first, asked):
        if changed.element == element or first.id < earliest:
            loaded.add_fact(scope, CHANGED_AT, loaded.now)
            if not _waits(loaded, asked[element], element, scope):
                name = f"{changed.name}, version {changed.edition}"
                ending.reopen(loaded, f"{name} has to be signed again")
                about = {"from": "record", "scope": scope[0], "number": scope[1], "name": name}
                loaded.begin(asked[element], about)


def _first_signatures(
    session: Session, record: Record, elements: Iterable[str]
) -> list[tuple[str, int]]:
    signed = (
        select(Record.element, func.min(Record.id))
        .where(Record.case_id == record.case_id, Record.signed_hash.is_not(None))
        .where(Record.scope == record.scope, Record.number == record.number)
        .where(Record.element.in_(list(elements)))
        .group_by(Record.element)
        .order_by(Record.element)
    )
    return [(element, earliest) for element, earliest in session.execute(signed)]


def _waits(loaded: LoadedCase, process: str, element: str, scope: Scope) -> bool:
    """Say whether the signature is asked for already; end what was begun and is past it."""
    for instance in list(loaded.instances.values()):
        about = instance.about
        is_meant = (about.get("scope"), about.get("number")) == scope
        if instance.process == process and is_meant and instance.finished_at is None:
            open_here = {t.element for t in loaded.tasks.values() if t.instance_id == instance.id}
            if element in open_here:
                return True
            loaded.withdraw(instance.id, "A newer version has to be signed and sent.")
    return False


def signed_record_saying(session: Session, case_id: int, scope: Scope, name: str) -> Record | None:
    """Return the latest record of a discussion or an enquiry that answers a question, if signed."""
    if scope == CASE:
        return None
    of_scope = (
        select(Record)
        .where(Record.case_id == case_id, Record.scope == scope[0], Record.number == scope[1])
        .order_by(Record.id)
    )
    found = session.scalars(of_scope).all()
    said = next((each for each in reversed(found) if name in each.answers), None)
    first = next((each for each in found if said and each.task_key == said.task_key), None)
    return said if first and (first.signed_hash or over(session, first)) else None
