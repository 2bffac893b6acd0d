"""The people who may sign in, for an administrator: add somebody, their roles, a one-time password.

Nobody changes their own roles, and nobody shuts themselves out: another administrator does that.
Nothing of a case is shown here.
"""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app import auth, sessions, smtp
from app.auth import allow
from app.pages import ON_A_PAGE, Paging, said
from processes import involvement
from processes.models import HistoryEntry, Person
from processes.roles import ROLES

pages = Blueprint("people", __name__, url_prefix="/people")

ONE = "/<int(max=2147483647):person_id>"
TAKEN = "Somebody with this email address is here already."


@pages.get("")
@allow("administrators")
def index() -> str:
    """List everybody, or those whose name or address is looked for; who left comes last."""
    database, sought = sessions.current(), said("find")
    wanted = select(Person)
    if sought:
        either = Person.name, Person.email
        wanted = wanted.where(or_(*(each.icontains(sought, autoescape=True) for each in either)))
    paging = Paging(database.scalar(select(func.count()).select_from(wanted.subquery())) or 0)
    order = Person.is_active.desc(), func.lower(Person.name), Person.id
    found = database.scalars(wanted.order_by(*order).limit(ON_A_PAGE).offset(paging.offset)).all()
    return render_template("people/index.html", people=found, sought=sought, paging=paging)


@pages.route("/add", methods=["GET", "POST"])
@allow("administrators")
def add() -> Response | str | tuple[str, int]:
    """Add somebody, and show the password they come in with."""
    if request.method == "GET":
        return _add_form({})
    database, by_id = sessions.current(), g.person.id
    row = Person(name=said("name"), email=said("email").lower(), roles=_roles(), is_active=True)
    errors = _what_is_wrong(row)
    if errors:
        return _add_form(errors), 400
    password = _one_time(row)
    database.add(row)
    try:
        database.flush()
    except IntegrityError:
        database.rollback()
        return _add_form({"email": TAKEN}), 400
    involvement.recognise(database, row)
    _remember("person added", row, by_id, roles=row.roles)
    database.commit()
    return _given(row, password, is_new=True)


@pages.get(ONE)
@allow("administrators")
def show(person_id: int) -> str:
    return _form(_somebody(person_id), {})


@pages.post(f"{ONE}/roles")
@allow("administrators")
def change_roles(person_id: int) -> Response | tuple[str, int]:
    person, roles = _another(person_id), _roles()
    if not roles:
        return _form(person, {"roles": "Choose at least one role, or deactivate them."}), 400
    if roles != person.roles:
        _remember("roles changed", person, g.person.id, was=person.roles, now=roles)
        person.roles = roles
    return _done(person, f"The roles of {person.name} are saved.")


@pages.post(f"{ONE}/deactivate")
@allow("administrators")
def deactivate(person_id: int) -> Response:
    """Let somebody in no more: their sessions end at once, and what they did stays."""
    return _turn(_another(person_id), False, "is deactivated: they cannot sign in any more")


@pages.post(f"{ONE}/activate")
@allow("administrators")
def activate(person_id: int) -> Response:
    return _turn(_another(person_id), True, "is active again, with the password they had")


@pages.post(f"{ONE}/one-time-password")
@allow("administrators")
def give_password(person_id: int) -> str:
    """Give somebody a password for one time, and show it; the one they had is gone."""
    _another(person_id)
    by_id, new = g.person.id, Person()
    password = _one_time(new)
    person = _somebody(person_id)
    person.password_hash = new.password_hash
    _doorkeeper().forgive(sessions.current(), person.email)
    _remember("one-time password given", person, by_id)
    sessions.current().commit()
    return _given(person, password, is_new=False)


def _somebody(person_id: int) -> Person:
    writes = request.method == "POST"
    person = sessions.current().get(Person, person_id, with_for_update=writes)
    if person is None:
        raise NotFound()
    return person


def _another(person_id: int) -> Person:
    """Return the person, unless it is the administrator themself."""
    if person_id == g.person.id:
        raise Forbidden()
    return _somebody(person_id)


def _turn(person: Person, is_active: bool, says: str) -> Response:
    if person.is_active != is_active:
        person.is_active = is_active
        what = "person activated" if is_active else "person deactivated"
        _remember(what, person, g.person.id)
    return _done(person, f"{person.name} {says}.")


def _done(person: Person, says: str) -> Response:
    """Save, say so, and show the person again."""
    person_id = person.id
    sessions.current().commit()
    flash(says)
    return redirect(url_for("people.show", person_id=person_id))


def _one_time(person: Person) -> str:
    """Give a person a new password, while no transaction is open, and return it."""
    sessions.current().rollback()
    password = auth.one_time_password()
    until = g.now + auth.ONE_TIME_LASTS
    person.password_hash = _doorkeeper().hash(password, one_time_until=until)
    return password


def _given(person: Person, password: str, *, is_new: bool) -> str:
    """Show a one-time password, this once."""
    until = auth.one_time_until(person)
    return render_template(
        "people/given.html", person=person, password=password, is_new=is_new, until=until
    )


def _doorkeeper() -> auth.Doorkeeper:
    doorkeeper: auth.Doorkeeper = current_app.extensions["doorkeeper"]
    return doorkeeper


def _roles() -> list[str]:
    chosen = request.form.getlist("roles")
    return [role for role in ROLES if role in chosen]


def _what_is_wrong(row: Person) -> dict[str, str]:
    """Return what is wrong with what was typed of a new person, by the field it stands in."""
    errors = {}
    if not row.name or len(row.name) > 200:
        errors["name"] = "Give their name, as colleagues know it."
    if len(row.email) > 200 or not smtp.ADDRESS.fullmatch(row.email) or not row.email.isascii():
        errors["email"] = "Give an email address, such as name@example.org."
    elif sessions.current().scalar(
        select(Person.id).where(func.lower(Person.email) == row.email).limit(1)
    ):
        errors["email"] = TAKEN
    if not row.roles:
        errors["roles"] = "Choose at least one role."
    return errors


def _remember(what: str, person: Person, by_id: int, **detail: Any) -> None:
    """Keep in the history who changed what about whom; never a password."""
    detail = {"person": person.id, "name": person.name, **detail}
    entry = HistoryEntry(case_id=None, at=g.now, by_id=by_id, what=what, detail=detail)
    sessions.current().add(entry)


def _add_form(errors: dict[str, str]) -> str:
    return render_template(
        "people/add.html",
        errors=errors,
        name=said("name"),
        email=said("email"),
        chosen=_roles(),
        every_role=list(ROLES),
    )


def _form(person: Person, errors: dict[str, str]) -> str:
    return render_template(
        "people/show.html",
        person=person,
        errors=errors,
        every_role=list(ROLES),
        is_oneself=person.id == g.person.id,
        has_one_time=auth.must_choose(person),
        has_expired=auth.has_expired(person, g.now),
    )
