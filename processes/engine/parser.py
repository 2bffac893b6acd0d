"""From BPMN to what the engine runs: diagrams are compiled once, kept as JSON, and restored.

Only the elements of our subset have a parser; whatever else stands in a diagram is refused. No
expression is looked at here, and nothing of a decision table is copied: names only.
Restored specifications are shared by all instances of a worker, and by the local procedures that
have a diagram in common; parsed ones are never run: SpiffWorkflow wires some things in restoring.
"""

# mypy: disallow-subclassing-any=False
from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

import orjson
from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)

from processes.engine import elements
from processes.engine.compiled import REGISTRY
from processes.engine.expressions import duration_expression
from processes.engine.timers import BoundaryTimer, CatchTimer

FORMAT = 1
LARGEST_FILE = 2_000_000
DEEPEST_FILE = 40

Specs = Mapping[str, BpmnProcessSpec]

_DOCTYPE = "The file declares a document type (DOCTYPE). Take that line out."
_TOO_DEEP = f"Elements are nested more than {DEEPEST_FILE} deep. Draw it flatter."
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


class DiagramNotReadable(Exception):
    """A file is not a diagram the engine can run; `says` is what is wrong, for its owner."""

    def __init__(self, file: str, element: str | None, says: str) -> None:
        super().__init__(f"{file}{f', {element}' if element else ''}: {says}")
        self.file, self.element, self.says = file, element, says


class SpecsNotReadable(Exception):
    """The compiled procedure was written by another release: compile its diagrams again."""


