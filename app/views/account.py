"""Signing in and out, and the first page."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import auth, remember, sessions
from app.auth import allow
from app.pages import our_page, said
from processes.models import HistoryEntry, Person

pages = Blueprint("account", __name__)

# The page that a role begins with; everybody else begins with the procedures.
BEGINS = (("practitioners", "tasks.index"), ("history readers", "history.index"))

WRONG = "The email address or the password is wrong. Check both and try again."
EXPIRED = (
    "This password was for one time only, and its {} days are over. "
    "Ask your administrator for another."
)
WAIT = (
    "Too many wrong passwords were given for this email address. "
    "Wait {} minutes and try again, or ask your administrator."
)


@pages.get("/")
@allow("anyone")
def first() -> Response:
    """Lead to the page a person's role begins with."""
    if g.person is None:
        return redirect(url_for("account.sign_in"))
    begins = (page for who, page in BEGINS if auth.may(g.person, who))
    return redirect(url_for(next(begins, "procedures.index")))


@pages.route("/sign-in", methods=["GET", "POST"])
@allow("anyone")
def sign_in() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        if g.person is not None:
            return redirect(url_for("account.first"))
        return _form()
    email, password = said("email"), request.form.get("password", "")
    doorkeeper: auth.Doorkeeper = current_app.extensions["doorkeeper"]
    database = sessions.current()
    database.rollback()  # whoever was signed in here was looked for; that is over
    try:
        person = doorkeeper.check(current_app.extensions["reading"], email, password, g.now)
    except auth.WrongPassword as wrong:
        doorkeeper.count(database, email, g.now)
        database.commit()
        if wrong.person:  # noted when the answer has been sent, which so takes no longer for it
            remember.note("sign_in_refused", by_id=wrong.person.id)
        return _form(WRONG, email), 400
    except auth.OneTimeExpired as expired:
        remember.note("one-time password expired", by_id=expired.person.id)
        return _form(EXPIRED.format(auth.ONE_TIME_LASTS.days), email), 400
    except auth.TooManyAttempts:
        minutes = current_app.config["SETTINGS"].wait_minutes
        return _form(WAIT.format(minutes), email), 429
    auth.sign_in(person, g.now)
    doorkeeper.forgive(database, email)
    _remember("signed_in", person)
    database.commit()
    return redirect(our_page(request.args.get("then", ""), url_for("account.first")))


@pages.post("/sign-out")
@allow("anyone")
def sign_out() -> Response:
    auth.sign_out()
    flash("You are signed out.")
    return redirect(url_for("account.sign_in"))


def _form(error: str = "", email: str = "") -> str:
    return render_template(
        "account/sign_in.html",
        error=error,
        email=email,
        timed_out="timed_out" in request.args,
        minutes=current_app.config["SESSION_MINUTES"],
        demo=_demo_people(),
    )


def _demo_people() -> list[Person]:
    """Return the invented people, when this server offers them."""
    if not current_app.config["SETTINGS"].offers_demo:
        return []
    invented = Person.email.endswith("@example.org")
    people = select(Person).where(invented, Person.is_active).order_by(Person.id)
    return list(sessions.current().scalars(people))


def _remember(what: str, person: Person) -> None:
    entry = HistoryEntry(case_id=None, at=g.now, by_id=person.id, what=what, detail={})
    sessions.current().add(entry)
