"""Files given as answers. They are kept as they came; a record names them, by their hash too.

Whoever gives a file has it kept at once, whatever becomes of the form. What says of itself that it
is a file given before is believed if all it says is true: the hash is known only to those who were
shown the file here, or have it. What no record or draft names is kept for a while, and then
cleared. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Text, cast, delete, exists, select, update
from sqlalchemy.orm import Session

from forms import Form
from forms.components import FILES
from forms.fields import clean
from forms.files import LONGEST_NAME, File, files_in
from processes.models import Attachment, Draft, Person, Record

MOST_BYTES = 10_000_000
KEPT_UNNAMED = timedelta(days=30)
_ZIPPED = b"PK\x03\x04"
# by the end of the name: the media type, and how the bytes begin
TYPES: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ZIPPED,
    ),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIPPED),
    "txt": ("text/plain", b""),
    "eml": ("message/rfc822", b""),
}
IN_WORDS = "PDF, PNG, JPEG, DOCX, ODT, TXT or EML"


class NotTaken(ValueError):
    """A file that is not taken, and why, in a sentence."""


def give(session: Session, name: str, content: bytes, *, by: Person, now: datetime) -> File:
    """Keep a file, and return what is known of it; the same one given twice is one."""
    name = _plain(name)
    media_type = _media_type(name, content)
    found = sha256(content).hexdigest()
    same = select(Attachment).where(
        Attachment.given_by_id == by.id, Attachment.hash == found, Attachment.name == name
    )
    attachment = session.scalars(same.limit(1)).first()
    if attachment is None:
        attachment = Attachment(name=name, media_type=media_type, size=len(content), hash=found)
        attachment.content, attachment.given_at, attachment.given_by_id = content, now, by.id
        session.add(attachment)
        session.flush()
    return _file(attachment)


def known(session: Session, claimed: Iterable[File]) -> list[File]:
    """Return those of the files that are kept here, just as they are described."""
    claimed = list(claimed)
    there = select(Attachment).where(Attachment.id.in_({each["id"] for each in claimed}))
    kept = [_file(each) for each in session.scalars(there)] if claimed else []
    return [each for each in claimed if each in kept]


def named(form: Form, answers: Mapping[str, Any]) -> dict[str, list[File]]:
    """Return the files that a record names, by the question they answer."""
    asked = (each.key for each in form.questions() if each.type == FILES)
    return {key: files for key in asked if (files := list(files_in(answers.get(key))))}


def keep(session: Session, record: Record, form: Form) -> None:
    """Write down which case the files of a record belong to: the first that names them."""
    ids = {file["id"] for files in named(form, record.answers).values() for file in files}
    if ids:
        theirs = update(Attachment).where(Attachment.id.in_(ids), Attachment.case_id.is_(None))
        session.execute(theirs.values(case_id=record.case_id))


def clear(session: Session, now: datetime) -> int:
    """Remove the files that were given a while ago and that no record or draft names."""
    in_draft = cast(Draft.typed, Text).contains(Attachment.hash)
    unnamed = delete(Attachment).where(
        Attachment.case_id.is_(None),
        Attachment.given_at < now - KEPT_UNNAMED,
        ~exists().where(in_draft),
    )
    cleared: int = session.execute(unnamed).rowcount  # type: ignore[attr-defined]
    return cleared


def _plain(name: str) -> str:
    """Return a file's name without a path, on one line, no longer than can be read."""
    last = " ".join(clean(name.replace("\\", "/")).rpartition("/")[2].split())
    stem, point, end = last.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(end) - 1]}{point}{end}" if len(end) < 10 else last[:100]


def _media_type(name: str, content: bytes) -> str:
    stem, _, end = name.rpartition(".")
    if not stem:
        raise NotTaken(f"A file needs a name, and its kind at the end: {IN_WORDS}.")
    if end.lower() not in TYPES:
        raise NotTaken(f"“{name}” is not one of the kinds that are taken: {IN_WORDS}.")
    if not content:
        raise NotTaken(f"“{name}” is empty. Choose the file again.")
    if len(content) > MOST_BYTES:
        raise NotTaken(f"“{name}” is larger than 10 MB. Make it smaller, or give it in parts.")
    media_type, begins = TYPES[end.lower()]
    if not content.startswith(begins):
        raise NotTaken(f"“{name}” is not what its name says. Save it as {end.upper()} once more.")
    return media_type


def _file(attachment: Attachment) -> File:
    return {name: getattr(attachment, name) for name in ("id", "name", "size", "hash")}
