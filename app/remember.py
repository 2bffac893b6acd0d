"""What the history keeps of a request besides what it changed: who read what, and what was refused.

It is written when the answer has been sent, in a transaction of its own, and never fails the page.
The same person reading the same thing again within a few minutes has read it once; each web
process knows that for itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from processes.models import Base, Case, HistoryEntry

AGAIN = timedelta(minutes=5)
MOST_KNOWN = 5_000

log = structlog.get_logger()


def init(app: Flask) -> None:
    """Write what is noted during each request of the app."""
    app.extensions["noted lately"] = {}
    app.after_request(_write_later)


def note(what: str, case_id: int | None = None, by_id: int | None = None, **detail: Any) -> None:
    """Note an entry of the history, to be written when the answer has been sent."""
    person = g.get("person")
    entry = {
        "case_id": case_id,
        "at": g.now,
        "by_id": by_id or (person.id if person else None),
        "what": what,
        "detail": detail,
    }
    g.setdefault("noted", []).append(entry)


def note_once(what: str, by_id: int, **detail: Any) -> None:
    """Note an entry unless this process noted the same lately."""
    if _is_new((by_id, f"{what} {detail}")):
        note(what, by_id=by_id, **detail)


def read(case: Case, row: Base) -> None:
    """Note that a row of a child's case is read; it counts if the page can be shown."""
    kind = row.__tablename__
    g.read = (case.id, kind, str(getattr(row, "name", "")), request.path)


def _write_later(response: Response) -> Response:
    if "read" in g and response.status_code == 200:
        _note_read(*g.pop("read"))
    noted = g.pop("noted", [])
    if noted:
        response.call_on_close(partial(_write, current_app.extensions["writing"], noted))
    return response


def _note_read(case_id: int, kind: str, name: str, path: str) -> None:
    if _is_new((g.person.id, path)):
        note("read", case_id, of=kind, name=name)


def _is_new(key: tuple[int, str]) -> bool:
    lately: dict[tuple[int, str], datetime] = current_app.extensions["noted lately"]
    before = lately.get(key)
    if before is not None and g.now - before < AGAIN:
        return False
    if len(lately) >= MOST_KNOWN:
        lately.clear()
    lately[key] = g.now
    return True


def _write(writing: sessionmaker[Session], noted: list[dict[str, Any]]) -> None:
    try:
        with writing.begin() as session:
            session.execute(insert(HistoryEntry), noted)
    except SQLAlchemyError as error:  # the page has been sent; nothing is left but to say so
        log.error(
            "what was noted could not be written", entries=len(noted), why=type(error).__name__
        )
