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
    open_rows = _open_together(database, action_id)
    (action, case), *others = open_rows
    if not sight_of(case).whole:
        raise Forbidden()
    note, is_open = said("note"), action.status == actions.OPEN
    if request.method == "POST" and is_open:
        chosen = {str(action.id), *request.form.getlist("also")}
        meant = [(each, of) for each, of in open_rows if str(each.id) in chosen]
        names = formats.listed([of.child_name for _, of in meant])
        what, case_id = action.what, case.id
        try:
            actions.finish(database, [each for each, _ in meant], note, by=g.person, now=g.now)
        except actions.ActionNotOpen:
            database.rollback()
            return done(action_id)  # it says who has done it meanwhile
        drafts.accept()
        database.commit()
        flash(f"Done: {what}, for {names}.")
        return redirect(url_for("cases.show", case_id=case_id, _anchor="actions"))
    here = drafts.on_page()
    page = render_template(
        "actions/done.html", action=action, case=case, others=others, is_open=is_open, drafts=here,
        note=here.text("note") or note, also=here.chosen("also"),
    )  # fmt: skip
    return page, 409 if request.method == "POST" else 200


def _open_together(database: Session, action_id: int) -> list[tuple[Action, Case]]:
    """Return an action with its child, and those that brothers and sisters share and have open."""
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
    shared = [each for each in found[1:] if each[0].status == actions.OPEN]
    return [found[0], *(each for each in shared if look(each[1]).whole)]
