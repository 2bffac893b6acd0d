"""Hard rules and prompts, which hold when a record is signed or a stage closed, and only then.

`signing.dmn` says per task what may not be missing; `participants.dmn` who must have taken part.
Nothing else in the pathway is refused: acting, holding a discussion and recording late always work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select

from processes import sending_back, values
from processes.deadlines import Deadline
from processes.facts import CASE, Context, Facts, Scope
from processes.loaded import LoadedCase
from processes.models import Case, Fact, Person, Task

PARTICIPANTS, ATTENDED = "participants", "attended"  # what rows become; of whom who came is one
_LINKED = (
    select(Case.id, Fact.scope, Fact.number, Fact.name, Fact.value)
    .join(Fact, Fact.case_id == Case.id)
    .where(Case.linked_to_id == bindparam("case_id"))
    .order_by(Case.id, Fact.id)
)


@dataclass(frozen=True)
class Refusal:
    """One reason why a record of a case cannot be signed yet: whose rule, which question, and the
    way out.
    """

    case_id: int
    rule: str
    question: str
    says: str


class SigningRefused(Exception):
    """The record cannot be signed yet; `refusals` says what is missing and what to do about
    each.
    """

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(" ".join(each.says for each in refusals))
        self.refusals = refusals


class _Context(dict[str, Any]):
    """What an expression may read. What is worked out is worked out once an expression reads it."""

    def __init__(self, said: Context, **worked_out: Callable[[], Any]) -> None:
        super().__init__({name: said[name] for name in said.keys() - worked_out})
        self._worked_out = worked_out

    def __contains__(self, name: object) -> bool:
        return name in self._worked_out or super().__contains__(name)

    def __missing__(self, name: str) -> Any:
        found = self[name] = self._worked_out[name]()
        return found


def check(
    loaded: LoadedCase,
    task: Task,
    answers: Mapping[str, Any],
    scope: Scope,
    known: Sequence[Any],
    *,
    by: Person,
) -> str | None:
    """Refuse to complete a signing task while something is missing; else return the content's hash.

    `known` are the case's records as `known.read` reads them. Tasks that `signing.dmn` does not
    name are not signing tasks: they return None. Who sends a step back signs nothing either.
    """
    procedure = loaded.procedure
    if task.element not in procedure.signing_tasks:
        return None
    if sending_back.by_answers(procedure.forms[task.element], answers):
        return None
    records = _covered(known, task, scope)
    said = _context(loaded, records, answers, scope)
    context = _Context(
        said,
        task=lambda: task.element,
        signed_by=lambda: {"id": by.id, "roles": list(by.roles)},
        written_by=lambda: {each.element: each.writers for each in records},
        missing_participants=lambda: missing_participants(loaded, said, records),
        deadlines_missed=lambda: [each.rule for each in loaded.deadlines() if _is_missed(each)],
        linked_cases=lambda: _linked(loaded),
    )
    found = procedure.tables["signing"].decide(context) or []
    refusals = [
        Refusal(loaded.case.id, each["rule"], each["question"], each["says"]) for each in found
    ]
    if refusals:
        raise SigningRefused(refusals)
    return _hash(records, answers)


def missing_participants(
    loaded: LoadedCase, context: Context, records: Sequence[Any]
) -> list[Context]:
    """Return the rows of `participants.dmn` that apply and nobody who attended answers to."""
    table = loaded.procedure.tables.get("participants")
    rows = (table.decide(context) or []) if table else []
    present = {
        each.get("agency")
        for record in records
        for asked in loaded.procedure.forms[record.element].becoming(PARTICIPANTS)
        for each in record.answers.get(asked.key) or []
        if each.get("attended") == ATTENDED
    }
    return [row for row in rows if not present & _codes(row["participant"])]


def _codes(participant: str | list[str]) -> set[str]:
    return {participant} if isinstance(participant, str) else set(participant)


def _is_missed(deadline: Deadline) -> bool:
    return deadline.state == "missed" and deadline.until_at is None


def _covered(known: Sequence[Any], task: Task, scope: Scope) -> list[Any]:
    """Return the records of the case as a whole and of the scope, the own instance's last."""
    covered = [each for each in known if (each.scope, each.number) in (CASE, scope)]

    def nearness(record: Any) -> tuple[bool, bool]:
        return (record.scope, record.number) == scope, record.instance_id == task.instance_id

    return sorted(covered, key=nearness)


def _context(
    loaded: LoadedCase, records: list[Any], answers: Mapping[str, Any], scope: Scope
) -> Context:
    context: Context = {}
    for record in records:
        context.update(record.answers)
    return {**context, **loaded.facts.context(scope), **answers}


def _linked(loaded: LoadedCase) -> list[Context]:
    """Return what is known of each case that was opened from this one, in one statement."""
    if not loaded.facts.get(CASE, "linked_case_opened_at"):
        return []
    found = loaded.session.execute(_LINKED, {"case_id": loaded.case.id})
    cases = groupby(found, key=lambda row: row[0])
    return [Facts((row[1], row[2], row[3], row[4]) for row in rows).context() for _, rows in cases]


def _hash(records: list[Any], answers: Mapping[str, Any]) -> str:
    digest = hashlib.sha256()
    for content in [*(record.answers for record in records), dict(answers)]:
        digest.update(values.dump(content).encode())
    return digest.hexdigest()
