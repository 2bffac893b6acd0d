"""A diagram as the checks read it: its elements and flows, whatever they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from processes.checks.problem import Problem
from processes.engine import read_xml

Xml = etree._Element

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway")
CHOICES = ("exclusiveGateway", "inclusiveGateway")
TASKS = ("userTask", "businessRuleTask", "serviceTask", "callActivity")
LONGEST_ID, LONGEST_SENTENCE = 100, 400  # that are told
EVENTS = (
    "startEvent",
    "endEvent",
    "intermediateThrowEvent",
    "intermediateCatchEvent",
    "boundaryEvent",
)


@dataclass(frozen=True)
class Node:
    """An element that tokens come to."""

    id: str
    kind: str
    xml: Xml = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return str(self.xml.get("name") or "").strip()

    @property
    def host(self) -> str | None:
        """The activity on whose border a boundary event is."""
        return self.xml.get("attachedToRef") if self.kind == "boundaryEvent" else None

    def child(self, *path: str) -> Xml | None:
        return self.xml.find("/".join(f"{BPMN}{name}" for name in path))

    @property
    def event(self) -> str | None:
        """The kind of event it is: `timer`, `escalation`, `terminate`, or another."""
        for child in self.xml:
            kind = local(child)
            if kind.endswith("EventDefinition"):
                return kind.removesuffix("EventDefinition")
        return None


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None

    def __str__(self) -> str:
        return self.id or f"{self.source} to {self.target}"


class Diagram:
    """One BPMN file with one process. Raises DiagramNotReadable when there is nothing to check."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        self.root: Xml = read_xml(file, content)
        found = list(self.root.iter(f"{BPMN}process"))
        self.xml: Xml = found[0] if found else self.root
        self.processes = len(found)
        self.process: str = self.xml.get("id") or ""

    @cached_property
    def nodes(self) -> dict[str, Node]:
        known = (*GATEWAYS, *TASKS, *EVENTS)
        return {
            id: Node(id, local(child), child)
            for child in self.xml
            if (id := child.get("id")) and local(child) in known
        }

    @cached_property
    def flows(self) -> list[Flow]:
        """The flows between elements there are."""
        return [flow for flow in self.drawn if {flow.source, flow.target} <= self.nodes.keys()]

    @cached_property
    def drawn(self) -> list[Flow]:
        return [
            Flow(
                child.get("id") or "",
                child.get("sourceRef") or "",
                child.get("targetRef") or "",
                child.findtext(f"{BPMN}conditionExpression"),
            )
            for child in self.xml.iterchildren(f"{BPMN}sequenceFlow")
        ]

    @cached_property
    def escalations(self) -> dict[str, str]:
        """The codes of the escalations declared, by their ids."""
        return {
            each.get("id") or "": each.get("escalationCode") or ""
            for each in self.root.iter(f"{BPMN}escalation")
        }

    @cached_property
    def lanes(self) -> dict[str, list[str]]:
        """The names of the lanes in which each element stands."""
        found: dict[str, list[str]] = {}
        for lane in self.xml.iter(f"{BPMN}lane"):
            for reference in lane.iterchildren(f"{BPMN}flowNodeRef"):
                found.setdefault((reference.text or "").strip(), []).append(lane.get("name") or "")
        return found

    def problem(self, element: object, says: str) -> Problem:
        """Return what is wrong with an element, told shortly whatever its owner named it."""
        short = says if len(says) <= LONGEST_SENTENCE else f"{says[:LONGEST_SENTENCE]}…"
        return Problem(self.file, str(element)[:LONGEST_ID], short)

    def of(self, *kinds: str) -> Iterator[Node]:
        return (node for node in self.nodes.values() if node.kind in kinds)

    def out(self, node: str) -> list[Flow]:
        return self._out.get(node, [])

    def into(self, node: str) -> list[Flow]:
        return self._into.get(node, [])

    def borders(self, node: str) -> list[Node]:
        return [each for each in self.of("boundaryEvent") if each.host == node]

    def thrown(self) -> Iterator[tuple[Node, str]]:
        """Yield the events that throw an escalation, with its code."""
        for node in self.of("endEvent", "intermediateThrowEvent"):
            thrown = node.child("escalationEventDefinition")
            if thrown is not None:
                yield node, self.escalations.get(thrown.get("escalationRef") or "", "")

    def calls(self) -> Iterator[tuple[Node, str]]:
        for node in self.of("callActivity"):
            yield node, node.xml.get("calledElement") or ""

    def reached(self, starts: Iterable[str], *, borders: bool = True) -> set[str]:
        """Return everything tokens can come to from these elements."""
        found: set[str] = set()
        todo = list(starts)
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo.extend(flow.target for flow in self.out(node))
                todo.extend(each.id for each in self.borders(node) if borders)
        return found

    @cached_property
    def beside(self) -> set[str]:
        """The elements on the paths of timers on borders, those events included."""
        return self.reached((each.id for each in self.of("boundaryEvent")), borders=False)

    @cached_property
    def _out(self) -> dict[str, list[Flow]]:
        return _by((flow.source, flow) for flow in self.flows)

    @cached_property
    def _into(self) -> dict[str, list[Flow]]:
        return _by((flow.target, flow) for flow in self.flows)


def local(element: Xml) -> str:
    name: str = etree.QName(element).localname
    return name


def _by(pairs: Iterable[tuple[str, Flow]]) -> dict[str, list[Flow]]:
    found: dict[str, list[Flow]] = {}
    for key, flow in pairs:
        found.setdefault(key, []).append(flow)
    return found
