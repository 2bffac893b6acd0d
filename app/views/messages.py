"""What a person is told: their messages, newest first, and which kinds also come by mail."""

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app import sessions, standing
from app.auth import allow
from app.pages import ON_A_PAGE, Paging
from processes import messages
from processes.models import Case, Message, Task
from processes.roles import OUT_OF_HOURS

pages = Blueprint("messages", __name__, url_prefix="/messages")


@pages.get("")
@allow("practitioners")
def index() -> str:
    """List my messages, those I have not read first."""
    database = sessions.current()
    mine = Message.person_id == g.person.id
    paging = Paging(database.scalar(select(func.count()).select_from(Message).where(mine)) or 0)
    order = (Message.read_at.is_not(None), Message.told_at.desc(), Message.id.desc())
    found = database.scalars(
        select(Message).where(mine).order_by(*order).limit(ON_A_PAGE).offset(paging.offset)
    ).all()
    tasks = select(Task.key).where(Task.key.in_([each.says.get("task") for each in found]))
    return render_template(
        "messages/index.html",
        messages=found,
        kinds=messages.KINDS,
        deadlines=_deadlines(found),
        open_tasks=set(database.scalars(tasks)),
        has_unread=any(each.read_at is None for each in found),
        by_mail=bool(current_app.config["SETTINGS"].smtp_url),
        paging=paging,
    )


@pages.get("/<int(max=2147483647):message_id>")
@allow("practitioners")
def show(message_id: int) -> Response:
    """Lead to what a message is about; from then on it is read."""
    message = sessions.current().get(Message, message_id)
    if message is None or message.person_id != g.person.id:
        raise NotFound()
    if message.read_at is None:
        with current_app.extensions["writing"].begin() as writing:
            writing.execute(update(Message).where(Message.id == message_id).values(read_at=g.now))
    return redirect(_place(message))


@pages.post("/read")
@allow("practitioners")
def read() -> Response:
    """Note that I have read all my messages."""
    database = sessions.current()
    mine = Message.person_id == g.person.id, Message.read_at.is_(None), Message.told_at <= g.now
    database.execute(update(Message).where(*mine).values(read_at=g.now))
    database.commit()
    return redirect(url_for("messages.index"))


@pages.route("/choose", methods=["GET", "POST"])
@allow("practitioners")
def choose() -> Response | str:
    """Choose which kinds of messages also come by mail."""
    optional = [each for each in messages.KINDS.values() if not each.is_statutory]
    if request.method == "POST":
        chosen = request.form.getlist("kinds")
        g.person.wants = {each.id: each.id in chosen for each in optional}
        sessions.current().commit()
        flash("Your choice is saved.")
        return redirect(url_for("messages.index"))
    return render_template(
        "messages/choose.html",
        optional=optional,
        chosen=[each.id for each in optional if messages.wants_mail(g.person, each)],
        statutory=[each for each in messages.KINDS.values() if each.is_statutory],
        is_out_of_hours=OUT_OF_HOURS in g.person.roles,
        by_mail=bool(current_app.config["SETTINGS"].smtp_url),
    )


def _deadlines(found: Sequence[Message]) -> dict[int, object]:
    """Return how the deadline of each message stands now, by the message's number."""
    database = sessions.current()
    about = {each.id: each.says["deadline"] for each in found if each.says.get("deadline")}
    ids = {each.case_id for each in found if each.id in about}
    cases = database.scalars(
        select(Case).where(Case.id.in_(ids)).options(joinedload(Case.version)).order_by(Case.id)
    )
    known = {
        (case_id, each.rule, each.scope, each.number): each
        for case_id, deadlines in standing.deadlines(database, cases, g.now).items()
        for each in deadlines
    }
    return {
        each.id: known.get((each.case_id, *(about[each.id][part] for part in _IDENTITY)))
        for each in found
        if each.id in about
    }


_IDENTITY = ("rule", "scope", "number")


def _place(message: Message) -> str:
    """Return where to go on from a message."""
    task, record = message.says.get("task"), message.says.get("record")
    if task:
        return url_for("tasks.complete", key=task)
    if record:
        return url_for("records.show", record_id=record)
    return url_for("cases.show", case_id=message.case_id)
