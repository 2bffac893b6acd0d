"""The web: what people see, and nothing of what runs. `create_app` puts it together."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from flask import Flask
from sqlalchemy import Engine, make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    auth,
    cli,
    drafts,
    errors,
    guard,
    pages,
    remember,
    security,
    sessions,
    uploads,
    views,
)
from app.config import Settings, WrongSetting
from processes import database


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; without settings they are read from the environment."""
    settings = settings or _from_environment()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        SETTINGS=settings,
        SESSION_MINUTES=settings.session_minutes,
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=2_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=5_000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    app.extensions["engine"] = _connect(settings.database_url)
    sessions.init(app, app.extensions["engine"])
    uploads.init(app)
    pages.init(app, settings)
    auth.init(app, settings)
    security.init(app)
    guard.init(app)
    remember.init(app)
    drafts.init(app)
    errors.init(app)
    views.init(app)
    cli.init(app)
    return app


def _connect(url: str) -> Engine:
    """Return the engine; an SQLite file's folder is made, for SQLite does not make it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
        folder = Path(str(address.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _refuse(f"The folder of the database, {folder}, cannot be made: {error.strerror}.")
    return database.connect(url)


def _from_environment() -> Settings:
    try:
        settings = Settings.from_environment(os.environ)
        settings.signing_key()
    except WrongSetting as wrong:
        _refuse(str(wrong))
    return settings


def _refuse(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise SystemExit(2) from None
