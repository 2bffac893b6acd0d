"""Look at a case as a scenario speaks of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import cases, library, records
from processes.facts import CASE, Context, Facts, Scope
from processes.models import Case, HistoryEntry, Instance, Record, Task
from processes.scenarios.seen import OpenTask, Refusal, Seen, Signed, spoken
from processes.taking import read_facts


def see(
    session: Session, case: Case, group: Sequence[Case], now: datetime, refusal: Refusal | None
) -> Seen:
    """Return everything the sentences may be about, of one case at one moment."""
    facts = read_facts(session, case.id)
    tasks = tasks_of(session, case)
    linked = [each for each in group if each.linked_to_id is not None]
    history = list(session.scalars(_of_case(HistoryEntry, case)))
    return Seen(
        is_open=case.closed_at is None,
        now=now,
        tasks=tuple(_open_task(session, each) for each in tasks),
        deadlines=tuple(cases.deadlines_of(session, case, now)),
        fact=_fact(facts),
        records=tuple(_signed(session, each) for each in records_of(session, case)),
        counts={
            "case": len(group) - len(linked),
            "linked case": len(linked),
            "discussion": _number_of(facts, "discussion"),
            "enquiry": _number_of(facts, "enquiry"),
            "open task": len(tasks),
        },
        history=tuple(f"{each.what}: {_words(each.detail)}" for each in history),
        informed=frozenset((each.what, str(each.detail.get("rule"))) for each in history),
        linked=tuple(each.closed_at is None for each in linked),
        refusal=refusal,
        calendar=library.procedure_of(case.version).calendar,
    )


def tasks_of(session: Session, case: Case) -> list[Task]:
    tasks = select(Task).where(Task.case_id == case.id).order_by(Task.opened_at, Task.key)
    return list(session.scalars(tasks))


def records_of(session: Session, case: Case) -> list[Record]:
    """Return the newest version of each of a case's records, the newest record last."""
    newest: dict[str, Record] = {}
    for record in session.scalars(_of_case(Record, case)):
        newest[record.task_key] = record
    return list(newest.values())


def place(session: Session, of: Task | Record) -> str:
    """Return which discussion or enquiry a task or record belongs to: "discussion 2", or ""."""
    if isinstance(of, Record):
        return f"{of.scope} {of.number}" if of.scope != CASE[0] else ""
    entry = session.get_one(Instance, of.instance_id).stages.get(of.stage or "")
    return f"{entry[0]} {entry[1]}" if entry else ""


def about(session: Session, task: Task) -> str:
    """Return the rule that the task's process was started about, or ""."""
    return str(session.get_one(Instance, task.instance_id).about.get("rule") or "")


def scope(place: str) -> Scope:
    kind, _, number = place.partition(" ")
    return (kind, int(number)) if number else CASE


def known_of(session: Session, task: Task) -> tuple[Context, Context]:
    """Return the facts as the task's own questions read them, and what its page is filled with."""
    facts = read_facts(session, task.case_id)
    forms, here = library.procedure_of(task.case.version).forms, scope(place(session, task))
    carried, _ = records.carried_into(session, forms, task, here, facts)
    return facts.context(here), {key: each.value for key, each in carried.items()}


def _of_case(table: Any, case: Case) -> Any:
    return select(table).where(table.case_id == case.id).order_by(table.id)


def _open_task(session: Session, task: Task) -> OpenTask:
    form = library.procedure_of(task.case.version).forms[task.element]
    known, filled = known_of(session, task)
    return OpenTask(
        name=task.element,
        roles=tuple(task.roles),
        place=place(session, task),
        about=about(session, task),
        asks=lambda: frozenset(form.read_answers(filled, known).values),
    )


def _fact(facts: Facts) -> Callable[[str, str], object]:
    def fact(place: str, name: str) -> object:
        return facts.get(scope(place), name) if place else facts.context().get(name)

    return fact


def _signed(session: Session, record: Record) -> Signed:
    return Signed(
        task=record.element,
        place=place(session, record),
        version=record.edition,
        written_by=record.recorded_by.name,
        is_signed=record.signed_hash is not None,
        said=_words(record.answers),
    )


def _number_of(facts: Facts, kind: str) -> int:
    return sum(each[0] == kind for each in facts.scopes())


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(_words(each) for each in value.values())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_words(each) for each in value)
    return spoken(value)
