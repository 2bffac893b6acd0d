"""For whoever watches the server: is it alive, and can it work? No child's data is here."""

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import sessions
from app.auth import allow

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
