"""Records: the answers of completed tasks, kept for good. A change is a new edition of one.

Nothing here commits, and nothing changes a row that is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from forms import Form
from processes import (
    actions,
    attachments,
    carrying,
    copies,
    involvement,
    known,
    rows,
    sending_back,
    signatures,
    signing,
)
from processes.carrying import Carried
from processes.facts import Facts, Scope
from processes.known import Known
from processes.loaded import LoadedCase
from processes.models import Fact, Person, Record, Task
from processes.sending_back import SentBack

PLACE = (
    *("instance_id", "stage", "process", "element", "name", "scope", "number", "task_key"),
    "together",
)


def complete(
    loaded: LoadedCase,
    task: Task,
    answers: Mapping[str, Any],
    scope: Scope,
    by: Person,
    together: str | None,
) -> Record:
    """Keep a task's answers as a record, or as a new edition of the one that was sent back."""
    forms, element = loaded.procedure.forms, task.element
    named = carrying.tasks_named(forms[element], carrying.FROM)
    earlier = known.of(
        loaded,
        named | sending_back.told_by(forms, element),
        scope if element in loaded.procedure.signing_tasks else None,
    )
    signed_hash = signing.check(loaded, task, answers, scope, earlier, by=by)
    own = {"together": together, "signed_hash": signed_hash}
    if back := sending_back.find(forms, element, earlier, scope, task.instance_id):
        own["anew_key"] = task.key
        return write_anew(loaded, back.record, answers, back.why, by=by, **own)
    carried = carrying.forward(forms, element, earlier, scope, loaded.facts)
    place = {name: getattr(task, name, None) for name in PLACE}
    place |= {"task_key": task.key, "scope": scope[0], "number": scope[1], **own}
    place["carried"] = carrying.unchanged(carried, answers)
    return write(loaded, place, answers, by=by)


def write(
    loaded: LoadedCase,
    place: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    by: Person,
    before: Mapping[str, Any] | None = None,
    **more: Any,
) -> Record:
    """Keep answers as a record; from then on it has its number.

    `before` is what its earlier edition answered: who takes part and what is agreed stays as it is
    where this one says the same.
    """
    record = Record(
        **place,
        case_id=loaded.case.id,
        version_id=loaded.case.version_id,
        answers=dict(answers),
        recorded_at=loaded.now,
        recorded_by_id=by.id,
        **{"edition": 1, **more},
    )
    number, loaded.record_number = loaded.record_number, None
    rows.add_record(loaded.connection, record, number)
    loaded.known.clear()
    involvement.keep(loaded, record, before or {})
    actions.keep(loaded, record, before or {})
    form = loaded.procedure.forms[record.element]
    attachments.keep(loaded.session, record, form)
    if recipients := copies.recipients_of(form):
        copies.tell(loaded, record, recipients)
    return record


def revise(
    loaded: LoadedCase, record: Record, changed: Mapping[str, Any], why: str, *, by: Person
) -> Record:
    """Write a new edition of a record, and have it signed again if the earlier one was.

    What the latest edition says already is not written once more.
    """
    all_of_it = editions(loaded.session, record)
    first, latest = all_of_it[0], all_of_it[-1]
    if not changes(latest, changed):
        return latest
    newer = write(
        loaded,
        {name: getattr(latest, name) for name in PLACE},
        {**latest.answers, **changed},
        by=by,
        before=latest.answers,
        why=why,
        edition=latest.edition + 1,
        carried=carrying.still(latest.carried, changed),
    )
    named = loaded.procedure.fact_names & changed.keys()
    for name in named - answered_since(loaded.session, first, named):
        scope = (newer.scope, newer.number)
        loaded.add_fact(scope, name, changed[name], record_id=newer.id, why=why)
    about = {"element": newer.element, "name": newer.name, "edition": newer.edition}
    loaded.note("record revised", **about, why=why)
    if signed := signatures.over(loaded.session, first):
        loaded.note("signed record changed", **about, signed=signed)
    signatures.ask_again(loaded, first, newer)
    return newer


