"""A child's case: where it stands, and by when what is due; correcting what is known."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import answers, auth, drafts, sections, sessions, words
from app.auth import allow
from app.drafts import keeps_drafts
from app.filled import Begun, Child
from app.guard import sight_of
from app.pages import ON_A_PAGE, Paging, said
from app.sections import beside
from app.sections import chronology as story
from app.sections.page import CasePage
from processes import cases, ending, incidents, library, questions, sight
from processes.models import Case, Fact, Task

pages = Blueprint("cases", __name__, url_prefix="/cases")


@pages.get("")
@allow("practitioners")
def index() -> str:
    """List the cases one sees, the latest changed first; find one by reference or name, or those
    in which something went wrong.
    """
    database = sessions.current()
    sought = said("find")
    mine = sight.cases(database, g.person, g.now)
    stopped = mine & incidents.is_stopped()
    only_stopped = bool(said("wrong"))
    to_find = sight.to_find(database, g.person, g.now) if sought else mine
    wanted = [stopped if only_stopped else to_find]
    for word in sought.split():
        either = Case.reference, Case.child_name
        wanted.append(or_(*(each.icontains(word, autoescape=True) for each in either)))
    paging = Paging(_count(database, *wanted))
    newest = Case.closed_at.is_not(None), Case.changed_at.desc(), Case.id.desc()
    found = database.scalars(
        select(Case)
        .join(Case.version)
        .where(*wanted)
        .options(contains_eager(Case.version))
        .order_by(*newest)
        .limit(ON_A_PAGE)
        .offset(paging.offset)
    ).all()
    steps = _open_steps(database, found)
    return render_template(
        "cases/index.html",
        cases=[(case, library.procedure_of(case.version).title) for case in found],
        steps=steps,
        seen=set(database.scalars(select(Case.id).where(mine, Case.id.in_(steps)))),
        sought=sought,
        only_stopped=only_stopped,
        stopped=_count(database, stopped) if auth.may(g.person, "managers") else 0,
        paging=paging,
        tells_opened=auth.may(g.person, "history readers"),
    )


@pages.get("/<int(max=2147483647):case_id>")
@allow("practitioners")
def show(case_id: int) -> str:
    """Show one case."""
    database = sessions.current()
    case = _case(database, case_id)
    page = CasePage(database, case, g.person, g.now, sight_of(case))
    near = _near(database, case)
    return render_template(
        "cases/show.html",
        case=case,
        page=page,
        procedure=page.procedure,
        sections=sections.load(page),
        family=[each for each in near if each.family_group_id == case.family_group_id],
        linked=[
            each for each in near if case.id == each.linked_to_id or each.id == case.linked_to_id
        ],
        opened=sight.open_to(database, case, g.now),
        incident=incidents.of_case(database, case.id),
        may_go_on=auth.may(g.person, "managers"),
    )


@pages.post("/<int(max=2147483647):case_id>/go-on")
@allow("managers")
def go_on(case_id: int) -> Response:
    """Let the timers of a case that an error stopped go on; where they run, nothing changes."""
    database = sessions.current()
    case = _case(database, case_id)
    sight_of(case)
    incidents.resolve(database, case.id, by=g.person, now=g.now)
    database.commit()
    flash("The timers of this case go on. If something goes wrong in it again, it is said here.")
    return redirect(url_for("cases.show", case_id=case.id))


@pages.get("/<int(max=2147483647):case_id>/chronology")
@allow("practitioners")
def chronology(case_id: int) -> str:
    """Show a child's whole story in order, or what is of some kinds only; it prints."""
    database = sessions.current()
    case = _case(database, case_id)
    seen = sight_of(case)
    if not seen.whole:
        raise Forbidden()
    entries = story.load(CasePage(database, case, g.person, g.now, seen))
    chosen = [kind for kind in story.KINDS if kind in request.args.getlist("kind")]
    return render_template(
        "cases/chronology.html",
        case=case,
        entries=[each for each in entries if not chosen or each.kind in chosen],
        kinds=story.KINDS,
        chosen=chosen,
    )


