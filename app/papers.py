"""What is put on paper of a case: its records, and invitations to its meetings, in our words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import words
from app.invitations import Invitation
from forms.local_time import say
from forms.words import NOT_ANSWERED
from forms.words import words as answered
from papers import Answer, Paper, Section, Table, laid_out
from processes import records, signatures
from processes.library import Procedure
from processes.models import Case, Person, ProcedureVersion, Record


def of_record(
    record: Record,
    standing: list[tuple[str, str]],
    case: Case,
    procedure: Procedure,
    *,
    by: Person,
    now: datetime,
) -> Paper:
    """Return a record as a paper; `standing` says its version and who signed it (see below)."""
    form = procedure.forms[record.element]
    sections = [
        Section(each.title, [_answer(*asked) for asked in each.answers])
        for each in words.written(form, record.answers)
    ]
    return Paper(
        title=record.name,
        reference=case.reference,
        marking=procedure.marking(record.process),
        copy=copy_of(by, now),
        about=[
            ("Child", case.child_name),
            ("Procedure", procedure.title),
            ("Part of", stage(procedure, record)),
            *standing,
        ],
        sections=sections or [Section("", [Answer("", "Nothing was asked here.")])],
        answers={
            each.key: _answer(each.label, answered(each, record.answers.get(each.key)))
            for each in form.questions()
        },
    )


def standing(database: Session, record: Record) -> list[tuple[str, str]]:
    """Say which version a record is, who wrote it, on which form, why, and who signed it."""
    editions = records.editions(database, record)
    written = f"{record.edition}, by {record.recorded_by.name}, {say(record.recorded_at)}"
    form = database.get_one(ProcedureVersion, record.version_id)
    lines = [("Version", written), ("Form", f"As in version {form.number} of the procedure")]
    if record.why:
        lines.append(("Reason for this version", record.why))
    if record.id != editions[-1].id:
        newer = next(each for each in editions if each.edition == record.edition + 1)
        lines.append(("Out of date", _taken_by(f"Version {newer.edition}", newer)))
    if anew := records.place_taken(database, record):
        lines.append(("Done anew", _taken_by("A later record of the same step", anew)))
    lines += [
        (
            "Signed",
            f"{each.name}, by {each.recorded_by.name}, {say(each.recorded_at)}. "
            f"Fingerprint of what was signed: {each.signed_hash}",
        )
        for each in signatures.of(database, record, editions)
    ]
    return lines


def _taken_by(what: str, newer: Record) -> str:
    said = f"{what} has taken its place, by {newer.recorded_by.name}, {say(newer.recorded_at)}"
    return f"{said}. Reason: {newer.why}" if newer.why else said


def of_invitation(
    invitation: Invitation, case: Case, procedure: Procedure, *, by: Person, now: datetime
) -> Paper:
    """Return the invitation of one person as a paper, without the child's name."""
    meeting = invitation.meeting
    lines = {
        "To": invitation.to,
        "When": say(meeting.when) if meeting.when else "Not decided yet",
        "Where": meeting.where or "Not decided yet",
        "Chair": meeting.chair,
        "Invited by": meeting.record.recorded_by.name,
        "About": f"The child with the reference {case.reference}",
    }
    return Paper(
        title=f"{'Withdrawn: i' if invitation.is_withdrawn else 'I'}nvitation: {meeting.name}",
        reference=case.reference,
        marking=procedure.marking(meeting.record.process),
        copy=copy_of(by, now),
        about=[(label, text) for label, text in lines.items() if text],
        sections=[Section("Why you are invited", [Answer("", invitation.why)])],
    )


def copy_of(by: Person, now: datetime) -> str:
    """Say on every page who made this copy, and when."""
    return f"Copy made by {by.name}, {say(now)}"


def stage(procedure: Procedure, record: Record) -> str:
    """Name what a record belongs to: “Strategy discussion 2”."""
    number = record.number if record.scope != "case" else None
    return words.stage(procedure, record.process, number)


def table(rows: Any) -> Table:
    """Arrange the rows of a list for a page, as on paper."""
    return laid_out(rows, NOT_ANSWERED)


def _answer(question: str, given: Any) -> Answer:
    if isinstance(given, str):
        return Answer(question, given)
    return Answer(question, table=table(given))
