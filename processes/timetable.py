"""Keeps a case's timer rows, and the due time of its open tasks, in step with its deadlines.

The timer events drawn on the diagrams say which deadlines are watched; the deadlines themselves
are a pure function of the facts. Whatever changed, the rows are made to say what follows now: a
timer moves, appears or disappears, and nothing restarts a clock. Fired rows stay: they are what
was reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from processes import deadlines, rows, stages
from processes.deadlines import Deadline
from processes.facts import Scope
from processes.models import Timer

if TYPE_CHECKING:
    from processes.loaded import LoadedCase

Row = dict[str, Any]  # of the timer table
_moment: Callable[[Row], tuple[Any, ...]] = itemgetter("kind", "rule", "scope", "number", "due_at")

PASSED, REMIND, ESCALATE = "passed", "remind", "escalate"
_FROM_ENGINE = ("key", "activity", "process", "stage", "element", "name", "rule", "due_at")
_COMPARED = (
    "instance_id",
    "kind",
    "key",
    "activity",
    "process",
    "stage",
    "element",
    "name",
    "rule",
    "scope",
    "number",
    "due_at",
)
_compared: Callable[[Row], tuple[Any, ...]] = itemgetter(*_COMPARED)


def identity(deadline: Deadline) -> tuple[Any, ...]:
    """Return what makes one passing of a deadline the same as another: it is reported once."""
    return deadline.rule, deadline.scope, deadline.number, deadline.passes_at


def reported(timers: Iterable[Timer]) -> set[tuple[Any, ...]]:
    """Return the passings that fired already."""
    return {
        (each.rule, each.scope, each.number, each.due_at)
        for each in timers
        if each.kind == PASSED and each.rule and each.fired_at
    }


def describe(deadline: Deadline) -> Row:
    """Return a deadline as what an instance is `about`."""
    return {
        "rule": deadline.rule,
        "name": deadline.name,
        "words": deadline.words,
        "strength": deadline.strength,
        "scope": deadline.scope,
        "number": deadline.number,
        "due_at": deadline.due_at,
    }


def fired(
    loaded: LoadedCase, instance_id: str, element: str, deadline: Deadline, kind: str = PASSED
) -> Row:
    """Return the row that says a timer of this deadline has fired now."""
    row = _row(loaded, instance_id, kind, deadline)
    due_at = deadline.passes_at if kind == PASSED else row["due_at"]
    return {**row, "element": element, "due_at": due_at, "fired_at": loaded.now}


def waiting(loaded: LoadedCase) -> list[Row]:
    """Return the rows of the timers that wait, as follows from the facts now."""
    return list({_compared(row): row for row in _wanted(loaded)}.values())


def due(timers: Iterable[Row], now: datetime) -> list[Row]:
    """Return the rows that are due, the longest overdue first."""
    found = [each for each in timers if not each["fired_at"] and each["due_at"]]
    return sorted((row for row in found if row["due_at"] <= now), key=lambda row: row["due_at"])


def keep(loaded: LoadedCase, timers: Iterable[Row]) -> None:
    """Make the timer rows, and the tasks' due times, say what these timers do."""
    wanted = {_compared(row): row for row in timers}
    waiting = {_compared(row_of(each)): each for each in loaded.timers if each.fired_at is None}
    gone = [each.id for compared, each in waiting.items() if compared not in wanted]
    new = [row for compared, row in wanted.items() if compared not in waiting] + loaded.fired
    rows.remove_timers(loaded.connection, gone)
    rows.add(loaded.connection, Timer, new)
    _tell_moves(loaded, waiting.values(), wanted.values())
    _keep_due_times(loaded, wanted.values())


def _wanted(loaded: LoadedCase) -> Iterator[Row]:
    watched: set[tuple[Any, ...]] = set()
    for row in _drawn(loaded):
        if row["rule"]:
            deadline = loaded.find_deadline(row["rule"], _scope(loaded, row))
            row.update(scope=None, number=None, due_at=None)
            if deadline:
                watched.add(identity(deadline))
                row.update(scope=deadline.scope, number=deadline.number, due_at=deadline.passes_at)
        yield row
    yield from _reminders(loaded, watched)


def _drawn(loaded: LoadedCase) -> Iterator[Row]:
    """Return the timer events that wait: those of loaded instances, and the rows of the others.

    A timer that draws no deadline may read a fact that is news; its instance is loaded to ask it.
    """
    kept = [each for each in loaded.timers if _waits_on_diagram(loaded, each)]
    for row in kept:
        if row.rule is None and loaded.has_news:
            loaded.running(row.instance_id)
    for instance_id, running in loaded.loaded().items():
        for timer in () if running.is_finished else running.timers():
            yield {
                **_row(loaded, instance_id, PASSED, None),
                **{name: getattr(timer, name) for name in _FROM_ENGINE},
            }
    for row in kept:
        if row.instance_id not in loaded.loaded():
            yield row_of(row)


def _waits_on_diagram(loaded: LoadedCase, timer: Timer) -> bool:
    instance = loaded.instances.get(timer.instance_id)
    on_diagram = timer.kind == PASSED and timer.fired_at is None
    return on_diagram and instance is not None and instance.finished_at is None