def write_anew(
    loaded: LoadedCase,
    earlier: Known,
    answers: Mapping[str, Any],
    why: str,
    *,
    by: Person,
    **own: Any,
) -> Record:
    """Write what was sent back as a new edition of its record; what it says no more is no fact."""
    newer = write(
        loaded,
        {name: getattr(earlier, name) for name in PLACE} | own,
        answers,
        by=by,
        before=earlier.answers,
        why=why,
        edition=earlier.edition + 1,
        carried=carrying.still(earlier.carried, changes(earlier, answers)),
    )
    scope = (newer.scope, newer.number)
    for name in loaded.procedure.fact_names & earlier.answers.keys():
        is_its_own = loaded.facts.get(scope, name) == earlier.answers[name]
        if is_its_own and answers.get(name) is None:
            loaded.add_fact(scope, name, None, record_id=newer.id, why=why)
    return newer


def of_task(key: str) -> Select[Record]:
    """Select the records that a task wrote, the first one first, also one that was sent back."""
    return (
        select(Record)
        .where(or_(Record.task_key == key, Record.anew_key == key))
        .order_by(Record.id)
    )


def carried_into(
    session: Session,
    forms: Mapping[str, Form],
    task: Task,
    scope: Scope,
    facts: Facts,
    loaded: LoadedCase | None = None,
) -> tuple[dict[str, Carried], SentBack | None]:
    """Return what an open task's page begins with, to be confirmed and not written again.

    What was sent back begins as it was written, with the reason to put it right.
    """
    form = forms[task.element]
    named = carrying.tasks_named(form, carrying.FROM) | sending_back.told_by(forms, task.element)
    earlier = known.of(loaded, named) if loaded else known.read(session, task.case_id, named)
    if back := sending_back.find(forms, task.element, earlier, scope, task.instance_id):
        return carrying.again(form, back.record, scope, facts), back
    return carrying.forward(forms, task.element, earlier, scope, facts), None


def done_anew(written: Iterable[Record]) -> dict[str, Record]:
    """Return the record that has taken the place of an earlier one's task, by that one's key.

    `written` are the latest editions, in the order first written. Within a stage, what is done once
    more after another step was sent back; what only follows itself, such as a review, is one more.
    """
    taken: dict[str, Record] = {}
    last: dict[tuple[str, str | None], Record] = {}
    done: dict[tuple[str, str | None, str], Record] = {}
    for each in written:
        place = each.instance_id, each.stage
        before = done.get((*place, each.element))
        if before is not None and last[place].element != each.element:
            taken[before.task_key] = each
        last[place] = done[(*place, each.element)] = each
    return taken


def place_taken(session: Session, record: Record) -> Record | None:
    """Return the record that has taken this one's place since its step was done anew."""
    same = select(Record).where(Record.instance_id == record.instance_id)
    latest = {each.task_key: each for each in session.scalars(same.order_by(Record.id))}
    return done_anew(latest.values()).get(record.task_key)


def editions(session: Session, record: Record) -> list[Record]:
    """Return every edition of a record, the first one first."""
    same = select(Record).where(Record.task_key == record.task_key).order_by(Record.id)
    return list(session.scalars(same))


def changes(record: Record | Known, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that differ from what this edition says; what was never said is None."""
    return {name: each for name, each in answers.items() if each != record.answers.get(name)}


def answered_since(session: Session, first: Record, names: Iterable[str]) -> set[str]:
    """Return the facts that a later record of another task gave anew: they are that one's."""
    later = (
        select(Fact.name)
        .join(Record, Record.id == Fact.record_id)
        .where(Fact.case_id == first.case_id, Fact.record_id > first.id, Fact.name.in_(names))
        .where(Fact.scope == first.scope, Fact.number == first.number)
        .where(Record.task_key != first.task_key)
    )
    return set(session.scalars(later))
