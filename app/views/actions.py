"""What was agreed to be done: saying that it is, for one child or for brothers and sisters too."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import drafts, formats, sections, sessions
from app.auth import allow
from app.drafts import keeps_drafts
from app.guard import look, sight_of
from app.pages import said
from processes import actions
from processes.models import Action, Case

pages = Blueprint("actions", __name__)


@pages.get("/cases/<int(max=2147483647):case_id>/family-actions")
@allow("practitioners")
def of_family(case_id: int) -> str:
    """List the actions of brothers and sisters together, a shared one once."""
    database = sessions.current()
    case = database.get(Case, case_id)
    if case is None:
        raise NotFound()
    if not sight_of(case).whole:
        raise Forbidden()
    found = sections.actions.of_family(database, case, g.now)
    family = [case, *(each for each in case.family_group.cases if each.id != case.id)]
    family = [each for each in family if look(each).whole]
    return render_template("actions/of_family.html", case=case, family=family, it=found)


@pages.route("/actions/<int(max=2147483647):action_id>/done", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def done(action_id: int) -> Response | str | tuple[str, int]:
    """Say that an action is done, with a note if there is something to say."""
    database = sessions.current()
    rows = _together(database, action_id, actions.OPEN)
    action, case = rows[0]
    note, is_open = said("note"), action.status == actions.OPEN
    if request.method == "POST" and is_open:
        chosen, names = _chosen(rows)
        try:
            actions.finish(database, chosen, note, by=g.person, now=g.now)
        except actions.ActionNotOpen:
            database.rollback()
            return done(action_id)  # it says who has done it meanwhile
        return _saved(action, f"Done: {action.what}, for {names}.")
    here = drafts.on_page()
    page = render_template(
        "actions/done.html", action=action, case=case, others=rows[1:], is_open=is_open,
        note=here.text("note") or note, also_for=here.chosen("also"), drafts=here,
    )  # fmt: skip
    return page, 409 if request.method == "POST" else 200


@pages.route("/actions/<int(max=2147483647):action_id>/reopen", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def reopen(action_id: int) -> Response | str | tuple[str, int]:
    """Say, with a reason, that an action is to be done after all."""
    database = sessions.current()
    rows = _together(database, action_id, actions.DONE)
    action, case = rows[0]
    why, is_done = said("_why"), action.status == actions.DONE
    missing = request.method == "POST" and is_done and not why
    if request.method == "POST" and is_done and why:
        chosen, names = _chosen(rows)
        try:
            actions.reopen(database, chosen, why, by=g.person, now=g.now)
        except actions.ActionNotDone:
            database.rollback()
            return reopen(action_id)  # it says how it stands now
        return _saved(action, f"To do after all: {action.what}, for {names}.")
    here = drafts.on_page()
    page = render_template(
        "actions/reopen.html", action=action, case=case, others=rows[1:], is_done=is_done,
        why=here.text("_why") or why, also_for=here.chosen("also"), missing=missing, drafts=here,
    )  # fmt: skip
    return page, 400 if missing else 409 if request.method == "POST" else 200


def _chosen(rows: list[tuple[Action, Case]]) -> tuple[list[Action], str]:
    """Return the actions that are meant, the page's own and those ticked, and whose they are."""
    ticked = {str(rows[0][0].id), *request.form.getlist("also")}
    meant = [(each, of) for each, of in rows if str(each.id) in ticked]
    return [each for each, _ in meant], formats.listed([of.child_name for _, of in meant])


def _saved(action: Action, says: str) -> Response:
    case_id = action.case_id
    drafts.accept()
    sessions.current().commit()
    flash(says)
    return redirect(url_for("cases.show", case_id=case_id, _anchor="actions"))


def _together(database: Session, action_id: int, status: str) -> list[tuple[Action, Case]]:
    """Return an action with its child, and those that brothers and sisters share and that stand so.

    The page belongs to who sees all of the child's case, and so does each of the others.
    """
    group = select(Action.group_key).where(Action.id == action_id).scalar_subquery()
    family = (
        select(Case.family_group_id)
        .join(Action, Action.case_id == Case.id)
        .where(Action.id == action_id)
        .scalar_subquery()
    )
    rows = database.execute(
        select(Action, Case)
        .join(Case, Case.id == Action.case_id)
        .where(Action.group_key == group, Case.family_group_id == family)
        .order_by(Action.id != action_id, Case.id, Action.id)
    )
    found = [(action, case) for action, case in rows]
    if not found:
        raise NotFound()
    if not sight_of(found[0][1]).whole:
        raise Forbidden()
    shared = [each for each in found[1:] if each[0].status == status]
    return [found[0], *(each for each in shared if look(each[1]).whole)]
