"""Work out a deadline: from when, how much, in which unit; the answer with its arithmetic."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, current_app, render_template, request
from werkzeug.datastructures import MultiDict

from app.auth import allow
from forms.local_time import TimeNotReadable, read_moment
from processes import due, library
from processes.calendar import Calendar

pages = Blueprint("deadlines", __name__)

QUESTIONS = {"from": "#on-day", "amount": "#amount", "unit": "#unit", "closed": "#closed"}


@dataclass(frozen=True)
class Refused(Exception):
    """A part of the question cannot be used; `part` is the field it stands in."""

    part: str
    says: str


@pages.get("/work-out-a-deadline")
@allow("everybody signed in")
def work_out() -> str | tuple[str, int]:
    asked = request.args
    answer, error = None, None
    if "unit" in asked:
        try:
            answer = _answer(asked)
        except Refused as refused:
            error = refused
    page = render_template(
        "deadlines/work_out.html",
        asked=asked,
        units=due.UNITS,
        procedures=_titles(),
        answer=answer,
        error=error,
        question=QUESTIONS.get(error.part, "#on-day") if error else "",
    )
    return page, 400 if error else 200


def _answer(asked: MultiDict[str, str]) -> due.Due:
    closed = _closed_days(asked.get("closed", ""))
    name = asked.get("procedure", "")
    if name and name in _titles():
        closed |= library.read(name, current_app.config["SETTINGS"].procedures).calendar.closed_days
    try:
        return due.work_out(
            _start(asked),
            asked.get("amount", "").strip() or "0",
            asked.get("unit", ""),
            Calendar(frozenset(closed)),
            "local" if closed else "national",
        )
    except due.CannotWorkOut as error:
        raise Refused(error.part, str(error)) from error


def _start(asked: MultiDict[str, str]) -> str:
    parts = [asked.get(f"on-{part}", "").strip() for part in ("day", "month", "year")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise Refused("from", "Give the day, the month and the year as numbers, such as 4 12 2026.")
    day, month, year = parts
    written = f"{int(year):04}-{int(month):02}-{int(day):02}"
    time = asked.get("on-time", "").strip().replace(".", ":")
    return f"{written}T{time.zfill(5)}" if time else written


def _closed_days(text: str) -> frozenset[date]:
    days = set()
    for word in text.replace(",", " ").split():
        try:
            day = read_moment(word)
        except TimeNotReadable as error:
            raise Refused("closed", str(error)) from error
        if isinstance(day, datetime):
            raise Refused("closed", f"“{word}” has a time: write the day only, as in 2026-12-29.")
        days.add(day)
    return frozenset(days)


def _titles() -> dict[str, str]:
    """Return the local procedures that this server was given, by name."""
    root = current_app.config["SETTINGS"].procedures
    return {name: library.read(name, root).title for name in library.names(root)}