def compile_processes(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the compiled processes of a procedure, from file name → XML; fit for JSON."""
    parser = _Parser()
    found: dict[str, str] = {}
    for file, content in sorted(files.items()):
        found[_add(parser, file, content)] = file
    compiled: dict[str, Any] = {}
    for process, file in found.items():
        try:
            spec = parser.get_spec(process)
        except ValidationException as error:
            raise DiagramNotReadable(file, error.id or None, _sentence(error)) from error
        for element in spec.task_specs.values():
            called = getattr(element, "spec", None)
            if isinstance(element, elements.CallActivity) and called not in found:
                raise DiagramNotReadable(
                    file, element.name, f"It calls the process “{called}”, which has no diagram."
                )
        compiled[process] = REGISTRY.convert(spec)
    return {"format": FORMAT, "processes": compiled}


def load_specs(compiled: Mapping[str, Any]) -> Specs:
    """Restore what `compile_processes` gave, by process id. Keep it: it never changes."""
    if compiled.get("format") != FORMAT:
        raise SpecsNotReadable(
            f"The compiled procedure has format {compiled.get('format')!r}; this release reads"
            f" format {FORMAT}. Compile the diagrams again."
        )
    return {name: _restored(orjson.dumps(spec)) for name, spec in compiled["processes"].items()}


_restored = lru_cache(maxsize=512)(lambda spec: REGISTRY.restore(orjson.loads(spec)))


def read_xml(file: str, content: bytes) -> etree._Element:
    """Return the root of a file that may come from anybody."""
    if len(content) > LARGEST_FILE:
        raise DiagramNotReadable(
            file, None, f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Make it smaller."
        )
    if b"<!DOCTYPE" in content:
        raise DiagramNotReadable(file, None, _DOCTYPE)
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, reader)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiagramNotReadable(file, None, _not_xml(error)) from error
    if root.getroottree().docinfo.doctype:  # one written in another encoding
        raise DiagramNotReadable(file, None, _DOCTYPE)
    if _deeper_than(root, DEEPEST_FILE):
        raise DiagramNotReadable(file, None, _TOO_DEEP)
    return root


def _not_xml(error: Exception) -> str:
    says = getattr(error, "msg", None) or str(error)  # without the parser's own place
    if "Excessive depth" in says:
        return _TOO_DEEP
    return f"The file is not well-formed XML: {says}. Save it anew from the editor."


def _deeper_than(root: etree._Element, most: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > most:
            return True
    return False


def _add(parser: _Parser, file: str, content: bytes) -> str:
    root = read_xml(file, content)
    processes = list(root.iter(full_tag("process")))
    if len(processes) != 1 or not processes[0].get("id"):
        raise DiagramNotReadable(
            file, None, f"The file has {len(processes)} processes. Draw exactly one, with an id."
        )
    try:
        parser.add_bpmn_xml(root, file)
    except (ValidationException, ValueError, TypeError, AttributeError) as error:
        raise DiagramNotReadable(file, getattr(error, "id", None), _sentence(error)) from error
    return processes[0].get("id") or ""


def _sentence(error: Exception) -> str:
    says = str(error)
    if "RecursionError" in says:
        return "The way through the diagram is too long to read. Divide it into called processes."
    if "no support" in says:
        return "This kind of element is not run. Draw what it means with others."
    return f"SpiffWorkflow cannot read it: {says}"


class _Node(TaskParser):
    """Reads one element; what stands inside it must be known to us.

    Flows count in the order of the file, not of the picture.
    """

    inside = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})

    def parse_node(self) -> Any:
        for child in self.node:
            if etree.QName(child).localname not in self.inside:
                self.refuse(f"{etree.QName(child).localname} inside it is not run. Take it out.")
        return super().parse_node()

    def get_position(self, node: Any = None) -> dict[str, float]:
        return {"x": 0.0, "y": 0.0}

    def refuse(self, says: str) -> NoReturn:
        raise ValidationException(says, node=self.node, file_name=self.filename)


class _Gateway(_Node, task_parsers.GatewayParser):
    pass


class _ConditionalGateway(_Node, task_parsers.ConditionalGatewayParser):
    pass


class _Call(_Node, task_parsers.CallActivityParser):
    pass


class _Decision(_Node):
    def create_task(self) -> Any:
        decision = self.node.findtext(f"{full_tag('extensionElements')}/{_SPIFF}calledDecisionId")
        if not decision or not decision.strip():
            self.refuse("A business rule task names its table in spiffworkflow:calledDecisionId.")
        return self.spec_class(
            self.spec, self.bpmn_id, decision=decision.strip(), **self.bpmn_attributes
        )


class _Operation(_Node):
    def create_task(self) -> Any:
        operator = self.node.find(f"{full_tag('extensionElements')}/{_SPIFF}serviceTaskOperator")
        if operator is None or not operator.get("id"):
            self.refuse("A service task names its operation in spiffworkflow:serviceTaskOperator.")
        return self.spec_class(
            self.spec, self.bpmn_id, operation=operator.get("id"), **self.bpmn_attributes
        )


class _Event(_Node):
    """Reads an event of the kinds named in `inside`; any other kind is refused there."""

    timer: type[BoundaryTimer] | type[CatchTimer] = CatchTimer

    def get_event_definition(self, xpaths: list[str]) -> Any:
        kinds = [n for n in self.node if etree.QName(n).localname.endswith("EventDefinition")]
        if len(kinds) > 1:
            self.refuse("An event has one kind only. Draw two events.")
        if not kinds:
            return NoneEventDefinition()
        kind = etree.QName(kinds[0]).localname
        if kind == "timerEventDefinition":
            return self._timer(kinds[0])
        if kind == "escalationEventDefinition":
            return self._escalation(kinds[0])
        return TerminateEventDefinition()

    def _timer(self, node: Any) -> Any:
        name = self.node.get("name") or self.bpmn_id
        date = (node.findtext(full_tag("timeDate")) or "").strip()
        duration = (node.findtext(full_tag("timeDuration")) or "").strip()
        if len(node) != 1 or not (date or duration):
            self.refuse("A timer has either a timeDate or a timeDuration, as FEEL.")
        if date:
            return self.timer(name, date, counted=False)
        return self.timer(name, duration_expression(duration), counted=True)

    def _escalation(self, node: Any) -> Any:
        # SpiffWorkflow keeps the escalations of all files in one dictionary, by id.
        found = [
            escalation
            for escalation in self.node.getroottree().getroot().iter(full_tag("escalation"))
            if escalation.get("id") == node.get("escalationRef")
        ]
        if not found or not found[0].get("escalationCode"):
            self.refuse("An escalation event refers to an escalation that has an escalation code.")
        return elements.Escalation(found[0].get("name"), found[0].get("escalationCode"))


class _Start(_Event, event_parsers.StartEventParser):
    pass


class _End(_Event, event_parsers.EndEventParser):
    inside = _Node.inside | {"escalationEventDefinition", "terminateEventDefinition"}


class _Throw(_Event, event_parsers.IntermediateThrowEventParser):
    inside = _Node.inside | {"escalationEventDefinition"}


class _Catch(_Event, event_parsers.IntermediateCatchEventParser):
    inside = _Node.inside | {"timerEventDefinition"}


class _Boundary(_Event, event_parsers.BoundaryEventParser):
    inside = _Node.inside | {"timerEventDefinition"}
    timer = BoundaryTimer

    def create_task(self) -> Any:
        if self.node.get("cancelActivity") != "false":
            self.refuse("A timer never ends its activity. Draw it as a non-interrupting event.")
        return super().create_task()


class _Process(ProcessParser):
    """Reads a process; an id inside an element does not hide the element that has it too."""

    def _index_process_nodes(self) -> None:
        super()._index_process_nodes()
        self.nodes_by_id |= {node.get("id"): node for node in self.node if node.get("id")}


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _Process
    PARSER_CLASSES = {
        full_tag(tag): classes
        for tag, classes in {
            "startEvent": (_Start, defaults.StartEvent),
            "endEvent": (_End, defaults.EndEvent),
            "intermediateThrowEvent": (_Throw, defaults.IntermediateThrowEvent),
            "intermediateCatchEvent": (_Catch, defaults.IntermediateCatchEvent),
            "boundaryEvent": (_Boundary, defaults.BoundaryEvent),
            "userTask": (_Node, defaults.UserTask),
            "businessRuleTask": (_Decision, elements.DecisionTask),
            "serviceTask": (_Operation, elements.OperationTask),
            "callActivity": (_Call, elements.CallActivity),
            "exclusiveGateway": (_ConditionalGateway, elements.ExclusiveGateway),
            "inclusiveGateway": (_ConditionalGateway, elements.InclusiveGateway),
            "parallelGateway": (_Gateway, elements.ParallelGateway),
        }.items()
    }
