"""Papers: a record as DOCX or PDF, a meeting's invitations with replies, a file for a calendar.

Whoever may read a record may have it on paper; every copy is kept in the history.
"""

import io
from collections.abc import Callable

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import drafts, invitations, papers, sessions
from app.auth import allow
from app.drafts import keeps_drafts
from app.guard import may_revise
from app.invitations import Invitation
from app.pages import said
from papers import Paper, press
from processes import library, records, replies
from processes.library import Procedure
from processes.models import Case, HistoryEntry, Record

pages = Blueprint("papers", __name__, url_prefix="/records/<int(max=2147483647):record_id>")

REPLIES = {"accepts": True, "declines": False}
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar; charset=utf-8",
}


@pages.get("/paper.<any(docx, pdf):kind>")
@allow("practitioners")
def record(record_id: int, kind: str) -> Response | tuple[str, int]:
    """Give a record as a file."""
    found, case, procedure = _found(sessions.current(), record_id)
    standing = papers.standing(sessions.current(), found)
    paper = papers.of_record(found, standing, case, procedure, by=g.person, now=g.now)
    template = procedure.template_of(found.element)
    return _given(found, kind, paper, template, f"version {found.edition}")


@pages.get("/invitations")
@allow("practitioners")
def invite(record_id: int) -> str:
    """List who is invited to the meeting that a record plans, with what each is given."""
    found, case, procedure = _found(sessions.current(), record_id)
    return render_template(
        "papers/invite.html",
        record=found,
        case=case,
        procedure=procedure,
        listed=_invited(found, case, procedure),
        replies=replies.of(sessions.current(), case),
        may_note=may_revise(found, procedure),
        has_docx=procedure.template_of("invitation") is not None,
    )


@pages.route("/invitations/<key>/reply", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def reply(record_id: int, key: str) -> Response | str | tuple[str, int]:
    """Accept or decline for oneself, with a word, or note what somebody said to whoever plans."""
    database = sessions.current()
    found, case, procedure = _found(database, record_id)
    listed = {each.key: each for each in _invited(found, case, procedure) if not each.is_withdrawn}
    if key not in listed:
        raise NotFound()
    one = listed[key]
    if not one.is_for(g.person) and not may_revise(found, procedure):
        raise Forbidden()
    says, note, errors = said("says"), said("note"), {}
    if request.method == "POST":
        if says in REPLIES:
            accepts, about = REPLIES[says], (key, one.name, one.meeting.when)
            replies.give(database, case, *about, accepts=accepts, note=note, by=g.person, now=g.now)
            drafts.accept()
            database.commit()
            flash(f"Written down: {one.name} {says}.")
            return redirect(url_for("papers.invite", record_id=record_id))
        who = "you" if one.is_for(g.person) else "they"
        errors["says"] = f"Choose whether {who} accept or decline."
    here = drafts.on_page()
    page = render_template(
        "papers/reply.html", record=found, case=case, one=one, errors=errors, drafts=here,
        says=here.text("says") or says, note=here.text("note") or note,
    )  # fmt: skip
    return page, 400 if errors else 200


@pages.get("/invitations/<key>.<any(docx, pdf, ics):kind>")
@allow("practitioners")
def invitation(record_id: int, key: str, kind: str) -> Response | tuple[str, int]:
    """Give one person's invitation as a file."""
    found, case, procedure = _found(sessions.current(), record_id)
    listed = {each.key: each for each in _invited(found, case, procedure)}
    if key not in listed:
        raise NotFound()
    one = listed[key]
    which = f"invitation {key[:6]}"
    if kind == "ics":
        if one.meeting.when is None:
            raise NotFound()
        meeting = invitations.for_calendar(one, case, g.now)
        name = f"{case.reference} {found.element} {which}"
        return _made(found, kind, name, lambda: press.calendar_file(meeting))
    paper = papers.of_invitation(one, case, procedure, by=g.person, now=g.now)
    template = procedure.template_of("invitation")
    return _given(found, kind, paper, template, which)


def _found(database: Session, record_id: int) -> tuple[Record, Case, Procedure]:
    found = database.get(Record, record_id)
    if found is None:
        raise NotFound()
    case = database.get_one(Case, found.case_id)
    return found, case, library.procedure_of(case.version)


def _invited(found: Record, case: Case, procedure: Procedure) -> list[Invitation]:
    if not invitations.invites(procedure.forms[found.element]):
        raise NotFound()
    return invitations.read(records.editions(sessions.current(), found), case, procedure)


def _given(
    found: Record, kind: str, paper: Paper, template: bytes | None, which: str
) -> Response | tuple[str, int]:
    name = f"{paper.reference} {found.element} {which}"
    if kind == "pdf":
        return _made(found, kind, name, lambda: press.pdf(paper))
    if template is None:
        raise NotFound()
    return _made(found, kind, name, lambda: press.docx(template, paper))


def _made(
    found: Record, kind: str, name: str, make: Callable[[], bytes]
) -> Response | tuple[str, int]:
    """Make a file, keep in the history that it was made, and send it; or say why not."""
    try:
        made = make()
    except press.PaperNotMade as error:
        return render_template("papers/not_made.html", record=found, says=str(error)), 503
    entry = HistoryEntry(
        case_id=found.case_id,
        at=g.now,
        by_id=g.person.id,
        what="paper made",
        detail={"record": found.id, "name": found.name, "kind": kind, "edition": found.edition},
    )
    with current_app.extensions["writing"].begin() as session:
        session.add(entry)
    return send_file(
        io.BytesIO(made),
        mimetype=TYPES[kind],
        as_attachment=True,
        download_name=f"{name.replace('_', ' ')}.{kind}",
    )
