"""What people see when something cannot be done: a page that says what to do, never a traceback."""

import logging
import re
from typing import Any

from flask import Flask, current_app, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.wrappers import Response

from app import drafts, remember, uploads
from app.auth import MustChoosePassword, SignedOut
from app.guard import NotSeen
from app.pages import said
from app.security import ForgedForm
from processes import database, incidents

logger = logging.getLogger(__name__)

# title, and what to do
PAGES = {
    400: ("This request cannot be understood", "Go back and try again from the page before."),
    403: (
        "You may not use this page",
        "It belongs to another role. If your work needs it, ask your administrator.",
    ),
    404: (
        "Page not found",
        "If you typed the address, check it. If you followed a link here, it is out of date.",
    ),
    405: ("This page cannot be used in that way", "Go back and use the buttons on the page."),
    413: (
        "That is too much at once",
        "Go back, shorten what you typed or pasted, choose fewer or smaller files, and save again.",
    ),
    500: (
        "Sorry, something went wrong",
        "Nothing was saved. Go back: what you typed is still on the page before. Try again, "
        "and tell your administrator if it happens once more.",
    ),
    503: (
        "The records cannot be reached at the moment",
        "Nothing was saved. Go back: what you typed is still on the page before. "
        "Try again in a few minutes.",
    ),
}
UNREADABLE = (400, 413)  # reading what was sent is what failed
CHOOSE_FIRST = (
    "Choose your own password first",
    "Nothing was sent. Your password was for one time only: choose your own, and come back.",
)
FORGED = (
    "This form was not sent from one of our pages",
    "Nothing was saved. Open the page here and send the form again.",
)


def init(app: Flask) -> None:
    """Turn exceptions into pages."""
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(SQLAlchemyError, database_gone)
    app.register_error_handler(Exception, unexpected)
    app.register_error_handler(SignedOut, signed_out)
    app.register_error_handler(MustChoosePassword, must_choose_password)


def http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:  # a redirect is not an error
        return error
    if isinstance(error, Forbidden):
        _remember(error)
    if isinstance(error, NotSeen):
        return not_seen(error)
    code = error.code if error.code in PAGES else (500 if error.code >= 500 else 400)
    title, advice = FORGED if isinstance(error, ForgedForm) else PAGES[code]
    if code in UNREADABLE:
        text = render_template("errors/page.html", title=title, advice=advice, kept=False, typed=[])
    else:
        kept = not isinstance(error, ForgedForm) and drafts.keep_after_all() is not None
        text = page(title, advice, kept=kept, leads_back=code not in (403, 404))
    headers = [pair for pair in error.get_headers() if pair[0] == "Allow"]
    return text, error.code, headers


def not_seen(error: NotSeen, missing: bool = False) -> tuple[str, int]:
    """Say that the case is not theirs; offer to open it, with a reason, to those whose role may."""
    opens = url_for("opening.begin", unseen_id=error.case.id)
    is_opening = request.path == opens
    kept = not is_opening and drafts.keep_after_all() is not None
    here = drafts.on_page(place=opens)
    text = render_template(
        "errors/not_seen.html",
        case=error.case,
        may_open=error.sight.may_open,
        missing=missing,
        why=here.text("why") or said("why"),
        then=said("then") or here.text("then") or ("" if is_opening else request.path),
        kept=kept,
        typed=[] if is_opening else typed(),
        drafts=here,
    )
    return text, 400 if missing else 403


def _remember(error: Forbidden) -> None:
    """Keep in the history who was refused what, as far as it is known."""
    if isinstance(error, ForgedForm):
        if g.person:
            remember.note("forged form", page=str(request.endpoint))
        return
    asked = g.get("asked")
    case, why = asked.case if asked else None, "role"
    if isinstance(error, NotSeen):
        case, why = error.case, "subject" if error.sight.is_subject else "stranger"
    remember.note("refused", case.id if case else None, page=str(request.endpoint), why=why)


def database_gone(error: SQLAlchemyError) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    if not database.is_away(error):
        return unexpected(error)
    logger.error("The database cannot be reached: %s", database.says(error))
    kept = drafts.keep_after_all()  # it was only busy, perhaps
    _forget_person()
    return page(*PAGES[503], kept=kept is not None), 503, {"Retry-After": "60"}


def unexpected(error: Exception) -> tuple[str, int]:
    if current_app.testing:
        raise error
    logger.error("%s %s failed: %s", request.method, request.url_rule, incidents.where(error))
    kept = drafts.keep_after_all()
    _forget_person()
    return page(*PAGES[500], kept=kept is not None), 500


def signed_out(error: SignedOut) -> Response | tuple[str | Response, int]:
    """Ask to sign in; what was typed is kept as a draft of the one who was, else it is shown."""
    g.person = None
    if request.method == "GET":
        after = request.full_path.rstrip("?")
        return redirect(
            url_for("account.sign_in", then=after, timed_out="yes" if error.timed_out else None)
        )
    kept = drafts.keep_after_all(with_files=True) is not None
    if drafts.is_by_itself():
        return jsonify(kept=kept, others=[]), 401
    shown = [] if kept else typed()
    return render_template("errors/signed_out.html", kept=kept, typed=shown, then=_again()), 401


def _again() -> str:
    """Return the page to open again for what was sent: its own, or that of its case."""
    rule, named = request.url_rule, request.view_args or {}
    if rule is None or "GET" in (rule.methods or ()):
        return request.path
    return url_for("cases.show", case_id=named["case_id"]) if "case_id" in named else "/"


def must_choose_password(_: MustChoosePassword) -> Response | tuple[str, int]:
    """Lead to the page that asks for an own password; what was typed meanwhile is kept."""
    if request.method == "GET":
        return redirect(url_for("password.choose", then=request.full_path.rstrip("?")))
    kept = drafts.keep_after_all(with_files=True) is not None
    return page(*CHOOSE_FIRST, kept=kept), 403


def page(title: str, advice: str, *, kept: bool = False, leads_back: bool = True) -> str:
    """Say what went wrong, and where what was typed is."""
    return render_template(
        "errors/page.html",
        title=title,
        advice=advice,
        kept=kept,
        leads_back=leads_back,
        typed=[] if kept and leads_back else typed(),
    )


def typed() -> list[tuple[str, str]]:
    """Return what was written into the form that this request sent, with readable names, and which
    of its files have to be chosen again.
    """
    written = [
        (_readable(name), text)
        for name, text in request.form.items(multi=True)
        if text.strip() and "password" not in name and name not in drafts.NOT_WORDS
    ]
    return [*written, *(("File, to be chosen again", name) for name in uploads.left_out())]


def _readable(name: str) -> str:
    """Return a posted name in words; rows count from 1."""
    counted = re.sub(r"-(\d+)-", lambda found: f" {int(found[1]) + 1} ", name)
    return re.sub(r"[-_.]", " ", counted).capitalize()


def _forget_person() -> None:
    """Let the page be drawn without the database: nobody's name and no navigation on it."""
    g.person = None
