"""Choosing one's own password: the old one is asked, and every other session ends."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from app import auth, remember, sessions
from app.auth import allow
from app.pages import our_page
from processes.models import HistoryEntry, Person

pages = Blueprint("password", __name__, url_prefix="/password")

LONGEST = 200
WRONG = "This is not your password. Check it and try again."
EXPIRED = "Your one-time password has expired. Ask your administrator for another."
WAIT = "Too many wrong passwords were given. Wait {} minutes and try again."


@pages.route("", methods=["GET", "POST"])
@allow("everybody signed in")
def choose() -> Response | str | tuple[str, int]:
    """Change one's own password."""
    if request.method == "GET":
        return _form({})
    old, new = request.form.get("password", ""), request.form.get("new_password", "")
    errors = _what_is_wrong(old, new)
    if errors:
        return _form(errors), 400
    email, doorkeeper = g.person.email, current_app.extensions["doorkeeper"]
    database = sessions.current()
    database.rollback()  # nobody waits for the database while a password is hashed
    try:
        person = doorkeeper.check(current_app.extensions["reading"], email, old, g.now)
    except auth.WrongPassword as wrong:
        doorkeeper.count(database, email, g.now)
        if wrong.person:
            _remember("password refused", wrong.person)
        database.commit()
        return _form({"password": WRONG}), 400
    except auth.OneTimeExpired as expired:
        remember.note("one-time password expired", by_id=expired.person.id)
        return _form({"password": EXPIRED}), 400
    except auth.TooManyAttempts:
        minutes = current_app.config["SETTINGS"].wait_minutes
        return _form({"password": WAIT.format(minutes)}), 429
    if not _replace(person, doorkeeper.hash(new)):
        return _form({"password": WRONG}), 400
    doorkeeper.forgive(database, email)
    database.commit()
    auth.sign_in(database.get_one(Person, person.id, populate_existing=True), g.now)
    flash("Your password is changed. Wherever else you were signed in, you are signed out.")
    return redirect(our_page(request.args.get("then", ""), url_for("account.first")))


def _what_is_wrong(old: str, new: str) -> dict[str, str]:
    """Return what is wrong with what was typed, by the field it stands in."""
    errors = {}
    if not old:
        errors["password"] = "Give the password that you have now."
    if len(new) < auth.SHORTEST_PASSWORD:
        errors["new_password"] = f"Give at least {auth.SHORTEST_PASSWORD} characters."
    elif len(new) > LONGEST:
        errors["new_password"] = f"Give at most {LONGEST} characters."
    elif new == old:
        errors["new_password"] = "Give another password than the one that you have now."
    elif new != request.form.get("new_password_again", ""):
        errors["new_password_again"] = "This is not the same. Type the new password once more."
    return errors


def _replace(person: Person, password_hash: str) -> bool:
    """Put a new password in the old one's place, unless that was replaced meanwhile."""
    database = sessions.current()
    same = Person.id == person.id, Person.password_hash == person.password_hash
    changed = database.execute(update(Person).where(*same).values(password_hash=password_hash))
    if changed.rowcount:  # type: ignore[attr-defined]
        _remember("password changed", person)
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _remember(what: str, person: Person) -> None:
    entry = HistoryEntry(case_id=None, at=g.now, by_id=person.id, what=what, detail={})
    sessions.current().add(entry)


def _form(errors: dict[str, str]) -> str:
    return render_template(
        "account/password.html",
        errors=errors,
        shortest=auth.SHORTEST_PASSWORD,
        is_one_time=auth.must_choose(g.person),
    )