def _reminders(loaded: LoadedCase, watched: set[tuple[Any, ...]]) -> Iterator[Row]:
    """Return the reminders and escalations that wait.

    Of one duty only the earliest deadline has any. What fell due and was not told yet is told even
    when its deadline has passed meanwhile. Of a deadline that becomes known, or the earliest, when
    all its escalations are over, the last one is due at once.
    """
    told = {moment(row_of(each)) for each in loaded.timers if each.fired_at and each.rule}
    told |= {moment(row) for row in loaded.fired}
    rows_waiting = (row_of(each) for each in loaded.timers if not each.fired_at)
    waits = {moment(row): row for row in rows_waiting}
    watched = watched | {moment(row)[1:] for row in loaded.fired if row["kind"] == PASSED}
    drawn = [each for each in loaded.deadlines() if identity(each) in watched]
    speaking = [*deadlines.drives_escalation(drawn), *filter(_only_alerts, drawn)]
    instance_id = next(iter(loaded.instances), "")
    for deadline in loaded.deadlines():
        if deadline.until_at is not None:
            continue
        speaks = deadline in speaking
        rows_of = _moments_of(loaded, instance_id, deadline)
        at_once = _at_once(loaded, deadline, rows_of, told | waits.keys()) if speaks else None
        for row in rows_of:
            is_over, is_waiting = row["due_at"] <= loaded.now, moment(row) in waits
            if moment(row) not in told and (
                (is_waiting and (speaks or is_over)) or (speaks and not is_over) or row is at_once
            ):
                yield waits.get(moment(row), row)  # once it waits it stays the same row


def _moments_of(loaded: LoadedCase, instance_id: str, deadline: Deadline) -> list[Row]:
    return [
        {**_row(loaded, instance_id, kind, deadline), "due_at": at}
        for kind, moments in ((REMIND, deadline.remind), (ESCALATE, deadline.escalate))
        for at in moments
    ]


def _at_once(
    loaded: LoadedCase, deadline: Deadline, reminders: list[Row], known: set[tuple[Any, ...]]
) -> Row | None:
    """Return the last escalation when all are over and none was told or waits in this count."""
    escalations = [row for row in reminders if row["kind"] == ESCALATE]
    if not escalations or escalations[-1]["due_at"] > loaded.now:
        return None
    duty = ESCALATE, deadline.rule, deadline.scope, deadline.number
    since = min(escalations[0]["due_at"], deadline.from_at)
    is_known = any(each[:-1] == duty and each[-1] >= since for each in known)
    return None if is_known else escalations[-1]


def _only_alerts(deadline: Deadline) -> bool:
    """Say whether a deadline has passed of which nobody is told but by its escalation."""
    return deadline.strength == "consider" and deadline.state == "missed"


def _row(loaded: LoadedCase, instance_id: str, kind: str, deadline: Deadline | None) -> Row:
    return {
        "case_id": loaded.case.id,
        "instance_id": instance_id,
        "kind": kind,
        "key": "",
        "activity": None,
        "process": "",
        "stage": None,
        "element": "",
        "name": deadline.name if deadline else "",
        "rule": deadline.rule if deadline else None,
        "scope": deadline.scope if deadline else None,
        "number": deadline.number if deadline else None,
        "due_at": None,
        "fired_at": None,
    }


def moment(row: Row) -> tuple[Any, ...]:
    """Return what makes one moment of one deadline the same as another: it is told once."""
    return _moment(row)


def _tell_moves(loaded: LoadedCase, before: Iterable[Timer], after: Iterable[Row]) -> None:
    """Write into the history which running timers a change of facts has moved."""
    was = {each.key: each for each in before if each.kind == PASSED and each.rule and each.due_at}
    for row in after:
        old = was.get(row["key"]) if row["kind"] == PASSED else None
        same = old and (old.scope, old.number) == (row["scope"], row["number"])
        if old and same and row["due_at"] and row["due_at"] != old.due_at:
            loaded.note("timer moved", rule=row["rule"], was=old.due_at, now=row["due_at"])


def _keep_due_times(loaded: LoadedCase, rows: Iterable[Row]) -> None:
    """Give each open task the earliest duty drawn on it, or on its stage, that is not done yet."""
    drawn: dict[str, list[Deadline]] = {}
    for row in rows:
        if row["activity"] and row["rule"]:
            undone = loaded.find_undone(row["rule"], _scope(loaded, row))
            drawn.setdefault(row["activity"], []).extend([undone] if undone else [])
    for task in loaded.tasks.values():
        duties = drawn.get(task.key, []) + drawn.get(task.stage or "", [])
        first = min(duties, key=lambda each: each.passes_at, default=None)
        task.due_at = first.passes_at if first else None
        task.due_rule = first.rule if first else None
        task.due_unit = first.unit if first else None


def _scope(loaded: LoadedCase, row: Row) -> Scope:
    instance = loaded.instances[row["instance_id"]]
    return stages.scope_of(loaded, instance, row["process"], row["stage"])


def row_of(timer: Timer) -> Row:
    known = timer.__dict__
    return {name: known[name] for name in (*_COMPARED, "case_id", "fired_at")}
