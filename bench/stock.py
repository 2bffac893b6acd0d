"""Stock SpiffWorkflow doing the same work: its own parser, its own JSON with the specs inside.

The same diagrams, people, tables and rows; form answers are task data, as its documentation shows.
Where stock would be slower or could not do it, it is given ours: conditions are evaluated by our
FEEL, the decision tables by our DMN, and deadlines by our table.
"""

# mypy: disallow-subclassing-any=False
from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

import feel
from bench import stock_rows
from bench.work import Deed, Work
from processes import database
from processes.library import Procedure
from processes.models import (
    Base,
    Case,
    FamilyGroup,
    Instance,
    Person,
    ProcedureVersion,
    Task,
)

_tables = Base.metadata.tables
FAR, PAST = b"2099-01-01T00:00:00+00:00", b"2001-01-01T00:00:00+00:00"
_RULE_TASK = re.compile(
    r"<bpmn:businessRuleTask (.*?)<bpmn:extensionElements>\s*<spiffworkflow:calledDecisionId>"
    r"(\w+)</spiffworkflow:calledDecisionId>\s*</bpmn:extensionElements>(.*?)"
    r"</bpmn:businessRuleTask>",
    re.DOTALL,
)
_AS_SCRIPT = r"<bpmn:scriptTask \1\3<bpmn:script>\2</bpmn:script></bpmn:scriptTask>"


class Feel(TaskDataEnvironment):
    """Evaluates conditions and the decision tables by our FEEL."""

    def __init__(self, procedure: Procedure) -> None:
        super().__init__()
        self._tables = procedure.tables
        self._functions = {"deadline": lambda _rule: FAR.decode()}

    def evaluate(self, expression: str, context: Mapping[str, Any], _external: Any = None) -> Any:
        return _compiled(expression).evaluate(
            {"enquiry_running": False, **context}, self._functions
        )

    def execute(self, script: str, context: dict[str, Any], _external: Any = None) -> bool:
        table = self._tables[script]
        answer = table.decide({"enquiry_running": False, **context})
        context.update(answer if isinstance(answer, dict) else {table.outputs[0].name: answer})
        return True


