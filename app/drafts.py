"""Drafts on pages: a page opens with what was typed into it, and nothing typed is lost.

A view that asks for answers is marked with `@keeps_drafts`. It shows its sheet with the draft by
`on_page`, and calls `accept` in the transaction in which the answers are accepted. Everything else
is here: what a form's buttons and `static/draft.js` ask for, and what is kept when a request fails.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from flask import Flask, current_app, flash, g, jsonify, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import auth, formats, sessions, uploads
from app.answers import BUTTON, CHILD, DIFFERS, SHOWN, Sheet
from forms import Component, Form
from forms.fields import clean
from forms.words import words
from processes import drafts, values
from processes.models import Draft, Person

View = TypeVar("View", bound=Callable[..., Any])

FROM = "_from"  # the posted name of the mark of the draft that the page opened with
NOT_WORDS = frozenset({BUTTON, SHOWN, CHILD, DIFFERS, drafts.PAGE, FROM, "then"})
BY_ITSELF, LATER, THROW = "keep", "later", "throw away"  # what the button may say
MOST_AT_ONCE = 9  # drafts that a page shows; older ones come up when these are gone

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OnPage:
    """The drafts of a page: the one it shows or has just kept, and what else was typed for it."""

    shown: Draft | None
    others: list[Draft]
    page: str
    opened_with: str
    place: str

    @property
    def is_own(self) -> bool:
        """Say whether what is shown was typed by the one who sees it."""
        return self.shown is not None and self.shown.person_id == g.writer_id

    def text(self, name: str) -> str | None:
        """Return what the draft says under a name that is no question of the form's."""
        return posted(self.shown).get(name, "") if self.shown else None

    def chosen(self, name: str) -> list[str] | None:
        """Return all that the draft has chosen under a name."""
        return posted(self.shown).getlist(name) if self.shown else None


def keeps_drafts(view: View) -> View:
    """Say that what is typed into a view's form is kept until it is accepted."""
    view.keeps_drafts = True  # type: ignore[attr-defined]
    return view


def init(app: Flask) -> None:
    """Serve the buttons of drafts; the guard of every request comes before."""
    app.before_request(_serve)


def on_page(
    sheet: Sheet | None = None, given: Iterable[Draft] = (), place: str | None = None
) -> OnPage:
    """Show the newest draft in the sheet, or the one asked for; keep what was sent instead.

    `given` are drafts of others that this person may go on from; `place` is the path that the form
    is sent to, if it is not the page's own.
    """
    place = place or request.path
    if request.method != "GET" and (sheet or place == request.path):
        kept = keep()
        others = [each for each in mine() if kept is None or each.id != kept.id]
        page = request.form.get(drafts.PAGE) or secrets.token_hex(8)
        return OnPage(kept, others, page, drafts.mark(kept) if kept else "", place)
    found, asked = mine(place), request.args.get("draft")
    offered = {str(each.id): each for each in (*found, *given)}
    shown = offered.get(asked) if asked else next(iter(found), None)
    if shown is not None and sheet is not None:
        sheet.resume(posted(shown))
    others = [each for each in offered.values() if each is not shown]
    return OnPage(shown, others, secrets.token_hex(8), drafts.mark(shown) if shown else "", place)


def posted(draft: Draft) -> MultiDict[str, str]:
    """Return a draft as it would be posted."""
    return MultiDict([(name, text) for name, text in draft.typed])


def keep() -> Draft | None:
    """Keep what this request sent as its sender's draft, and commit."""
    owner, typed = g.get("writer_id"), _typed()
    if owner is None or not _keeps() or not _has_words(typed):
        return None
    database, opened_with = sessions.current(), clean(request.form.get(FROM, ""))
    draft = drafts.keep(database, owner, request.path, typed, opened_with=opened_with, now=g.now)
    database.commit()
    return draft


def keep_after_all(*, with_files: bool = False) -> Draft | None:
    """Keep what was sent though the request failed; where even that fails, say so by None.

    With its files, if only the sign-in was lacking.
    """
    database = sessions.current()
    try:
        database.rollback()
        if with_files:
            _take_files()
        return keep()
    except SQLAlchemyError as error:
        logger.error("A draft could not be kept: %s", type(error).__name__)
        database.rollback()
        return None