@pages.route("/<int(max=2147483647):case_id>/begin/<process>", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def begin(case_id: int, process: str) -> Response | str | tuple[str, int]:
    """Begin a process beside the pathway, such as recording new information; it opens a closed
    case again, for a reason.
    """
    database, why = sessions.current(), said("_why")
    case = _case(database, case_id)
    if request.method == "GET":
        return _why_again(database, case, process, why)
    try:
        instance = cases.begin(database, case, process, why, by=g.person, now=g.now)
    except ending.NoReason:
        database.rollback()
        return _why_again(database, case, process, why)
    except cases.CannotBegin as error:
        raise NotFound() from error
    except cases.NotYourTask as error:
        raise Forbidden() from error
    mine = select(Task.key).where(Task.instance_id == instance.id, sight.for_roles(g.person.roles))
    key = database.scalars(mine.order_by(Task.opened_at, Task.key).limit(1)).first()
    drafts.accept()
    database.commit()
    if key:
        return redirect(url_for("tasks.complete", key=key))
    return redirect(url_for("cases.show", case_id=case_id))


@pages.route("/<int(max=2147483647):case_id>/withdraw/<begun>", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def withdraw(case_id: int, begun: str) -> Response | str | tuple[str, int]:
    """Withdraw, with a reason, what was begun beside the pathway by mistake."""
    database = sessions.current()
    case = _case(database, case_id)
    found = beside.load(CasePage(database, case, g.person, g.now, sight_of(case)))
    name = next((of["name"] for each, of in found.open if each.id == begun), "") if found else ""
    if not name:
        raise NotFound()
    why = said("_why")
    if request.method == "POST" and why:
        try:
            ending.withdraw(database, case, begun, why, by=g.person, now=g.now)
        except ending.CannotWithdraw as error:  # it ended, or was signed, at this very moment
            raise NotFound() from error
        drafts.accept()
        database.commit()
        flash(f"Withdrawn: {name}. What was recorded stays.")
        return redirect(url_for("cases.show", case_id=case.id))
    missing = request.method == "POST"
    here = drafts.on_page()
    page = render_template(
        "cases/withdraw.html", case=case, name=name, why=here.text("_why") or why, missing=missing,
        drafts=here,
    )  # fmt: skip
    return page, 400 if missing else 200


@pages.route(
    "/<int(max=2147483647):case_id>/correct/<int(max=2147483647):fact_id>", methods=["GET", "POST"]
)
@allow("practitioners")
@keeps_drafts
def correct(case_id: int, fact_id: int) -> Response | str | tuple[str, int]:
    """Correct one thing that is known, with a reason; running deadlines move with it."""
    database = sessions.current()
    case = _case(database, case_id)
    if not sight_of(case).whole:
        raise Forbidden()
    fact = database.get(Fact, fact_id)
    if fact is None or fact.case_id != case.id:
        raise NotFound()
    procedure = library.procedure_of(case.version)
    form = questions.alone(procedure, fact.name)
    if form is None:
        raise NotFound()
    sheet = answers.Sheet(form, Child({}, begin=lambda: Begun({fact.name: fact.value})))
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
            drafts.accept()
            database.commit()
            flash("Corrected. The deadlines that are counted from it have moved.")
            return redirect(url_for("cases.show", case_id=case.id))
    here = drafts.on_page(sheet)
    page = render_template(
        "cases/correct.html", case=case, sheet=sheet, fact=fact, missing=missing, drafts=here,
        why=here.text("_why") or why, scope=words.scope(fact.scope, fact.number),
    )  # fmt: skip
    return page, 400 if sheet.problems or missing else 200


def _why_again(
    database: Session, case: Case, process: str, why: str
) -> Response | str | tuple[str, int]:
    """Ask why a closed case is opened again by what is to begin in it; an open one just is."""
    if case.closed_at is None:
        return redirect(url_for("cases.show", case_id=case.id))
    found = beside.load(CasePage(database, case, g.person, g.now, sight_of(case)))
    offered = found.offered if found else []
    name = next((each["name"] for each in offered if each["process"] == process), "")
    if not name:
        raise NotFound()
    missing = request.method == "POST"
    here = drafts.on_page()
    page = render_template(
        "cases/begin.html", case=case, name=name, why=here.text("_why") or why, missing=missing,
        drafts=here,
    )  # fmt: skip
    return page, 400 if missing else 200


def _case(database: Session, case_id: int) -> Case:
    case = database.get(Case, case_id)
    if case is None:
        raise NotFound()
    return case


def _count(database: Session, *which: ColumnElement[bool]) -> int:
    return database.scalar(select(func.count()).select_from(Case).where(*which)) or 0


def _open_steps(database: Session, found: Any) -> dict[int, list[str]]:
    """Return what each case waits for."""
    steps: dict[int, list[str]] = {case.id: [] for case in found}
    rows = select(Task.case_id, Task.name).where(Task.case_id.in_(steps))
    for case_id, name in database.execute(rows.order_by(Task.opened_at, Task.key)):
        steps[case_id].append(name)
    return steps


def _near(database: Session, case: Case) -> list[Case]:
    """Return the cases of the family and those linked with it that the person who asks sees."""
    linked = Case.linked_to_id == case.id, Case.id == case.linked_to_id
    near = or_(Case.family_group_id == case.family_group_id, *linked)
    mine = sight.cases(database, g.person, g.now)
    return list(
        database.scalars(select(Case).where(near, Case.id != case.id, mine).order_by(Case.id))
    )
