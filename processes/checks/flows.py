"""Rules on the way through a diagram, as far as it can be told from one element or one path."""

from collections import Counter
from collections.abc import Iterator

from processes.checks.diagram import CHOICES, GATEWAYS, TASKS, Diagram
from processes.checks.problem import Problem

_WAITS = ("userTask", "callActivity", "intermediateCatchEvent")


def one_start(diagram: Diagram) -> Iterator[Problem]:
    starts = list(diagram.of("startEvent"))
    if not starts:
        yield diagram.problem(diagram.process, "It has no start event. Draw one.")
    for node in starts[1:]:
        yield diagram.problem(node.id, "A process has one start event. Take this one out.")


def flows_lead_from_somewhere_to_somewhere(diagram: Diagram) -> Iterator[Problem]:
    for flow in diagram.drawn:
        for end in (flow.source, flow.target):
            if end not in diagram.nodes:
                yield diagram.problem(flow, f"It leads from or to “{end}”, which is not drawn.")
    for (source, target), times in Counter((f.source, f.target) for f in diagram.flows).items():
        if times > 1:
            yield diagram.problem(
                source,
                f"{times} flows lead to {target}. Draw one; join their conditions with “or”.",
            )


def flows_come_in_and_go_out_where_they_should(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.nodes.values():
        into, out = len(diagram.into(node.id)), len(diagram.out(node.id))
        if node.kind in ("startEvent", "boundaryEvent") and into:
            yield diagram.problem(node.id, "A flow leads into it, but nothing can come here.")
        if node.kind == "endEvent" and out:
            yield diagram.problem(node.id, "A flow leads out of it, but here the way ends.")
        elif node.kind != "endEvent" and not out:
            yield diagram.problem(node.id, "No flow leads on from here. Draw the way to an end.")
        elif node.kind not in (*GATEWAYS, "endEvent") and out > 1:
            yield diagram.problem(
                node.id, "Several flows lead on from here. Draw a gateway that says which, or all."
            )


def everything_can_be_reached(diagram: Diagram) -> Iterator[Problem]:
    reached = diagram.reached(node.id for node in diagram.of("startEvent"))
    for node in diagram.nodes.values():
        if node.id not in reached:
            yield diagram.problem(
                node.id, "No way leads here from the start. Draw one, or take it out."
            )


def everything_leads_to_an_end(diagram: Diagram) -> Iterator[Problem]:
    leads = {node.id for node in diagram.of("endEvent")}
    todo = list(leads)
    while todo:
        for flow in diagram.into(todo.pop()):
            if flow.source not in leads:
                leads.add(flow.source)
                todo.append(flow.source)
    for node in diagram.nodes.values():
        if node.id not in leads and diagram.out(node.id):
            yield diagram.problem(node.id, "From here no way leads to an end. Draw one.")


def choices_have_conditions_and_a_default(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.of(*CHOICES):
        out, default = diagram.out(node.id), node.xml.get("default")
        if len(out) < 2:
            continue
        if default not in {flow.id for flow in out}:
            yield diagram.problem(
                node.id,
                "It has no default flow, so a case could stand still here. Mark one of its flows"
                " as the default.",
            )
        for flow in out:
            if flow.id == default and flow.condition is not None:
                yield diagram.problem(
                    flow, "The default flow has a condition, which nobody asks. Take it out."
                )
            if flow.id != default and not (flow.condition or "").strip():
                yield diagram.problem(
                    flow, f"It leads out of the gateway {node.id} without a condition."
                )


def conditions_stand_only_at_choices(diagram: Diagram) -> Iterator[Problem]:
    for flow in diagram.flows:
        node = diagram.nodes[flow.source]
        divides = node.kind in CHOICES and len(diagram.out(node.id)) > 1
        if flow.condition is not None and not divides:
            yield diagram.problem(
                flow,
                f"It leads out of {node.id}, where nothing is chosen, so its condition is never"
                " asked. Draw an exclusive gateway.",
            )
    for node in diagram.nodes.values():
        if node.kind not in CHOICES and node.xml.get("default"):
            yield diagram.problem(node.id, "It has a default flow, but nothing is chosen here.")


def loops_wait_for_somebody(diagram: Diagram) -> Iterator[Problem]:
    """A loop of gateways, tables and events alone would go round for ever by itself."""
    hasty = {node.id for node in diagram.nodes.values() if node.kind not in _WAITS}
    before: set[str] = set()
    while before != hasty:  # peel off what cannot be part of a loop
        before = set(hasty)
        hasty = {
            node
            for node in hasty
            if any(flow.target in hasty for flow in diagram.out(node))
            and any(flow.source in hasty for flow in diagram.into(node))
        }
    if hasty:
        yield diagram.problem(
            min(hasty),
            f"A loop through {', '.join(sorted(hasty)[:5])} has no user task, so it would go round"
            " by itself. Draw one into it.",
        )


def timer_paths_ask_nobody(diagram: Diagram) -> Iterator[Problem]:
    for node in map(diagram.nodes.__getitem__, sorted(diagram.beside)):
        if node.kind in (*TASKS, "intermediateCatchEvent"):
            yield diagram.problem(
                node.id,
                "It is on the path of a timer, and would keep the stage from ending. Let the path"
                " end in an escalation that starts a process beside.",
            )
        elif node.event == "terminate":
            yield diagram.problem(
                node.id,
                "It is on the path of a timer, which informs and never ends anything. Draw a plain"
                " or an escalation end event.",
            )


def timer_paths_do_not_return(diagram: Diagram) -> Iterator[Problem]:
    way = diagram.reached((node.id for node in diagram.of("startEvent")), borders=False)
    for node in map(diagram.nodes.__getitem__, sorted(diagram.beside & way)):
        if node.kind != "endEvent" and node.kind not in (*TASKS, "intermediateCatchEvent"):
            yield diagram.problem(
                node.id,
                "The path of a timer leads back into the way here. Let it come to an end of its"
                " own.",
            )
