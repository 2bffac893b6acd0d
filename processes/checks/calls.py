"""Rules on what diagrams name outside themselves: processes, tables, operations."""

from collections.abc import Iterator

from processes.checks.problem import Problem
from processes.checks.procedure import SETTINGS, Files

OPERATIONS = ("start_linked_case",)


def a_pathway_is_drawn(files: Files) -> Iterator[Problem]:
    if "pathway.bpmn" not in files.names:
        yield Problem("pathway.bpmn", "", "The diagram is missing. A case begins there: draw it.")


def each_process_is_drawn_once(files: Files) -> Iterator[Problem]:
    for diagram in files.diagrams.values():
        other = files.processes.get(diagram.process, diagram)
        if other is not diagram:
            yield diagram.problem(
                diagram.process, f"{other.file} draws a process of the same id. Keep one of them."
            )


def called_processes_are_drawn(files: Files) -> Iterator[Problem]:
    for diagram in files.used:
        for node, called in diagram.calls():
            if called not in files.processes:
                yield diagram.problem(
                    node.id,
                    f"It calls the process “{called}”, which is not drawn. Add its diagram.",
                )


def no_process_calls_itself(files: Files) -> Iterator[Problem]:
    calls = {name: {c for _, c in d.calls()} for name, d in files.processes.items()}
    for process, diagram in files.processes.items():
        for node, called in diagram.calls():
            if process in _called_from(called, calls):
                yield diagram.problem(
                    node.id,
                    "Through this call the process calls itself, without end. Draw a loop in the"
                    " diagram, or start it beside with an escalation.",
                )


def escalations_start_a_process(files: Files) -> Iterator[Problem]:
    for diagram in files.used:
        for node, code in diagram.thrown():
            if not code:
                yield diagram.problem(
                    node.id, "It has no escalation code. Name the process it starts beside."
                )
            elif code not in files.processes:
                yield diagram.problem(
                    node.id,
                    f"Its escalation code “{code}” names no process. Name one that is drawn.",
                )


def processes_beside_are_drawn(files: Files) -> Iterator[Problem]:
    named = [(f"beside.{n}", str(each.get("process"))) for n, each in enumerate(files.beside, 1)]
    named += [(f"scopes.{process}", process) for process in files.section("scopes")]
    again = files.section("signed_again").items()
    named += [(f"signed_again.{task}", str(process)) for task, process in again]
    for place, process in named:
        if process not in files.processes:
            says = f"It names the process “{process}”, which is not drawn. Name another."
            yield Problem(SETTINGS, place, says)


def cases_start_at_a_task(files: Files) -> Iterator[Problem]:
    tasks = {node.id for diagram in files.used for node in diagram.of("userTask")}
    for origin, task in files.section("start").items():
        if str(task) not in tasks:
            says = f"It names the task “{task}”, which is in no diagram. Name another."
            yield Problem(SETTINGS, f"start.{origin}", says)


def decisions_have_a_table(files: Files) -> Iterator[Problem]:
    for diagram in files.used:
        for node in diagram.of("businessRuleTask"):
            named = node.child("extensionElements")
            decision = (named.findtext("{*}calledDecisionId") or "") if named is not None else ""
            decision = decision.strip()
            if not decision:
                says = "It names no decision table. Name one in spiffworkflow:calledDecisionId."
                yield diagram.problem(node.id, says)
            elif f"{decision}.dmn" not in files.names:
                says = f"It asks the table “{decision}”, which is missing. Add {decision}.dmn."
                yield diagram.problem(node.id, says)


def operations_are_known(files: Files) -> Iterator[Problem]:
    for diagram in files.used:
        for node in diagram.of("serviceTask"):
            named = node.child("extensionElements")
            operator = named.find("{*}serviceTaskOperator") if named is not None else None
            if operator is None or operator.get("id") not in OPERATIONS:
                yield diagram.problem(
                    node.id,
                    f"A service task does one of: {', '.join(OPERATIONS)}. Name it in"
                    " spiffworkflow:serviceTaskOperator.",
                )


def _called_from(process: str, calls: dict[str, set[str]]) -> set[str]:
    """Return a process and all it calls, however far."""
    found: set[str] = set()
    todo = [process]
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo.extend(calls.get(each, ()))
    return found
