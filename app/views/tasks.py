"""The tasks that wait for a person's roles, and completing one."""

from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from app import (
    alongside,
    answers,
    carried,
    drafts,
    earlier,
    family,
    sessions,
    standing,
    task_list,
    words,
)
from app.auth import allow
from app.drafts import keeps_drafts
from app.guard import look, may_revise, sight_of
from app.pages import said
from app.put_right import Written
from processes import cases, library, records, signing, tasks, together
from processes import drafts as kept_drafts
from processes.library import Procedure
from processes.models import Case, Draft, Person, Record, Task

pages = Blueprint("tasks", __name__, url_prefix="/tasks")

CLAIM, RELEASE, HAND_OVER = "claim", "give back", "hand over"  # buttons beside those that save


@pages.get("")
@allow("practitioners")
def index() -> str:
    """List the open tasks that concern me, family by family, the next deadline first."""
    tasks_here = task_list.TaskList(sessions.current())
    return render_template("tasks/index.html", tasks=tasks_here, due=task_list.DUE)


@pages.route("/<key>", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def complete(key: str) -> Response | str | tuple[str, int]:
    """Show a task with its form, and complete it."""
    database = sessions.current()
    task = _for_my_roles(key)
    if task is None:
        return _sent_again(key) or _go_on_with_others(key) or _not_open(key)
    procedure = library.procedure_of(task.case.version)
    offered = family.tasks(database, task)
    if request.method == "GET":
        return _page(task, procedure, family.sheet(database, offered))
    if request.form.get(answers.BUTTON) in (CLAIM, RELEASE, HAND_OVER):
        return _change_hands(key, request.form[answers.BUTTON])
    try:
        loaded = family.load(database, offered, request.form)
    except cases.TaskNotOpen:
        database.rollback()
        return complete(key)  # the page says what is not open any more, and offers the rest
    sheet = family.sheet(database, offered, loaded)
    given = sheet.read_all(request.form)
    if given is None:
        return _not_done(key, procedure, sheet)
    keys = [offered[each.child.case_id].key for each in sheet.filled]
    written = dict(zip(keys, given, strict=True))
    try:
        together.complete_loaded(loaded, written, by=g.person)
    except signing.SigningRefused as refused:
        database.rollback()
        task = database.get(Task, key)
        if task is None:
            return _not_open(key)
        offered = family.tasks(database, task)  # a brother's may be done since
        sheet = family.sheet(database, offered)
        sheet.resume(request.form)
        family.tell_gone(database, sheet, task)
        still = [each for each in refused.refusals if each.case_id in offered]
        sheet.refuse(still, family.places(database, written, procedure))
        return _page(task, procedure, sheet), 400
    drafts.accept()
    name, case_id = task.name, task.case_id
    database.commit()
    flash(f"Saved: {name}{family.about(sheet)}.")
    return redirect(url_for("cases.show", case_id=case_id))


@pages.route("/<key>/hand-over", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def hand_over(key: str) -> Response | str | tuple[str, int]:
    """Give a task to a colleague, with a note."""
    database = sessions.current()
    task = _for_my_roles(key)
    if task is None:
        return _not_open(key)
    able = [each for each in tasks.receivers(database, task) if each.id != g.person.id]
    to, note = said("to"), said("note")
    errors: dict[str, str] = {}
    if request.method == "POST":
        if to not in {str(each.id) for each in able}:
            errors["to"] = "Choose whom you hand it over to."
        if not note:
            errors["note"] = "Write what they need to know to go on."
        if not errors:
            return _give(key, int(to), note)
    here = drafts.on_page()
    page = render_template(
        "tasks/hand_over.html", task=task, case=task.case, able=able, to=here.text("to") or to,
        note=here.text("note") or note, errors=errors, drafts=here,
    )  # fmt: skip
    return page, 400 if errors else 200


def _for_my_roles(key: str) -> Task | None:
    """Return a task that waits, for those who may complete it; to others it is closed."""
    task = sessions.current().get(Task, key)
    if task is not None and not set(task.roles) & set(g.person.roles):
        raise Forbidden()
    return task


def _give(key: str, to_id: int, note: str) -> Response | tuple[str, int]:
    database = sessions.current()
    try:
        task = tasks.hand_over(database, key, to_id, note, by=g.person, now=g.now)
    except cases.TaskNotOpen:
        database.rollback()
        return _not_open(key)
    except tasks.CannotReceive:  # they have lost the role since the page was made
        database.rollback()
        drafts.keep()
        return redirect(url_for("tasks.hand_over", key=key))
    receiver = task.assignee.name if task.assignee else ""
    drafts.accept()
    database.commit()
    flash(f"Handed over to {receiver}: {task.name}.")
    return redirect(url_for("tasks.index"))


def _change_hands(key: str, button: str) -> Response | tuple[str, int]:
    """Take the task on or give it back; what is typed on its page stays as a draft."""
    database = sessions.current()
    drafts.keep()
    if button == HAND_OVER:
        return redirect(url_for("tasks.hand_over", key=key))
    change = tasks.claim if button == CLAIM else tasks.release
    try:
        task = change(database, key, by=g.person, now=g.now)
    except cases.TaskNotOpen:
        database.rollback()
        return _not_open(key)
    database.commit()
    if button == CLAIM:
        return redirect(url_for("tasks.complete", key=key))
    flash(f"Given back: {task.name}. What you typed is kept as your draft.")
    return redirect(url_for("tasks.index"))


def _not_done(
    key: str, procedure: Procedure, sheet: answers.Sheet
) -> Response | str | tuple[str, int]:
    """Show a form that is not done yet. What is kept of it is a draft: its case does not change."""
    database = sessions.current()
    database.rollback()
    task = database.get(Task, key)
    if task is None:
        return complete(key)
    family.tell_gone(database, sheet, task)
    return _page(task, procedure, sheet), 400 if sheet.problems else 200


def _page(task: Task, procedure: Procedure, sheet: answers.Sheet) -> str:
    database = sessions.current()
    same_step = together.same_step(database, task, g.person.roles) if sheet.others else []
    sheet.alongside = alongside.of(database, task, sheet.form, same_step)
    number = standing.scope(database, task)[1]
    handed, given = tasks.handed_over(database, task), []
    if handed and handed.by_id and task.assignee_id == g.person.id:
        given = kept_drafts.of_place(database, handed.by_id, request.path)[:1]
    here = drafts.on_page(sheet, given, url_for("tasks.complete", key=task.key))
    sheet.sources = carried.sources(database, sheet.filled)
    seen = sight_of(task.case)
    recorded = [each for each in standing.records(database, task.case_id) if seen.shows(each)]
    sheet.earlier = earlier.beside(procedure, sheet.form, recorded)
    return render_template(
        "tasks/complete.html",
        task=task,
        case=task.case,
        procedure=procedure,
        sheet=sheet,
        drafts=here,
        handed=handed,
        back=task_list.back() or "",
        writing=_writing(task),
        stage=words.stage(procedure, task.process, number),
        waiting=standing.waiting(database, [task], g.now)[0],
        why=words.why_asked(procedure, task.process, task.element),
        records=recorded,
    )


def _writing(task: Task) -> list[tuple[str, datetime]]:
    """Return who else has begun to write for a task, and when last."""
    rows = (
        select(Person.name, func.max(Draft.saved_at, type_=Draft.saved_at.type))
        .join(Draft, Draft.person_id == Person.id)
        .where(Draft.place == request.path, Person.id != g.person.id)
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id)
    )
    return [(name, at) for name, at in sessions.current().execute(rows)]


def _sent_again(key: str) -> Response | None:
    """Lead who sends what is recorded already to where it led the first time: it is no draft."""
    database = sessions.current()
    written = records.of_task(key).options(joinedload(Record.recorded_by)).limit(1)
    record = database.scalars(written).first() if request.method == "POST" else None
    if record is None:
        return None
    case = database.get_one(Case, record.case_id, options=[joinedload(Case.version)])
    if not look(case).shows(record):
        return None
    there = Written(database, record, case, library.procedure_of(case.version))
    if there.adds(request.form):
        return None
    by, name, case_id = record.recorded_by, record.name, case.id
    mine = by.id == g.person.id
    says = f"Saved already: {name}." if mine else f"{by.name} recorded the same already: {name}."
    drafts.accept()
    database.commit()
    flash(says)
    return redirect(url_for("cases.show", case_id=case_id))


def _go_on_with_others(key: str) -> tuple[str, int] | None:
    """Offer the form, with all that was typed, for the other children whom it was to be about."""
    database = sessions.current()
    record = database.scalars(records.of_task(key).limit(1)).first()
    found = family.heir(database, record, request.form) if record else None
    if not found or not set(found[0].roles) & set(g.person.roles):
        return None
    task, typed = found
    procedure = library.procedure_of(task.case.version)
    sheet = family.sheet(database, family.tasks(database, task))
    sheet.resume(typed)
    family.tell_gone(database, sheet, task)
    return _page(task, procedure, sheet), 409


def _not_open(key: str) -> tuple[str, int]:
    """Say who completed the task meanwhile; what was typed for it is kept, and there to be read."""
    database = sessions.current()
    drafts.keep()
    written = records.of_task(key).options(joinedload(Record.recorded_by)).limit(1)
    record = database.scalars(written).first()
    typed, may_read, newest = [], False, None
    if record is not None:
        case = database.get_one(Case, record.case_id, options=[joinedload(Case.version)])
        may_read = look(case).shows(record)
        form = library.procedure_of(case.version).forms[record.element]
        typed = [(draft, drafts.readable(draft, form)) for draft in drafts.mine()]
        if may_read and may_revise(record, library.procedure_of(case.version)):
            newest = records.editions(database, record)[-1]
    page = render_template(
        "tasks/not_open.html",
        record=record,
        typed=typed,
        may_read=may_read,
        newest=newest,
    )
    return page, 409 if request.method == "POST" else 404
