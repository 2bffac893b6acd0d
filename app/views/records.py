"""A record: what was written, kept for good. It can be read, printed, and written anew."""

import io

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import carried, drafts, family, papers, remember, sessions, words
from app.answers import Sheet
from app.auth import allow
from app.carried import Source
from app.drafts import keeps_drafts
from app.guard import may_revise
from app.pages import said
from app.put_right import Written
from processes import attachments, library, together
from processes.models import Attachment, Case, Record

pages = Blueprint("records", __name__, url_prefix="/records")


@pages.get("/<int(max=2147483647):record_id>")
@allow("practitioners")
def show(record_id: int) -> str:
    """Show a record with its other versions; it prints well."""
    database = sessions.current()
    record = _record(database, record_id)
    case = database.get_one(Case, record.case_id)
    procedure = library.procedure_of(case.version)
    versions = database.scalars(
        select(Record).where(Record.task_key == record.task_key).order_by(Record.id)
    ).all()
    return render_template(
        "records/show.html",
        record=record,
        case=case,
        procedure=procedure,
        standing=papers.standing(database, record),
        written=words.written(procedure.forms[record.element], record.answers),
        sources=_sources(database, record),
        files=attachments.named(procedure.forms[record.element], record.answers),
        versions=versions,
        may_revise=may_revise(record, procedure),
        is_latest=record.id == versions[-1].id,
    )


@pages.get("/<int(max=2147483647):record_id>/files/<int(max=2147483647):attachment_id>")
@allow("practitioners")
def file(record_id: int, attachment_id: int) -> Response:
    """Give a file that the record names, to keep; a browser never shows it as a page of ours."""
    database = sessions.current()
    record = _record(database, record_id)
    case = database.get_one(Case, record.case_id)
    form = library.procedure_of(case.version).forms[record.element]
    named = attachments.named(form, record.answers).values()
    found = database.get(Attachment, attachment_id)
    if found is None or attachment_id not in [each["id"] for files in named for each in files]:
        raise NotFound()
    remember.read(case, found)
    given = io.BytesIO(found.content)
    response = send_file(given, found.media_type, as_attachment=True, download_name=found.name)
    response.direct_passthrough = False  # or nobody is told when it has been sent
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@pages.route("/<int(max=2147483647):record_id>/revise", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def revise(record_id: int) -> Response | str | tuple[str, int]:
    """Write a new version of a record, with a reason; the earlier one stays."""
    database = sessions.current()
    record = _record(database, record_id)
    case = database.get_one(Case, record.case_id)
    procedure = library.procedure_of(case.version)
    if not may_revise(record, procedure):
        raise Forbidden()
    written = Written(database, record, case, procedure)
    sheet, why, missing = written.sheet, said("_why"), False
    if request.method == "POST":
        given = sheet.read_all(request.form)
        missing = not why and not sheet.was_pressed
        if given is not None and not missing:
            changed = written.changed(given)
            newer = together.revise(database, changed, why, by=g.person, now=g.now)
            return _saved(next(each for each in newer if each.case_id == case.id), sheet)
    else:
        written.go_on()
    here = drafts.on_page(sheet)
    page = render_template(
        "records/revise.html",
        record=record,
        case=case,
        sheet=sheet,
        why=here.text("_why") or why,
        missing=missing,
        drafts=here,
    )
    return page, 400 if sheet.problems or missing else 200


def _saved(newer: Record, sheet: Sheet) -> Response:
    drafts.accept()
    sessions.current().commit()
    if newer.recorded_at == g.now:
        flash(f"Version {newer.edition} is saved{family.about(sheet)}. The earlier one stays.")
    else:
        flash(f"Version {newer.edition} says the same: it stands.")
    return redirect(url_for("records.show", record_id=newer.id))


def _record(database: Session, record_id: int) -> Record:
    record = database.get(Record, record_id)
    if record is None:
        raise NotFound()
    return record


def _sources(database: Session, record: Record) -> dict[str, Source]:
    """Return where each answer comes from that was taken over unchanged."""
    from_record = record.carried or {}
    found = carried.of_records(database, from_record.values())
    return {key: found[number] for key, number in from_record.items() if number in found}
