"""Keeps a case's timer rows, and the due time of its open tasks, in step with its deadlines.

The timer events drawn on the diagrams say which deadlines are watched; the deadlines themselves
are a pure function of the facts. Whatever changed, the rows are made to say what follows now: a
timer moves, appears or disappears, and nothing restarts a clock. Fired rows stay: they are what
was reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from processes import deadlines, rows, stages
from processes.deadlines import Deadline
from processes.facts import Scope
from processes.models import Timer

if TYPE_CHECKING:
    from processes.loaded import LoadedCase

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


def describe(deadline: Deadline) -> dict[str, Any]:
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
) -> dict[str, Any]:
    """Return the row that says a timer of this deadline has fired now."""
    row = _row(loaded, instance_id, kind, deadline)
    due_at = deadline.passes_at if kind == PASSED else row["due_at"]
    return {**row, "element": element, "due_at": due_at, "fired_at": loaded.now}


def keep(loaded: LoadedCase) -> None:
    """Make the timer rows and the tasks' due times say what follows from the facts now."""
    wanted = {_compared(row): row for row in _wanted(loaded)}
    waiting = {_compared(_row_of(each)): each for each in loaded.timers if each.fired_at is None}
    gone = [each.id for compared, each in waiting.items() if compared not in wanted]
    new = [row for compared, row in wanted.items() if compared not in waiting] + loaded.fired
    rows.remove_timers(loaded.session, gone)
    rows.add(loaded.session, Timer, new)
    _tell_moves(loaded, waiting.values(), wanted.values())
    _keep_due_times(loaded, wanted.values())
    loaded.waiting = list(wanted.values())


def _wanted(loaded: LoadedCase) -> Iterator[dict[str, Any]]:
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


def _drawn(loaded: LoadedCase) -> Iterator[dict[str, Any]]:
    """Return the timer events that wait: those of loaded instances, and the rows of the others."""
    for instance_id, running in loaded.loaded().items():
        if running.is_finished:
            continue
        for timer in running.timers():
            yield {
                **_row(loaded, instance_id, PASSED, None),
                **{name: getattr(timer, name) for name in _FROM_ENGINE},
            }
    for row in loaded.timers:
        untouched = row.instance_id in loaded.instances and row.instance_id not in loaded.loaded()
        if untouched and row.fired_at is None and row.kind == PASSED:
            yield _row_of(row)


def _reminders(loaded: LoadedCase, watched: set[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    drawn = [each for each in loaded.deadlines() if identity(each) in watched]
    known = {_moment(_row_of(each)) for each in loaded.timers if each.kind != PASSED}
    done = {_moment(_row_of(each)) for each in loaded.timers if each.fired_at}
    done |= {_moment(row) for row in loaded.fired}
    instance_id = next(iter(loaded.instances), "")
    for deadline in deadlines.drives_escalation(drawn):
        for kind, moments in ((REMIND, deadline.remind), (ESCALATE, deadline.escalate)):
            for moment in moments:
                row = {**_row(loaded, instance_id, kind, deadline), "due_at": moment}
                is_new_and_over = _moment(row) not in known and moment <= loaded.now
                if _moment(row) not in done and not is_new_and_over:
                    yield row


def _row(
    loaded: LoadedCase, instance_id: str, kind: str, deadline: Deadline | None
) -> dict[str, Any]:
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


def _moment(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["rule"], row["scope"], row["number"], row["due_at"]


def _tell_moves(
    loaded: LoadedCase, before: Iterable[Timer], after: Iterable[dict[str, Any]]
) -> None:
    """Write into the history which running timers a change of facts has moved."""
    was = {each.key: each for each in before if each.kind == PASSED and each.rule and each.due_at}
    for row in after:
        old = was.get(row["key"]) if row["kind"] == PASSED else None
        same = old and (old.scope, old.number) == (row["scope"], row["number"])
        if old and same and row["due_at"] and row["due_at"] != old.due_at:
            loaded.note("timer moved", rule=row["rule"], was=old.due_at, now=row["due_at"])


def _keep_due_times(loaded: LoadedCase, rows: Iterable[dict[str, Any]]) -> None:
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


def _scope(loaded: LoadedCase, row: dict[str, Any]) -> Scope:
    instance = loaded.instances[row["instance_id"]]
    return stages.scope_of(loaded, instance, row["process"], row["stage"])


def _row_of(timer: Timer) -> dict[str, Any]:
    row = {name: getattr(timer, name) for name in _COMPARED}
    return {**row, "case_id": timer.case_id, "fired_at": timer.fired_at}


def _compared(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _COMPARED)
