"""The local procedures, to read: deadlines with sources, steps, what is yet to supply."""

from flask import Blueprint, g, render_template
from werkzeug.exceptions import NotFound

from app import drawing, sessions, standing, words
from app.auth import allow
from processes import library
from processes.models import ProcedureVersion

pages = Blueprint("procedures", __name__, url_prefix="/procedures")


@pages.get("")
@allow("procedure readers")
def index() -> str:
    """List the local procedures in force today."""
    found = standing.in_force(sessions.current(), g.now).values()
    return render_template(
        "procedures/index.html",
        procedures=[(version, library.procedure_of(version)) for version in found],
    )


@pages.get("/<name>")
@allow("procedure readers")
def show(name: str) -> str:
    """Show one local procedure: its stages, its deadlines, what its owner has yet to supply."""
    version, procedure = _found(name)
    return render_template(
        "procedures/show.html",
        version=version,
        procedure=procedure,
        deadlines=words.deadline_rows(procedure),
        processes=words.processes(procedure),
    )


@pages.get("/<name>/<process>")
@allow("procedure readers")
def diagram(name: str, process: str) -> str:
    """Show one diagram, and the same as a list of steps."""
    version, procedure = _found(name)
    found = next((each for each in words.processes(procedure) if each.id == process), None)
    if found is None:
        raise NotFound()
    return render_template(
        "procedures/diagram.html",
        version=version,
        procedure=procedure,
        process=found,
        picture=drawing.draw(procedure.files[f"{process}.bpmn"], f"Diagram: {found.name}"),
    )


def _found(name: str) -> tuple[ProcedureVersion, library.Procedure]:
    version = standing.in_force(sessions.current(), g.now).get(name)
    if version is None:
        raise NotFound()
    return version, library.procedure_of(version)