def _take_files() -> None:
    """Take in the files of whoever asked until the session ended, if they may use the page."""
    view = current_app.view_functions.get(request.endpoint or "")
    writer = sessions.current().get(Person, g.writer_id) if _keeps() and g.writer_id else None
    if writer is not None and auth.may(writer, view.allowed_to):  # type: ignore[union-attr]
        uploads.take_in(writer)


def accept() -> None:
    """Forget the draft of the form that is accepted in this transaction."""
    opened_with = request.form.get(FROM, "")
    drafts.accept(sessions.current(), g.writer_id, request.path, _typed(), opened_with)


def sending() -> str | None:
    """Return what this sending of a page is known by, the same when it is sent once more."""
    typed = _typed()
    if not any(name == drafts.PAGE and text for name, text in typed):
        return None
    return sha256(values.dump([g.writer_id, request.path, typed]).encode()).hexdigest()[:32]


def mine(place: str | None = None) -> list[Draft]:
    """Return the drafts of whoever asks, or asked until the session ended, of this page."""
    if g.get("writer_id") is None:
        return []
    return drafts.of_place(sessions.current(), g.writer_id, place or request.path)[:MOST_AT_ONCE]


def readable(draft: Draft, form: Form) -> list[tuple[str, str]]:
    """Return what a draft says, as it was typed, by the questions it was typed for; what was
    typed beside the form, such as a note, by its name.
    """
    typed = form.typed(posted(draft))
    said = [(each.label, _text(each, typed[each.key])) for each in form.questions()]
    beside = [
        (name.capitalize(), text)
        for name, text in draft.typed
        if name not in NOT_WORDS and text.strip() and not text.isdecimal()
    ]
    return [(label, text) for label, text in said if text] or beside


def is_by_itself() -> bool:
    """Say whether the page's script sent this, and reads the answer."""
    return _button() == BY_ITSELF and _keeps()


def _serve() -> Response | None:
    if request.method != "POST" or not _keeps():
        return None
    uploads.take_in()
    if _button() == BY_ITSELF:
        return _say(keep())
    if _button() == LATER:
        draft = keep()
        flash("Your draft is kept. Go on with it whenever you can." if draft else "Nothing typed.")
        return redirect(url_for("account.first"))
    if _button() == THROW:
        marked = {drafts.mark(each): each for each in mine()}
        if draft := marked.get(request.form.get(FROM, "")):
            sessions.current().delete(draft)
            sessions.current().commit()
        return redirect(request.path)
    return None


def _say(draft: Draft | None) -> Response:
    others = [each for each in mine() if draft is None or each.id != draft.id]
    return jsonify(
        kept=draft is not None,
        others=[
            {"at": formats.moment(each.saved_at, g.now), "href": f"{request.path}?draft={each.id}"}
            for each in others
        ],
    )


def _keeps() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "keeps_drafts", False)


def _button() -> str:
    return request.form.get(BUTTON, "") if request.method == "POST" else ""


def _typed() -> drafts.Typed:
    """Return everything that was sent but the button, in its order."""
    sent = request.form.items(multi=True)
    return [[clean(name), clean(text)] for name, text in sent if name not in (BUTTON, FROM)]


def _has_words(typed: drafts.Typed) -> bool:
    return any(text.strip() for name, text in typed if name not in NOT_WORDS)


def _text(question: Component, typed: Any) -> str:
    if question.type == "filepicker":
        return str(words(question, typed)) if typed else ""
    labels = {option.value: str(option.label) for option in question.options}
    if isinstance(typed, dict):
        return " ".join(text for text in typed.values() if text)
    if question.type == "dynamiclist":
        rows = [[_text(each, row[each.key]) for each in question.questions()] for row in typed]
        return "\n".join(", ".join(filter(None, row)) for row in rows if any(row))
    texts = typed if isinstance(typed, list) else [typed]
    return ", ".join(labels.get(text) or text for text in texts)
