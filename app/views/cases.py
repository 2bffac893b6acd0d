"""A child's case: where it stands, and by when what is due; correcting what is known."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import answers, drawing, sessions, standing, words
from app.auth import allow
from app.pages import ON_A_PAGE, Paging, said
from processes import cases, library
from processes.library import Procedure
from processes.models import Case, Fact, HistoryEntry, Incident, Instance, Person, Record, Task

pages = Blueprint("cases", __name__, url_prefix="/cases")

NOT_TOLD = {"origin", "opened_at", "initiating_discussion_number"}  # the machinery's own


@dataclass(frozen=True)
class Step:
    """One task of a stage: done, with its record, or open."""

    name: str
    record: Record | None
    task: Task | None


@dataclass(frozen=True)
class Known:
    """A fact as it stands: what was asked, what was answered, and who last said so."""

    fact: Fact
    question: str
    scope: str
    by: str


@pages.get("")
@allow("record readers")
def index() -> str:
    """List the cases, the latest changed first; find one by reference or name."""
    database = sessions.current()
    sought = said("find")
    wanted = select(Case)
    for word in sought.split():
        either = Case.reference, Case.child_name
        wanted = wanted.where(or_(*(each.icontains(word, autoescape=True) for each in either)))
    count = database.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    paging = Paging(count)
    newest = Case.closed_at.is_not(None), Case.changed_at.desc(), Case.id.desc()
    found = database.scalars(
        wanted.options(joinedload(Case.version))
        .order_by(*newest)
        .limit(ON_A_PAGE)
        .offset(paging.offset)
    ).all()
    return render_template(
        "cases/index.html",
        cases=[(case, library.procedure_of(case.version).title) for case in found],
        steps=_open_steps(database, found),
        sought=sought,
        paging=paging,
    )


@pages.get("/<int(max=2147483647):case_id>")
@allow("record readers")
def show(case_id: int) -> str:
    """Show one case."""
    database = sessions.current()
    case = _case(database, case_id)
    procedure = library.procedure_of(case.version)
    tasks = list(
        database.scalars(
            select(Task).where(Task.case_id == case.id).order_by(Task.opened_at, Task.key)
        )
    )
    records = standing.records(database, case.id)
    deadlines = standing.deadlines(database, [case], g.now)[case.id]
    incident = select(Incident).where(Incident.case_id == case.id, Incident.is_open)
    return render_template(
        "cases/show.html",
        case=case,
        procedure=procedure,
        maps=_maps(procedure, records, tasks),
        stages=_stages(database, case, procedure, records, tasks),
        tasks=standing.waiting(database, tasks, g.now),
        open_deadlines=[each for each in deadlines if each.until_at is None],
        done_deadlines=[each for each in deadlines if each.until_at is not None],
        records=records,
        known=_known(database, case, procedure),
        beside=_may_begin(procedure),
        family=[each for each in case.family_group.cases if each.id != case.id],
        linked=_linked(database, case),
        history=_history(database, case, procedure),
        incident=database.scalars(incident.limit(1)).first(),
    )


@pages.post("/<int(max=2147483647):case_id>/begin/<process>")
@allow("record readers")
def begin(case_id: int, process: str) -> Response:
    """Begin a process beside the pathway, such as recording new information."""
    database = sessions.current()
    case = _case(database, case_id)
    try:
        instance = cases.begin(database, case, process, by=g.person, now=g.now)
    except cases.CannotBegin as error:
        raise NotFound() from error
    except cases.NotYourTask as error:
        raise Forbidden() from error
    mine = select(Task.key).where(Task.instance_id == instance.id, standing.for_roles(g.person))
    key = database.scalars(mine.order_by(Task.opened_at, Task.key).limit(1)).first()
    database.commit()
    if key:
        return redirect(url_for("tasks.complete", key=key))
    return redirect(url_for("cases.show", case_id=case.id))


@pages.route(
    "/<int(max=2147483647):case_id>/correct/<int(max=2147483647):fact_id>", methods=["GET", "POST"]
)
@allow("record readers")
def correct(case_id: int, fact_id: int) -> Response | str | tuple[str, int]:
    """Correct one thing that is known, with a reason; running deadlines move with it."""
    database = sessions.current()
    case = _case(database, case_id)
    fact = database.get(Fact, fact_id)
    if fact is None or fact.case_id != case.id:
        raise NotFound()
    procedure = library.procedure_of(case.version)
    form = answers.of_question(procedure, fact.name)
    if form is None:
        raise NotFound()
    sheet = answers.Sheet(form, {}, {fact.name: fact.value})
    why, missing = said("_why"), False
    if request.method == "POST":
        given = sheet.read(request.form)
        missing = not why
        if given is not None and not missing:
            scope = (fact.scope, fact.number)
            value = given[fact.name]
            cases.correct(
                database, case, fact.name, value, why, by=g.person, now=g.now, scope=scope
            )
            database.commit()
            flash("Corrected. The deadlines that are counted from it have moved.")
            return redirect(url_for("cases.show", case_id=case.id))
    page = render_template(
        "cases/correct.html", case=case, sheet=sheet, fact=fact, why=why, missing=missing,
        scope=words.scope(fact.scope, fact.number),
    )  # fmt: skip
    return page, 400 if sheet.problems or missing else 200


def _case(database: Session, case_id: int) -> Case:
    case = database.get(Case, case_id)
    if case is None:
        raise NotFound()
    return case


def _open_steps(database: Session, found: Any) -> dict[int, list[str]]:
    """Return what each case waits for."""
    steps: dict[int, list[str]] = {case.id: [] for case in found}
    rows = select(Task.case_id, Task.name).where(Task.case_id.in_(steps))
    for case_id, name in database.execute(rows.order_by(Task.opened_at, Task.key)):
        steps[case_id].append(name)
    return steps


def _stages(
    database: Session, case: Case, procedure: Procedure, records: list[Record], tasks: list[Task]
) -> list[tuple[str, list[Step]]]:
    """Return the way so far: each stage by name, with its steps done and open, in order."""
    numbers = _stage_numbers(database, case)
    stages: dict[tuple[str, str], list[Step]] = {}
    for record in records:
        place = (record.instance_id, record.stage or record.process)
        stages.setdefault(place, []).append(Step(record.name, record, None))
    for task in tasks:
        place = (task.instance_id, task.stage or task.process)
        stages.setdefault(place, []).append(Step(task.name, None, task))
    named = []
    for (_, key), steps in stages.items():
        first = steps[0].record or steps[0].task
        process = first.process if first else ""
        named.append((words.stage(procedure, process, numbers.get(key)), steps))
    return named


def _maps(
    procedure: Procedure, records: list[Record], tasks: list[Task]
) -> list[tuple[str, Markup]]:
    """Draw the pathway, and each diagram that has an open task, with where the case is."""
    maps = []
    for process in dict.fromkeys(["pathway", *(task.process for task in tasks)]):
        content = procedure.files[f"{process}.bpmn"]
        called = words.called(procedure, process)
        waiting = {task.element for task in tasks if task.process == process}
        waiting |= {call for call, each in called.items() if each in {t.process for t in tasks}}
        done = {record.element for record in records if record.process == process}
        done |= {call for call, each in called.items() if each in {r.process for r in records}}
        name = words.stage(procedure, process)
        says = f"{name}: the steps that wait now are marked, and those that are done"
        maps.append((name, drawing.draw(content, says, open_steps=waiting, done=done - waiting)))
    return [each for each in maps if each[1]]


def _stage_numbers(database: Session, case: Case) -> dict[str, int]:
    """Return which discussion or enquiry each stage is."""
    rows = database.scalars(select(Instance.stages).where(Instance.case_id == case.id))
    return {key: each[1] for stages in rows for key, each in stages.items() if each[0] != "case"}


def _known(database: Session, case: Case, procedure: Procedure) -> list[Known]:
    rows = database.execute(
        select(Fact, Person.name)
        .join(Person, Fact.recorded_by_id == Person.id, isouter=True)
        .where(Fact.case_id == case.id, Fact.name.not_in(NOT_TOLD))
        .order_by(Fact.id)
    )
    latest = {(fact.scope, fact.number, fact.name): (fact, by) for fact, by in rows}
    return [
        Known(fact, words.question(procedure, fact.name), words.scope(fact.scope, fact.number), by)
        for fact, by in latest.values()
        if words.find(procedure, fact.name)
    ]


def _may_begin(procedure: Procedure) -> list[dict[str, Any]]:
    mine = set(g.person.roles)
    return [
        each for each in procedure.settings.get("beside", []) if mine & set(each.get("roles", []))
    ]


def _linked(database: Session, case: Case) -> list[Case]:
    """Return the case this one was opened for, and those opened for this one."""
    either = or_(Case.linked_to_id == case.id, Case.id == case.linked_to_id)
    return list(database.scalars(select(Case).where(either).order_by(Case.id)))


def _history(database: Session, case: Case, procedure: Procedure) -> list[tuple[HistoryEntry, str]]:
    entries = database.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.case_id == case.id)
        .options(joinedload(HistoryEntry.by))
        .order_by(HistoryEntry.id.desc())
    )
    return [(entry, words.history(entry, procedure, g.now)) for entry in entries]
