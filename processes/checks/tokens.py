"""Whether tokens always come through: the diagram is played, in every way it can go.

Each flow either holds a token or does not. Where two could be on one flow, ways that were divided
meet without a joining gateway; where nothing can move, a joining gateway waits for a token that
never comes. Called processes and user tasks count as steps that end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from processes.checks.diagram import Diagram, Node
from processes.checks.problem import Problem

MOST_SITUATIONS = 20_000
MOST_CHOICES = 6  # flows out of one inclusive gateway whose every selection is played

Situation = frozenset[int]  # the flows with a token, each by its place in the diagram


def tokens_come_through(diagram: Diagram) -> Iterator[Problem]:
    starts = list(diagram.of("startEvent"))
    if len(starts) == 1:
        yield from _Game(diagram).play(starts[0])


class _Game:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        way = diagram.reached((node.id for node in diagram.of("startEvent")), borders=False)
        flows = [(n, flow) for n, flow in enumerate(diagram.flows) if flow.source in way]
        self.into = {node: [n for n, flow in flows if flow.target == node] for node in way}
        self.out = {node: [n for n, flow in flows if flow.source == node] for node in way}
        self.target = {n: flow.target for n, flow in flows}
        self._pass_over_single_steps()
        self.source = {flow: node for node, out in self.out.items() for flow in out}
        self.found: dict[str, str] = {}
        self._known: dict[tuple[str, Situation], set[str]] = {}

    def play(self, start: Node) -> Iterator[Problem]:
        first = frozenset(self.out[start.id])
        seen, todo = {first}, [first]
        while todo and len(seen) <= MOST_SITUATIONS:
            situation = todo.pop()
            following = set(self._moves(situation))
            if situation and not following:
                self._stuck(situation)
            todo.extend(following - seen)
            seen |= following
        for element, says in sorted(self.found.items()):
            yield self.diagram.problem(element, says)
        if todo:
            yield self.diagram.problem(
                self.diagram.process,
                "It can go in too many ways to be sure that it always comes to its end. Divide it"
                " into called processes.",
            )

    def _pass_over_single_steps(self) -> None:
        """A step with one way in and one way out changes nothing: let its two flows be one."""
        for node, into in self.into.items():
            out = self.out[node]
            if len(into) == 1 and len(out) == 1 and into != out:
                (flow,), (gone,) = into, out
                following = self.target.pop(gone)
                self.target[flow] = following
                self.into[following] = [flow if f == gone else f for f in self.into[following]]
                self.out[node], self.into[node] = [], []

    def _moves(self, situation: Situation) -> Iterator[Situation]:
        for element in {self.target[flow] for flow in situation}:
            node = self.diagram.nodes[element]
            for taken in self._taken(node, situation):
                left = situation - taken
                if node.event == "terminate":
                    yield frozenset()
                else:
                    yield from self._put(node, left)

    def _taken(self, node: Node, situation: Situation) -> Iterator[Situation]:
        """Yield each set of flows whose tokens the element may take together."""
        here = situation & frozenset(self.into[node.id])
        if node.kind == "parallelGateway":
            if len(here) == len(self.into[node.id]):
                yield here
        elif node.kind == "inclusiveGateway":
            to_filled = self._before(node.id, here)
            to_empty = self._before(node.id, frozenset(self.into[node.id]) - here)
            elsewhere = {self.target[flow] for flow in situation - here}
            if not elsewhere & to_empty - to_filled:  # BPMN 2.0, 13.4.3
                yield here
        else:
            yield from (frozenset([flow]) for flow in here)

    def _put(self, node: Node, left: Situation) -> Iterator[Situation]:
        for given in _given(node.kind, self.out[node.id]):
            twice = left.intersection(given)
            if twice:
                self.found[node.id] = (
                    "Two tokens can come through here, so what follows would happen twice: ways"
                    " that a parallel gateway divided meet again without one. Join them with a"
                    " parallel gateway."
                )
            else:
                yield left.union(given)

    def _stuck(self, situation: Situation) -> None:
        for element in {self.target[flow] for flow in situation}:
            self.found[element] = (
                "It can wait for ever: one of the ways into it may never be taken. Let an exclusive"
                " gateway join what an exclusive gateway divided, before it comes here."
            )

    def _before(self, join: str, flows: Situation) -> set[str]:
        """Return the elements from which a way leads to these flows, not through the join."""
        if (join, flows) not in self._known:
            found: set[str] = set()
            todo = [self.source[flow] for flow in flows]
            while todo:
                node = todo.pop()
                if node not in found and node != join:
                    found.add(node)
                    todo += [self.source[flow] for flow in self.into[node]]
            self._known[join, flows] = found
        return self._known[join, flows]


def _given(kind: str, out: list[int]) -> Iterable[tuple[int, ...]]:
    """Return each set of flows that may get a token together."""
    if kind == "exclusiveGateway":
        return [(flow,) for flow in out]
    if kind == "inclusiveGateway" and len(out) <= MOST_CHOICES:
        return chain.from_iterable(combinations(out, many) for many in range(1, len(out) + 1))
    if kind == "inclusiveGateway":
        return [tuple(out), *((flow,) for flow in out)]
    return [tuple(out)]
