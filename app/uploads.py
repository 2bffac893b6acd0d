"""Files that a form sends: kept at once, and from then on a text among what the form has posted.

So a draft has them, and a form that is refused: nobody has to choose a file twice. A file that is
not taken is told at its question, and everything else that was typed stays.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, current_app, flash, g, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from app import sessions
from forms import files
from processes import attachments
from processes.models import Person

MOST_AT_ONCE = 50_000_000


def init(app: Flask) -> None:
    """Let files in where a form may have them, before anything of the request is read."""
    app.before_request(_let_in)
    app.after_request(_tell)


def take_in(by: Person | None = None) -> None:
    """Put the files that this request sends among its texts; a text that lies about one is not.

    They are given by whoever asks, or by whoever did until the session ended.
    """
    g.files_seen = True
    database, posted = sessions.current(), list(request.form.items(multi=True))
    sent = [(name, each) for name, each in request.files.items(multi=True) if _is_there(each)]
    claimed = {text: file for _, text in posted if (file := files.read(text))}
    if not sent and not claimed:
        return
    known = attachments.known(database, claimed.values())
    posted = [each for each in posted if each[1] not in claimed or claimed[each[1]] in known]
    for number, (name, each) in enumerate(sent, start=1):
        try:
            posted.append((name, _kept(each, number, by or g.person)))
        except attachments.NotTaken as refused:
            said = g.setdefault("files_refused", {})
            said[name] = f"{said[name]} {refused}" if name in said else str(refused)
    database.commit()
    request.form = ImmutableMultiDict(posted)


def left_out() -> list[str]:
    """Return the names of the files that this request sent and nobody has looked at."""
    sent = [] if g.get("files_seen") else request.files.items(multi=True)
    return [each.filename for _, each in sent if each.filename]


def refused(names: Iterable[str]) -> dict[str, str]:
    """Return, once, why files were not taken that were posted under these names."""
    said: dict[str, str] = g.get("files_refused", {})
    return {name: said.pop(name) for name in names if name in said} if said else {}


def _kept(sent: FileStorage, number: int, by: Person) -> str:
    if number > files.MOST_FILES:
        raise attachments.NotTaken(
            f"“{sent.filename}” is one too many: send at most {files.MOST_FILES} files at once."
        )
    sent.stream.seek(0)
    content, name = sent.stream.read(attachments.MOST_BYTES + 1), sent.filename or ""
    given = attachments.give(sessions.current(), name, content, by=by, now=g.now)
    return files.write(given)


def _is_there(sent: FileStorage) -> bool:
    """Say whether a file was chosen: a browser sends a field without one as an empty file."""
    return bool(sent.filename or sent.stream.read(1))


def _let_in() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    has_files = request.mimetype == "multipart/form-data"
    if has_files and getattr(view, "keeps_drafts", False):
        request.max_content_length = MOST_AT_ONCE


def _tell(response: Response) -> Response:
    """Say on the next page what no question on this one has said."""
    for says in g.pop("files_refused", {}).values():
        flash(says)
    return response
