"""A record: what was written, kept for good. It can be read, printed, and written anew."""

import io

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import answers, carried, drafts, family, papers, remember, sessions, standing, words
from app.auth import allow
from app.carried import Source
from app.drafts import keeps_drafts
from app.pages import said
from processes import attachments, cases, library
from processes.library import Procedure
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
        may_revise=_may_revise(record, procedure),
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
    if not _may_revise(record, procedure):
        raise Forbidden()
    facts = standing.context(database, case.id, (record.scope, record.number))
    form = family.form_of(database, procedure, record)
    sheet = answers.Sheet(form, facts, record.answers, name=case.child_name)
    why, missing = said("_why"), False
    if request.method == "POST":
        given = sheet.read(request.form)
        missing = not why and not sheet.was_pressed
        if given is not None and not missing:
            given = {
                **dict.fromkeys(record.answers),
                **given,
            }  # what is hidden now is answered no more
            newer = cases.revise(database, record, given, why, by=g.person, now=g.now)
            drafts.accept()
            database.commit()
            flash(f"Version {newer.edition} is saved. The earlier one stays.")
            return redirect(url_for("records.show", record_id=newer.id))
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


def _may_revise(record: Record, procedure: Procedure) -> bool:
    """Say whether the person who asks wrote the record, or has a role whose task it was."""
    roles = words.roles_of_task(procedure, record.element)
    return record.recorded_by_id == g.person.id or not roles.isdisjoint(g.person.roles)
