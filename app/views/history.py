"""The history over all cases, for the auditor; for managers, which cases were opened and why."""

from datetime import date

from flask import Blueprint, g, render_template, request

from app import auth, overview, sessions
from app.auth import allow
from app.overview import KINDS, Wanted
from app.pages import said

pages = Blueprint("history", __name__, url_prefix="/history")

NO_DAY = "Give the day, the month and the year as numbers, such as 4 12 2026."
PARTS = ("on-day", "on-month", "on-year")


class NotADay(ValueError):
    """What was given as a day is none."""


@pages.get("")
@allow("history readers")
def index() -> str | tuple[str, int]:
    """Tell the latest, of a kind, by somebody, or on a day."""
    kinds = KINDS if auth.may(g.person, "auditors") else {"opened": KINDS["opened"]}
    kind = said("kind") if said("kind") in kinds else next(iter(kinds))
    before = request.args.get("before", 0, type=int)
    error, on = "", None
    try:
        on = _day()
    except NotADay:
        error = NO_DAY
    wanted = Wanted(kinds[kind], said("who"), on, before if 0 < before < 2**31 else None)
    found, earlier = ([], None) if error else overview.find(sessions.current(), g.person, wanted)
    page = render_template(
        "history/index.html",
        found=found,
        kinds=kinds,
        kind=kind,
        who=said("who"),
        day={part: said(part) for part in PARTS},
        is_later=wanted.before is not None,
        earlier=earlier,
        error=error,
        leads_on=auth.may(g.person, "practitioners"),
    )
    return (page, 400) if error else page


def _day() -> date | None:
    """Return the day that is looked for, if one is."""
    parts = [said(part) for part in PARTS]
    if not any(parts):
        return None
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise NotADay()
    day, month, year = map(int, parts)
    if not 2000 <= year <= 2200:
        raise NotADay()
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotADay() from error
