"""The tasks that wait for a person's roles, and completing one."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from app import answers, auth, drafts, sessions, standing, words
from app.auth import allow
from app.drafts import keeps_drafts
from app.pages import ON_A_PAGE, Paging
from processes import cases, library, signing
from processes.facts import CASE
from processes.library import Procedure
from processes.models import Case, Record, Task
from processes.rows import read_facts

pages = Blueprint("tasks", __name__, url_prefix="/tasks")


@pages.get("")
@allow("practitioners")
def index() -> str:
    """List the tasks for my roles, the next deadline first."""
    database = sessions.current()
    mine = standing.for_roles(g.person)
    count = database.scalar(select(func.count()).select_from(Task).where(mine)) or 0
    paging = Paging(count)
    order = (Task.due_at.is_(None), Task.due_at, Task.opened_at, Task.key)
    found = database.scalars(
        select(Task)
        .where(mine)
        .options(joinedload(Task.case).joinedload(Case.version))
        .order_by(*order)
        .limit(ON_A_PAGE)
        .offset(paging.offset)
    ).all()
    titles = {task.case_id: library.procedure_of(task.case.version).title for task in found}
    return render_template(
        "tasks/index.html",
        tasks=standing.waiting(database, found, g.now),
        titles=titles,
        paging=paging,
    )


@pages.route("/<key>", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def complete(key: str) -> Response | str | tuple[str, int]:
    """Show a task with its form, and complete it."""
    database = sessions.current()
    task = database.get(Task, key)
    if task is None:
        return _not_open(key)
    if not set(task.roles) & set(g.person.roles):
        raise Forbidden()
    procedure = library.procedure_of(task.case.version)
    scope = standing.scope(database, task)
    facts = read_facts(database, task.case_id)
    # What is known of the child already is not asked for again: it stands there to be confirmed.
    sheet = answers.Sheet(procedure.forms[task.element], facts.context(scope), facts.own(CASE))
    if request.method == "GET":
        return _page(task, procedure, sheet)
    given = sheet.read(request.form)
    if given is None:
        return _page(task, procedure, sheet), 400 if sheet.problems else 200
    try:
        cases.complete_task(database, key, given, by=g.person, now=g.now)
    except cases.TaskNotOpen:
        database.rollback()
        return _not_open(key)
    except signing.SigningRefused as refused:
        database.rollback()
        task = database.get(Task, key)
        if task is None:
            return _not_open(key)
        sheet.refuse(refused.refusals, _where_asked(task, procedure))
        return _page(task, procedure, sheet), 400
    drafts.accept()
    name, case_id = task.name, task.case_id
    database.commit()
    flash(f"Saved: {name}.")
    return redirect(_after(case_id))


def _page(task: Task, procedure: Procedure, sheet: answers.Sheet) -> str:
    database = sessions.current()
    number = standing.scope(database, task)[1]
    return render_template(
        "tasks/complete.html",
        task=task,
        case=task.case,
        procedure=procedure,
        sheet=sheet,
        drafts=drafts.on_page(sheet),
        stage=words.stage(procedure, task.process, number),
        waiting=standing.waiting(database, [task], g.now)[0],
        why=words.why_asked(procedure, task.process, task.element),
        records=standing.records(database, task.case_id)
        if auth.may(g.person, "record readers")
        else [],
    )


def _not_open(key: str) -> tuple[str, int]:
    """Say who completed the task meanwhile; what was typed for it is kept, and there to be read."""
    database = sessions.current()
    drafts.keep()
    of_task = select(Record).where(Record.task_key == key).order_by(Record.id)
    record = database.scalars(of_task.options(joinedload(Record.recorded_by)).limit(1)).first()
    typed = []
    if record is not None:
        case = database.get_one(Case, record.case_id, options=[joinedload(Case.version)])
        form = library.procedure_of(case.version).forms[record.element]
        typed = [(draft, drafts.readable(draft, form)) for draft in drafts.mine()]
    page = render_template(
        "tasks/not_open.html",
        record=record,
        typed=typed,
        may_read=auth.may(g.person, "record readers"),
    )
    return page, 409 if request.method == "POST" else 404


def _where_asked(task: Task, procedure: Procedure) -> dict[str, str]:
    """Return, for each question of the stage's earlier records, where its answer can be changed."""
    database = sessions.current()
    return {
        key: url_for("records.revise", record_id=record.id, _anchor=key)
        for record in standing.records(database, task.case_id)
        if (record.instance_id, record.stage) == (task.instance_id, task.stage)
        for key in procedure.forms[record.element].keys
    }


def _after(case_id: int) -> str:
    """Return where to go on: to the case, for those who may read it."""
    if auth.may(g.person, "record readers"):
        return url_for("cases.show", case_id=case_id)
    return url_for("tasks.index")
