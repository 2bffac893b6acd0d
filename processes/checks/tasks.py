"""Rules on user tasks: each has a name, a lane with a role, a form, and a reason."""

from collections.abc import Iterator

from processes import carrying
from processes.checks.diagram import Diagram
from processes.checks.problem import Problem
from processes.checks.procedure import SETTINGS, Files


def tasks_have_a_name_and_a_reason(files: Files) -> Iterator[Problem]:
    for diagram in files.diagrams.values():
        for node in diagram.of("userTask"):
            if not node.name:
                yield diagram.problem(node.id, "It has no name. Say in a few words what to do.")
            reason = node.child("documentation")
            if reason is None or not (reason.text or "").strip():
                yield diagram.problem(
                    node.id,
                    "It has no documentation. Say why it is asked, and by which rules.",
                )


def tasks_stand_in_one_lane(files: Files) -> Iterator[Problem]:
    for diagram in files.diagrams.values():
        for node in diagram.of("userTask"):
            lanes = diagram.lanes.get(node.id, [])
            if not lanes:
                yield diagram.problem(node.id, "It stands in no lane, so it is nobody's. Move it.")
            elif len(lanes) > 1:
                yield diagram.problem(
                    node.id, f"It stands in several lanes: {', '.join(lanes)}. Move it into one."
                )


def lanes_have_a_role(files: Files) -> Iterator[Problem]:
    roles = files.section("roles")
    for diagram in files.used:
        tasks = {node.id for node in diagram.of("userTask")}
        without = {name for id in tasks for name in diagram.lanes.get(id, []) if name not in roles}
        for name in sorted(without):
            yield diagram.problem(
                _lane(diagram, name),
                f"The lane “{name}” has no role. Give it one under [roles] in {SETTINGS}.",
            )


def tasks_have_a_form(files: Files) -> Iterator[Problem]:
    for diagram in files.used:
        for node in diagram.of("userTask"):
            if f"forms/{node.id}.form" not in files.names:
                yield diagram.problem(node.id, f"It has no form. Add forms/{node.id}.form.")


def forms_name_what_is_asked(files: Files) -> Iterator[Problem]:
    """Find what is carried from, or shown of, a record that no task of the procedure writes."""
    for task, form in files.forms.items():
        for part in carrying.parts(form.components):
            for name in (carrying.FROM, carrying.BESIDE, "sends"):
                for earlier, question in carrying.named(part, name):
                    asked = files.forms[earlier].keys if earlier in files.forms else None
                    if asked is None or (question and question not in asked):
                        asks = f"{earlier}.{question}" if question else earlier
                        says = f"“{asks}” is asked by no form. Correct “{name}”."
                        yield Problem(f"forms/{task}.form", part.key or part.label, says)


def _lane(diagram: Diagram, name: str) -> str:
    for lane in diagram.xml.iter("{*}lane"):
        if (lane.get("name") or "") == name:
            return str(lane.get("id") or "")
    return ""
