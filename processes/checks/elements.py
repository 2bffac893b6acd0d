"""Rules on what may stand in a diagram: whatever the engine would ignore or misread is refused."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from lxml import etree

from processes.checks.diagram import BPMN, EVENTS, GATEWAYS, TASKS, Diagram, Node, Xml, local
from processes.checks.problem import Problem

MOST_ELEMENTS = 150  # of one diagram: SpiffWorkflow reads a way by calling itself
FLOW_NODES = (*GATEWAYS, *TASKS, *EVENTS)

_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_NOTES = {
    "documentation",
    "extensionElements",
    "textAnnotation",
    "association",
    "group",
    "category",
}
_IN_FILE = {"process", "collaboration", "escalation", "BPMNDiagram", *_NOTES}
_IN_PROCESS = {*FLOW_NODES, "sequenceFlow", "laneSet", *_NOTES}
_IN_NODE = {"documentation", "extensionElements", "incoming", "outgoing"}
_EVENT_OF = {
    "startEvent": (None,),
    "endEvent": (None, "escalation", "terminate"),
    "intermediateThrowEvent": ("escalation",),
    "intermediateCatchEvent": ("timer",),
    "boundaryEvent": ("timer",),
}
_EXTENSION_OF = {"businessRuleTask": "calledDecisionId", "serviceTask": "serviceTaskOperator"}
_ATTRIBUTES = set(
    "id name default attachedToRef cancelActivity calledElement implementation"
    " gatewayDirection".split()
)
_HARMLESS = {
    "isForCompensation": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "isInterrupting": "true",
    "parallelMultiple": "false",
}
_RESERVED = {"Start", "End", "Root", "StartEventSplit", "StartEventJoin"}
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_TASK_ID = re.compile(r"[a-z][a-z0-9_]*")
_SAYS = {
    "scriptTask": "Scripts are never run. Ask a decision table or a person instead.",
    "task": "An undefined task is not run. Make it a user task.",
    "manualTask": "A manual task is not run. Make it a user task.",
    "subProcess": "A process inside a process is not run. Draw it in a file of its own, called.",
    "transaction": "Transactions are not run. Draw a called process.",
    "adHocSubProcess": "An ad-hoc process is not run. Let people start processes beside instead.",
    "eventBasedGateway": "An event-based gateway is not run. Draw timers on a task's border.",
    "complexGateway": "A complex gateway is not run. Draw exclusive and parallel gateways.",
    "dataObject": "Data objects are not read. Facts come from the answers of forms.",
    "dataObjectReference": "Data objects are not read. Facts come from the answers of forms.",
    "multiInstanceLoopCharacteristics": "Several instances of one task are not run. A case is one"
    " child; ask for rows in the form.",
    "standardLoopCharacteristics": "A loop marker is not run. Draw the loop with a gateway.",
}


def only_known_parts_of_a_file(diagram: Diagram) -> Iterator[Problem]:
    for child in diagram.root:
        if local(child) not in _IN_FILE:
            yield diagram.problem(_id(child), _not_run(child))
    for pool in diagram.root.iter(f"{BPMN}messageFlow"):
        yield diagram.problem(_id(pool), "Messages between pools are not sent. Draw one pool.")
    pools = list(diagram.root.iter(f"{BPMN}participant"))
    if any(pool.get("processRef") != diagram.process for pool in pools) or len(pools) > 1:
        yield diagram.problem(_id(pools[0]), "Draw one pool, around the process of this file.")


def one_process_named_like_its_file(diagram: Diagram) -> Iterator[Problem]:
    if diagram.processes != 1:
        says = f"The file has {diagram.processes} processes. Draw exactly one, with an id."
        yield diagram.problem("", says)
    elif diagram.process != PurePath(diagram.file).stem:
        yield diagram.problem(
            diagram.process, f"Its id has to be the file's name, {PurePath(diagram.file).stem}."
        )
    if diagram.xml.get("isExecutable") == "false":
        yield diagram.problem(
            diagram.process, "It is marked as not executable. Mark it executable."
        )


def not_too_large(diagram: Diagram) -> Iterator[Problem]:
    if len(diagram.nodes) > MOST_ELEMENTS:
        yield diagram.problem(
            diagram.process,
            f"It has {len(diagram.nodes)} elements, more than {MOST_ELEMENTS}. Move a part of it"
            " into a called process.",
        )


def only_known_elements(diagram: Diagram) -> Iterator[Problem]:
    for child in diagram.xml:
        if local(child) not in _IN_PROCESS or etree.QName(child).namespace != BPMN[1:-1]:
            yield diagram.problem(_id(child), _not_run(child))
    for child in diagram.xml.iter(f"{BPMN}childLaneSet"):
        yield diagram.problem(
            _id(child), "Lanes inside a lane are not read. Draw them side by side."
        )


def only_known_parts_of_an_element(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.nodes.values():
        for child in node.xml:
            if local(child) not in _IN_NODE and not local(child).endswith("EventDefinition"):
                yield diagram.problem(node.id, _not_run(child))
        yield from _extensions(diagram, node)
        yield from _attributes(diagram, node)


def only_known_events(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.of(*EVENTS):
        kinds = [local(child) for child in node.xml if local(child).endswith("EventDefinition")]
        if len(kinds) > 1:
            yield diagram.problem(node.id, "An event has one kind only. Draw two events.")
        elif node.event not in _EVENT_OF[node.kind]:
            yield diagram.problem(node.id, _wrong_event(node))


def timers_do_not_interrupt(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.of("boundaryEvent"):
        if node.xml.get("cancelActivity") != "false":
            yield diagram.problem(
                node.id,
                "It would end the activity and what people wrote there. A timer informs and never"
                " destroys: draw it non-interrupting (dashed).",
            )


def events_on_a_border_have_one(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.of("boundaryEvent"):
        host = diagram.nodes.get(node.host or "")
        if host is None or host.kind not in ("userTask", "callActivity"):
            yield diagram.problem(
                node.id, "It is not on the border of a user task or a call activity. Move it there."
            )


def timers_and_calls_have_a_name(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.of("boundaryEvent", "intermediateCatchEvent", "callActivity"):
        if not node.name:
            yield diagram.problem(node.id, "It has no name. Say in a few words what it is.")


def ids_are_unique_and_not_reserved(diagram: Diagram) -> Iterator[Problem]:
    ids = Counter(
        each.get("id") for each in diagram.root.iter(f"{BPMN}*") if each.get("id") is not None
    )
    for id, times in ids.items():
        if times > 1:
            yield diagram.problem(id, f"{times} elements have this id. Give each its own.")
    for child in diagram.xml:
        id = child.get("id") or ""
        kind = local(child)
        if not id and kind in FLOW_NODES:
            yield diagram.problem("", f"A {_words(kind)} has no id. Give it one.")
        elif kind in FLOW_NODES and (id in _RESERVED or not _ID.fullmatch(id)):
            yield diagram.problem(
                id,
                "This id is kept for the engine, longer than 100 signs, or has others than letters,"
                " digits, _ and -. Choose another.",
            )


def ids_of_tasks_are_names_of_forms(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.of("userTask"):
        if not _TASK_ID.fullmatch(node.id):
            yield diagram.problem(
                node.id, "The id of a user task is its form's name: small letters, digits and _."
            )


def _extensions(diagram: Diagram, node: Node) -> Iterator[Problem]:
    extensions = node.child("extensionElements")
    for child in extensions if extensions is not None else ():
        if child.tag != f"{_SPIFF}{_EXTENSION_OF.get(node.kind)}":
            says = f"The extension {local(child)} is not read. Take it out."
            if local(child) in ("preScript", "postScript"):
                says = "Scripts are never run, neither before nor after a task. Take it out."
            yield diagram.problem(node.id, says)


def _attributes(diagram: Diagram, node: Node) -> Iterator[Problem]:
    for name, value in node.xml.attrib.items():
        if name not in _ATTRIBUTES and _HARMLESS.get(name) != value:
            short = etree.QName(name).localname
            yield diagram.problem(
                node.id, f"Its attribute {short}=“{value}” is not read. Take it out."
            )


def _wrong_event(node: Node) -> str:
    kind = _words(node.kind)
    if node.event is None:
        return f"This {kind} says nothing of what it waits for or throws. Give it its kind."
    wanted = [each for each in _EVENT_OF[node.kind] if each] or ["plain"]
    return f"A {node.event} event is not run here. Of this kind only: {' or '.join(wanted)}."


def _not_run(xml: Xml) -> str:
    kind = local(xml)
    an = "An" if kind[:1] in "aeiouAEIOU" else "A"
    return _SAYS.get(kind, f"{an} {_words(kind)} is not run. Take it out, or draw what it means.")


def _words(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()


def _id(xml: Xml) -> str:
    return str(xml.get("id") or xml.get("name") or "")
