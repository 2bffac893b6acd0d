"""Opening a case that is not one's own, for a reason that is kept and that managers read."""

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app import errors, formats, sessions
from app.auth import allow
from app.guard import NotSeen
from app.pages import our_page, said
from processes import sight
from processes.models import Case

pages = Blueprint("opening", __name__)


@pages.post("/cases/<int(max=2147483647):unseen_id>/open")
@allow("case openers")
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
    if not seen and not why:
        return errors.not_seen(NotSeen(case, seen), missing=True)
    if not seen:
        sight.open_case(database, g.person, case, why, g.now)
        database.commit()
        until = formats.moment(g.now + sight.OPEN_FOR, g.now)
        flash(f"The case is open to you until {until}.")
    home = url_for("cases.show", case_id=case.id)
    return redirect(our_page(request.form.get("then", ""), home))
