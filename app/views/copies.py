"""A person's own copy of a record: they say that they have it."""

from flask import Blueprint, flash, g, redirect, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from app import sessions
from app.auth import allow
from app.guard import sight_of
from processes import copies
from processes.models import Case

pages = Blueprint("copies", __name__, url_prefix="/copies")


@pages.post("/<sending>/confirm")
@allow("practitioners")
def confirm(sending: str) -> Response:
    """Keep that the person who asks has their copy of what was sent by a task.

    They may have the copy and not see the record of the sending, which names all the others.
    """
    database = sessions.current()
    try:
        sent = copies.confirm(database, sending, by=g.person, now=g.now)
    except copies.NotYourCopy:
        raise Forbidden() from None
    case = database.get_one(Case, sent.case_id)
    sight_of(case)
    database.commit()
    flash("Thank you. It is written down that you have your copy.")
    return redirect(url_for("cases.show", case_id=case.id, _anchor="copies"))