class Stock:
    """Stock SpiffWorkflow on one database, keeping its JSON where we keep our state."""

    def __init__(self, engine: Engine, work: Work) -> None:
        self.work = work
        self.sessions, self.looking = database.writing(engine), database.reading(engine)
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.script_engine = PythonScriptEngine(environment=Feel(work.procedure))
        self.parser = _parser(work.procedure)
        with self.looking() as session:
            self.people = {each.name: each.id for each in session.scalars(select(Person))}
            self.version_id = session.scalars(select(ProcedureVersion.id)).one()

    def start(self) -> int:
        deed = self.work.deeds[0]
        with self.sessions.begin() as session:
            group = FamilyGroup()
            session.add(group)
            session.flush()
            case = Case(
                family_group_id=group.id,
                version_id=self.version_id,
                reference=uuid4().hex,
                child_name="Isla M",
                opened_at=deed.at,
                changed_at=deed.at,
            )
            session.add(case)
            session.flush()
            self._begin(session, case.id, "pathway", {"origin": "referral"}, deed)
            case_id = case.id
        self.complete(case_id, deed)
        return case_id

    def complete(self, case_id: int, deed: Deed) -> float:
        """Complete a task and return the seconds it took."""
        with self.looking() as session:
            which = Task.case_id == case_id, Task.element == deed.element
            key = session.scalars(select(Task.key).where(*which)).one()
        began = time.perf_counter()
        with self.sessions.begin() as session:
            self._complete(session, key, deed)
        return time.perf_counter() - began

    def put_timers_into_the_past(self) -> list[str]:
        """Make every timer due, in the JSON that is kept; return whose they are."""
        with self.sessions.begin() as session:
            waiting = [each for each in session.scalars(select(Instance)) if FAR in each.state]
            for instance in waiting:
                instance.state = instance.state.replace(FAR, PAST)
            return [instance.id for instance in waiting]

    def fire(self, ids: Sequence[str]) -> float:
        """Load, refresh and save these instances; return how many that is a second."""
        began = time.perf_counter()
        for instance_id in ids:
            with self.sessions.begin() as session:
                row = session.execute(_kept(Instance.id == instance_id)).one()
                workflow = self._load(row.state)
                self._go_on(session, workflow, row, self.work.deeds[0], _keys(workflow))
        return len(ids) / (time.perf_counter() - began)

    def list_tasks(self, most: int) -> tuple[float, int]:
        """Load so many instances for their open tasks; return the seconds and the tasks."""
        began = time.perf_counter()
        with self.looking() as session:
            states = session.scalars(select(Instance.state).limit(most)).all()
            found = [task for state in states for task in _ready(self._load(state))]
        return time.perf_counter() - began, len(found)

    def state_size(self, case_id: int) -> int:
        with self.looking() as session:
            states = session.scalars(select(Instance.state).where(Instance.case_id == case_id))
            return sum(len(state) for state in states)

    def _complete(self, session: Session, key: str, deed: Deed) -> None:
        of_task = select(Task.instance_id).where(Task.key == key).scalar_subquery()
        row = session.execute(_kept(Instance.id == of_task)).one()
        workflow = self._load(row.state)
        task = workflow.get_task_from_id(UUID(hex=key))
        before = _keys(workflow)
        answers = stock_rows.json_safe(deed.answers)
        task.set_data(**answers)
        task.run()
        process, by_id = task.workflow.spec.name, self.people[deed.by]
        scope = stock_rows.scope_of(self.work.procedure, process)
        place = {
            "case_id": row.case_id,
            "version_id": self.version_id,
            "instance_id": row.id,
            "task_key": key,
            "process": process,
            "element": task.task_spec.name,
            "name": task.task_spec.bpmn_name,
            "scope": scope[0],
            "number": scope[1],
        }
        record_id = stock_rows.keep_record(session, place, deed, by_id)
        stated = {
            name: each
            for name, each in deed.answers.items()
            if name in self.work.procedure.fact_names and each is not None
        }
        of = {"recorded_by_id": by_id, "record_id": record_id}
        stock_rows.keep_facts(session, row.case_id, scope, stated, deed, **of)
        self._note(session, row.case_id, deed, "task completed", {"element": deed.element})
        self._go_on(session, workflow, row, deed, before)
        now = self.work.procedure, row.case_id, row.id, deed.at
        stock_rows.keep_timers(session, *now)

    def _begin(
        self, session: Session, case_id: int, process: str, given: Mapping[str, Any], deed: Deed
    ) -> None:
        workflow = BpmnWorkflow(
            self.parser.get_spec(process),
            self.parser.get_subprocess_specs(process),
            script_engine=self.script_engine,
        )
        workflow.task_tree.set_data(**given)
        instance_id = uuid4().hex
        row = {"id": instance_id, "case_id": case_id, "process": process, "about": {}}
        row |= {"stages": {}, "state": b"", "started_at": deed.at}
        session.execute(insert(_tables["instance"]), row)
        self._note(session, case_id, deed, "process began", {"process": process})
        row_now = session.execute(_kept(Instance.id == instance_id)).one()
        self._go_on(session, workflow, row_now, deed, set())

    def _go_on(
        self, session: Session, workflow: Any, row: Any, deed: Deed, before: set[str]
    ) -> None:
        """Run to the next wait and save: the JSON, the open tasks, and what was thrown."""
        while True:
            workflow.do_engine_steps()
            workflow.refresh_timers()
            if not any(not t.task_spec.manual for t in workflow.get_tasks(state=TaskState.READY)):
                break
        now = {task.id.hex: task for task in _ready(workflow)}
        thrown = [each.event_definition.code for each in workflow.get_events()]
        state = self.serializer.serialize_json(workflow).encode()
        session.execute(
            update(_tables["instance"])
            .where(Instance.id == row.id)
            .values(state=state, finished_at=deed.at if workflow.is_completed() else None)
        )
        if gone := before - now.keys():
            session.execute(delete(_tables["task"]).where(Task.key.in_(gone)))
        if new := [_row(now[key], row, self.work, deed) for key in now.keys() - before]:
            session.execute(insert(_tables["task"]), new)
        for code in thrown:
            self._begin(session, row.case_id, code, {"about": {"strength": "must"}}, deed)

    def _load(self, state: bytes) -> Any:
        workflow = self.serializer.deserialize_json(state.decode())
        workflow.script_engine = self.script_engine
        return workflow

    def _note(
        self, session: Session, case_id: int, deed: Deed, what: str, detail: Mapping[str, Any]
    ) -> None:
        stock_rows.note(session, case_id, deed, self.people[deed.by], what, detail)


def _parser(procedure: Procedure) -> Any:
    """Read the same diagrams; only a business rule task becomes a script that asks its table."""
    parser = SpiffBpmnParser()
    for name, content in procedure.files.items():
        if name.endswith(".bpmn"):
            parser.add_bpmn_str(_RULE_TASK.sub(_AS_SCRIPT, content.decode()).encode(), name)
    return parser


def _kept(which: Any) -> Any:
    columns = select(Instance.id, Instance.case_id, Instance.process, Instance.state)
    return columns.where(which).with_for_update()


def _ready(workflow: Any) -> list[Any]:
    return list(workflow.get_tasks(state=TaskState.READY, manual=True))


def _keys(workflow: Any) -> set[str]:
    return {task.id.hex for task in _ready(workflow)}


def _row(task: Any, row: Any, work: Work, deed: Deed) -> dict[str, Any]:
    return {
        "key": task.id.hex,
        "case_id": row.case_id,
        "instance_id": row.id,
        "process": task.workflow.spec.name,
        "element": task.task_spec.name,
        "name": task.task_spec.bpmn_name,
        "lane": task.task_spec.lane or "",
        "roles": work.procedure.roles_of(task.task_spec.lane),
        "opened_at": deed.at,
    }


@lru_cache
def _compiled(expression: str) -> feel.Expression:
    return feel.compile(expression)
