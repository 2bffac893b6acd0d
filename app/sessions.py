"""One database session a request: it reads for a GET, and may write for anything else.

Views commit, once; what a request leaves uncommitted is undone when it ends.
"""

from flask import Flask, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from processes import database


def init(app: Flask, engine: Engine) -> None:
    """Give every request of the app its session."""
    app.extensions["reading"] = database.reading(engine)
    app.extensions["writing"] = database.writing(engine)
    app.teardown_appcontext(_close)


def current() -> Session:
    """Return this request's session, begun when first asked for."""
    if "session" not in g:
        kind = "reading" if request.method in ("GET", "HEAD", "OPTIONS") else "writing"
        g.session = current_app.extensions[kind]()
    session: Session = g.session
    return session


def _close(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
