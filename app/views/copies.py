"""A person's own copy of a record: they say that they have it."""

from flask import Blueprint, flash, g, redirect, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from app import sessions
from app.auth import allow
from processes import copies

pages = Blueprint("copies", __name__, url_prefix="/copies")


@pages.post("/<key>/confirm")
@allow("practitioners")
def confirm(key: str) -> Response:
    """Keep that the person who asks has their copy of what was sent by a task."""
    database = sessions.current()
    try:
        sending = copies.confirm(database, key, by=g.person, now=g.now)
    except copies.NotYourCopy:
        raise Forbidden() from None
    case_id = sending.case_id
    database.commit()
    flash("Thank you. It is written down that you have your copy.")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="copies"))
