"""What every page is made with: GOV.UK components, our filters, the layout's navigation, the styles.

The GOV.UK macros read missing parameters, so they live in an environment of their own; our templates
are strict, and a misspelt name in one of them is an error in its test.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from app import auth, formats
from app.config import Settings
from forms import local_time

NAVIGATION = (
    ("Tasks", "tasks.index", "practitioners"),
    ("Cases", "cases.index", "practitioners"),
    ("Start a referral", "referrals.new", "practitioners"),
    ("Work out a deadline", "deadlines.work_out", "everybody signed in"),
    ("Procedures", "procedures.index", "procedure readers"),
)


class Components:
    """The GOV.UK macros by short names: `govuk.date_input({...})`."""

    def __init__(self) -> None:
        loader = PackageLoader("govuk_frontend_jinja")
        self._environment = Environment(
            loader=PrefixLoader({"govuk_frontend_jinja": loader}), autoescape=True
        )

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        folder = name.replace("_", "-")
        template = f"govuk_frontend_jinja/components/{folder}/macro.html"
        macro = "govuk" + "".join(part.capitalize() for part in name.split("_"))
        render: Callable[..., Markup] = getattr(
            self._environment.get_template(template).module, macro
        )
        setattr(self, name, render)
        return render


def init(app: Flask, settings: Settings) -> None:
    """Give the app's templates what they use."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        govuk=Components(), style_address=_style_address, navigation=navigation, now=lambda: g.now
    )
    app.jinja_env.filters.update(
        day=lambda when: formats.day(when, g.now),
        moment=lambda when: formats.moment(when, g.now),
        due=lambda when: formats.due(when, g.now),
        full_day=local_time.say_day,
        full_moment=local_time.say,
        short_day=formats.short_day,
        clock=formats.clock,
        lower_first=formats.lower_first,
        listed=formats.listed,
        role=lambda role: auth.ROLES.get(role, role.replace("_", " ").capitalize()),
        show=show,
    )
    app.before_request(_look_at_the_clock)


def navigation() -> list[dict[str, Any]]:
    """Return the links this person may follow, the present page's marked."""
    here = (request.endpoint or "").split(".")[0]
    return [
        {"text": text, "href": url_for(endpoint), "active": endpoint.split(".")[0] == here}
        for text, endpoint, who in NAVIGATION
        if auth.may(g.person, who)
    ]


def show(value: Any) -> str:
    """Write any value as a page shows it."""
    if value is None or value == "" or value == []:
        return "Not given"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return formats.moment(value, g.now)
    if isinstance(value, date):
        return formats.day(value, g.now)
    if isinstance(value, list):
        return ", ".join(show(each) for each in value)
    return str(value)


def _look_at_the_clock() -> None:
    """One instant a request: nothing below the app reads the clock."""
    g.now = datetime.now(UTC)


def _style_address() -> str:
    built = Path(__file__).parent / "static" / "built" / "app.css"
    return url_for("static", filename="built/app.css", v=_fingerprint(built))


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "missing"
