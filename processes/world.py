"""What the engine may ask of a loaded case, and be told, while it runs one of its instances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from processes import stages
from processes.engine import Passed, Stage
from processes.facts import CASE, Context, Scope
from processes.models import Instance

if TYPE_CHECKING:
    from processes.loaded import LoadedCase


class CaseWorld:
    """What the engine may ask while it runs one instance of a loaded case."""

    def __init__(self, loaded: LoadedCase, instance: Instance) -> None:
        self._loaded, self._instance = loaded, instance

    @property
    def now(self) -> datetime:
        return self._loaded.now

    def context(self, process: str, stage: str | None) -> Context:
        scope = self._scope(process, stage)
        return {**self._loaded.facts.context(scope), "about": self._instance.about}

    def functions(self, process: str, stage: str | None) -> Mapping[str, Callable[..., Any]]:
        def deadline(rule: str) -> datetime | None:
            found = self._loaded.find_deadline(rule, self._scope(process, stage))
            return found.passes_at if found else None

        def acting_as(role: str) -> bool:
            return self._loaded.by is not None and role in self._loaded.by.roles

        def out_of_office_hours(at: Any) -> bool | None:
            return None if not isinstance(at, datetime) else not office.is_open(at)

        def start_of_work(after: Any) -> datetime | None:
            return office.next_open(after) if isinstance(after, datetime) else None

        office = self._loaded.procedure.office
        return {
            "deadline": deadline,
            "acting_as": acting_as,
            "out_of_office_hours": out_of_office_hours,
            "start_of_work": start_of_work,
        }

    def decide(self, decision: str, process: str, stage: str | None) -> None:
        """Ask a decision table; what it answers becomes facts of the scope that asked."""
        table = self._loaded.procedure.tables[decision]
        answer = table.decide(self.context(process, stage), self.functions(process, stage))
        if len(table.outputs) == 1:  # a table of one output answers with its value alone
            answer = {table.outputs[0].name: answer}
        for name, value in (answer or {}).items():
            self._loaded.add_fact(self._scope(process, stage), name, value, why=decision)

    def serve(self, operation: str, process: str, stage: str | None) -> None:
        self._loaded.linked_requests.append(self.context(process, stage))
        self._loaded.add_fact(CASE, "linked_case_opened_at", self.now)

    def passed(self, timer: Passed) -> None:
        self._loaded.report(self._instance, timer)

    def began(self, stage: Stage) -> None:
        stages.scope_of(self._loaded, self._instance, stage.process, stage.key)

    def ended(self, stage: Stage) -> None:
        self._loaded.note("stage ended", process=stage.process)

    def _scope(self, process: str, stage: str | None) -> Scope:
        return stages.scope_of(self._loaded, self._instance, process, stage)
