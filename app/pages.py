"""What every page is made with: GOV.UK components, filters, the navigation, the styles.

The GOV.UK macros read missing parameters, so they live in an environment of their own; our
templates are strict, and a misspelt name in one of them is an error in its test.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request, url_for
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from app import auth, formats, invitations, papers, sessions, standing, words
from app.config import Settings
from forms import files, local_time
from forms.fields import clean
from processes import attachments
from processes.deadlines import Deadline
from processes.models import Message, Task
from processes.roles import ROLES

NAVIGATION = (
    ("Tasks", "tasks.index", "practitioners"),
    ("Messages", "messages.index", "practitioners"),
    ("Cases", "cases.index", "practitioners"),
    ("Start a referral", "referrals.new", "practitioners"),
    ("Work out a deadline", "deadlines.work_out", "everybody signed in"),
    ("Procedures", "procedures.index", "procedure readers"),
    ("History", "history.index", "auditors"),
    ("People", "people.index", "administrators"),
    ("Mail", "mail.index", "administrators"),
)

ON_A_PAGE = 25
STATIC = Path(__file__).parent / "static"
OF_EVERY_DICT = frozenset(dir(dict))


class Macros(Environment):
    """What GOV.UK's macros run in: they ask dicts some 15,000 times while a long page is made."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is not dict or attribute in OF_EVERY_DICT:
            return super().getattr(obj, attribute)
        return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)


class Components:
    """The GOV.UK macros by short names: `govuk.date_input({...})`."""

    def __init__(self) -> None:
        loader = PackageLoader("govuk_frontend_jinja")
        self._environment = Macros(
            loader=PrefixLoader({"govuk_frontend_jinja": loader}),
            autoescape=True,
            auto_reload=False,  # else it looks at their files for every macro a page calls
        )
        # A quarter of a long page's time would go into indenting what nobody reads.
        self._environment.filters["indent"] = lambda html, *_: html

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        folder = name.replace("_", "-")
        template = f"govuk_frontend_jinja/components/{folder}/macro.html"
        macro = "govuk" + "".join(part.capitalize() for part in name.split("_"))
        render: Callable[..., Markup] = getattr(
            self._environment.get_template(template).module, macro
        )
        setattr(self, name, render)
        return render


_components = Components()


def init(app: Flask, settings: Settings) -> None:
    """Give the app's templates what they use."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        govuk=_components,
        asset=_asset,
        navigation=navigation,
        may_complete=_may_complete,
        standing_tag=_standing_tag,
        answer=words.answer,
        table=papers.table,
        invites=invitations.invites,
        kinds_of_file=attachments.IN_WORDS,
    )
    app.jinja_env.filters.update(
        day=lambda when: formats.day(when, g.now),
        moment=lambda when: formats.moment(when, g.now),
        due_by=lambda when: formats.due(when, g.now),
        full_day=local_time.say_day,
        full_moment=local_time.say,
        short_day=formats.short_day,
        clock=formats.clock,
        lower_first=formats.lower_first,
        capitalize_first=formats.capitalize_first,
        initials=formats.initials,
        first_and_initial=formats.first_and_initial,
        age=lambda born_on: formats.age(born_on, formats.local(g.now).date()),
        when=lambda value: words.value(value, g.now),
        listed=formats.listed,
        file=lambda text: "".join(map(files.say, files.files_in(text))),
        role=lambda role: ROLES.get(role, role.replace("_", " ").capitalize()),
    )
    app.before_request(_begin_request)


def said(name: str) -> str:
    """Return what the request says under a name, as it can be kept and looked for."""
    return clean(request.values.get(name, "")).strip()


def our_page(address: str, otherwise: str) -> str:
    """Return an address of this site to go on to; for anything else, the other one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and not parts.netloc and not parts.scheme else otherwise


@dataclass(frozen=True)
class Paging:
    """Which page of a long list is asked for; one beyond the last is the last."""

    count: int

    @property
    def last(self) -> int:
        return max(-(-self.count // ON_A_PAGE), 1)

    @property
    def page(self) -> int:
        asked = request.args.get("page", 1, type=int)
        return min(max(asked, 1), self.last)

    @property
    def offset(self) -> int:
        return (self.page - 1) * ON_A_PAGE


def navigation() -> list[dict[str, Any]]:
    """Return the links this person may follow, the present page's marked."""
    here = (request.endpoint or "").split(".")[0]
    return [
        {
            "text": f"{text}{_count_new() if endpoint == 'messages.index' else ''}",
            "href": url_for(endpoint),
            "active": endpoint.split(".")[0] == here,
        }
        for text, endpoint, who in NAVIGATION
        if auth.may(g.person, who)
    ]


def _count_new() -> str:
    """Say how many messages wait to be read, if any: one look at an index."""
    unread = Message.person_id == g.person.id, Message.read_at.is_(None)
    count = sessions.current().scalar(select(func.count(Message.id)).where(*unread))
    return f" ({count} new)" if count else ""


def _may_complete(task: Task) -> bool:
    """Say whether the person who asks has one of the task's roles."""
    return bool(set(task.roles) & set(g.person.roles))


def _standing_tag(deadline: Deadline) -> Markup:
    """Say how a deadline stands, in a word and a colour."""
    if deadline.state == "running":
        said, colour = ("Running", "blue")
    elif deadline.state == "met":
        said, colour = ("Done in time", "green")
    else:
        said, colour = ("Late", "red") if standing.is_late(deadline) else ("Done late", "orange")
    return _components.tag({"text": said, "classes": f"govuk-tag--{colour}"})


def _begin_request() -> None:
    """One instant a request: nothing below the app reads the clock."""
    g.now = datetime.now(UTC)
    if "\0" in request.path:
        raise NotFound()


def _asset(name: str) -> str:
    """Return a static file's address, which changes with its content."""
    return url_for("static", filename=name, v=_fingerprint(STATIC / name))


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "missing"
