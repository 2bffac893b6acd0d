"""Starting cases: by a referral or from an open case, for one or several children."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

import forms
from app import answers, drafts, formats, sessions, standing, words
from app.auth import allow
from app.drafts import keeps_drafts
from app.filled import Child
from processes import cases, library
from processes.models import Case, Instance, ProcedureVersion

pages = Blueprint("referrals", __name__, url_prefix="/referrals")

BEGINNINGS = {
    "referral": "A new referral",
    "open_case": "New information about a case that is already open, with no new referral",
}


@pages.get("/new")
@allow("practitioners")
def new() -> str | Response | tuple[str, int]:
    """Ask by which procedure, and how it began."""
    found = standing.in_force(sessions.current(), g.now)
    name, origin = request.args.get("procedure"), request.args.get("origin")
    begins = library.procedure_of(found[name]).settings.get("start", {}) if name in found else {}
    if origin in BEGINNINGS and origin in begins:
        return redirect(url_for("referrals.start", procedure=name, origin=origin))
    titles = {name: library.procedure_of(version).title for name, version in found.items()}
    errors = {}
    if origin in BEGINNINGS and begins:
        errors["origin"] = "No case begins like this by this procedure. Choose the other way."
    elif origin in BEGINNINGS:
        errors["procedure"] = "Choose whose procedure it follows."
    asked = {"titles": titles, "beginnings": BEGINNINGS}
    chosen = {"followed": name, "chosen": origin}
    page = render_template("referrals/new.html", **asked, **chosen, errors=errors)
    return page, 400 if errors else 200


@pages.route("/new/<procedure>/<origin>", methods=["GET", "POST"])
@allow("practitioners")
@keeps_drafts
def start(procedure: str, origin: str) -> Response | str | tuple[str, int]:
    """Record who the children are and what is known, and start a case for each."""
    database = sessions.current()
    version = standing.in_force(database, g.now).get(procedure)
    if version is None or origin not in BEGINNINGS:
        raise NotFound()
    follows = library.procedure_of(version)
    first = follows.settings.get("start", {}).get(origin)
    if first is None:
        raise NotFound()
    if words.roles_of_task(follows, first).isdisjoint(g.person.roles):
        raise Forbidden()
    asked = follows.forms[first]
    form = forms.Form(asked.id, (*_children_form().components, *asked.components))
    sheet = answers.Sheet(form, Child({"origin": origin, "scope": "case", "number": 0}))
    if request.method == "POST" and (begun := _begin(sheet, version, origin)):
        return begun
    page = render_template(
        "referrals/start.html",
        title=words.task_name(follows, first),
        procedure=follows,
        beginning=BEGINNINGS[origin],
        drafts=drafts.on_page(sheet),
        sheet=sheet,
    )
    return page, 400 if sheet.problems else 200


def _begin(sheet: answers.Sheet, version: ProcedureVersion, origin: str) -> Response | None:
    """Start the cases that were sent, and lead to the first; or say in the sheet what is wrong."""
    database, key = sessions.current(), drafts.sending()
    if begun := _begun(key):
        return begun
    given = sheet.read(request.form)
    if given is None:
        return None
    children = _children(given.pop("children"))
    sheet.errors = _wrong_references(children)
    if sheet.errors:
        return None
    how: dict[str, Any] = {"by": g.person, "now": g.now, "origin": origin, "key": key}
    try:
        found = cases.start(database, version, children, given, **how)
        names = formats.listed([f"{each.child_name} ({each.reference})" for each in found])
        first_id = found[0].id
        drafts.accept()
        database.commit()
    except IntegrityError:  # the same was sent, or a case number taken, at this very moment
        database.rollback()
        begun, sheet.errors = _begun(key), _wrong_references(children)
        if not begun and not sheet.errors:
            raise
        return begun
    flash(f"Begun: {names}.")
    return redirect(url_for("cases.show", case_id=first_id))


def _begun(key: str | None) -> Response | None:
    """Lead to what this very page has started already, when it is sent twice."""
    pathway = sessions.current().get(Instance, key) if key else None
    return redirect(url_for("cases.show", case_id=pathway.case_id)) if pathway else None


@cache
def _children_form() -> forms.Form:
    path = Path(__file__).parent.parent / "children.form"
    return forms.load(path.read_bytes(), path.name)


def _children(rows: list[dict[str, Any]]) -> list[cases.Child]:
    return [cases.Child(row["name"], row["born_on"], row["reference"] or None) for row in rows]


def _wrong_references(children: list[cases.Child]) -> dict[str, str]:
    """Refuse a case number that another case has or may get, by the question it was typed into."""
    given = [each.reference for each in children]
    wanted = {reference for reference in given if reference}
    known = set(
        sessions.current().scalars(select(Case.reference).where(Case.reference.in_(wanted)))
    )
    errors = {}
    for row, reference in enumerate(given):
        if reference and cases.is_ours(reference):
            says = f"numbers such as {reference} are given here to cases that have none."
        elif reference and (reference in known or reference in given[:row]):
            says = f"another case has the number {reference}."
        else:
            continue
        errors[f"children-{row}-reference"] = (
            f"Child {row + 1}: {says} Give its own, or leave it empty."
        )
    return errors
