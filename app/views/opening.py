"""Opening a case that is not one's own, for a reason that is kept and that managers read."""

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app import drafts, errors, formats, sessions
from app.auth import allow
from app.drafts import keeps_drafts
from app.guard import NotSeen
from app.pages import our_page, said
from processes import sight
from processes.models import Case

pages = Blueprint("opening", __name__)


@pages.route("/cases/<int(max=2147483647):unseen_id>/open", methods=["GET", "POST"])
@allow("case openers")
@keeps_drafts
def begin(unseen_id: int) -> Response | tuple[str, int]:
    """Open a case to the person who asks, and go on to the page that was refused."""
    database = sessions.current()
    case = database.get(Case, unseen_id)
    if case is None:
        raise NotFound()
    seen = sight.of(database, g.person, case, g.now)
    if seen.is_subject:
        raise NotSeen(case, seen)
    why = said("why")
    if not seen and (request.method == "GET" or not why):
        return errors.not_seen(NotSeen(case, seen), missing=request.method == "POST")
    if not seen:
        sight.open_case(database, g.person, case, why, g.now)
        drafts.accept()
        database.commit()
        until = formats.moment(g.now + sight.OPEN_FOR, g.now)
        flash(f"The case is open to you until {until}.")
    home = url_for("cases.show", case_id=case.id)
    return redirect(our_page(request.form.get("then", ""), home))
