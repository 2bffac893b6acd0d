"""For whoever watches the server: is it alive, and can it work? No child's data is here."""

from flask import Blueprint, current_app, g
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import sessions
from app.auth import allow
from processes import outbox

pages = Blueprint("health", __name__, url_prefix="/health")


@pages.get("/live")
@allow("anyone")
def live() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "alive"}


@pages.get("/ready")
@allow("anyone")
def ready() -> tuple[dict[str, str], int]:
    """Say whether the database answers too."""
    try:
        sessions.current().execute(text("SELECT 1 FROM person LIMIT 1"))
    except SQLAlchemyError:
        return {"status": "the database cannot be reached, or was never migrated"}, 503
    return {"status": "ready"}, 200


@pages.get("/mail")
@allow("anyone")
def mail() -> tuple[dict[str, str], int]:
    """Say whether mail goes out; nothing is wrong where none is to be sent."""
    if not current_app.config["SETTINGS"].smtp_url:
        return {"status": "mail is off"}, 200
    if outbox.is_stuck(sessions.current(), g.now):
        return {"status": "mail has waited for long, or is in doubt: see the page Mail"}, 503
    return {"status": "mail goes out"}, 200
