"""Mail that went wrong, for an administrator: what was refused, what is in doubt, send it again."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from sqlalchemy import func, or_, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app import sessions
from app.auth import allow
from app.pages import ON_A_PAGE, Paging
from processes import messages, outbox
from processes.models import Message

pages = Blueprint("mail", __name__, url_prefix="/mail")


@pages.get("")
@allow("administrators")
def index() -> str:
    """Say how much mail waits, and list what was refused and what is in doubt."""
    database = sessions.current()
    wrong = or_(outbox.IS_REFUSED, outbox.is_in_doubt(g.now))
    paging = Paging(database.scalar(select(func.count()).select_from(Message).where(wrong)) or 0)
    counted = func.count(), func.min(Message.told_at), func.max(Message.problem)
    waiting, since, problem = database.execute(
        select(*counted).where(outbox.IS_WAITING, Message.mail_at <= g.now + outbox.LONGEST_PAUSE)
    ).one()
    found = database.scalars(
        select(Message)
        .where(wrong)
        .order_by(Message.told_at.desc(), Message.id.desc())
        .limit(ON_A_PAGE)
        .offset(paging.offset)
    ).all()
    return render_template(
        "mail/index.html",
        messages=found,
        kinds=messages.KINDS,
        waiting=waiting,
        since=since,
        problem=problem,
        by_mail=bool(current_app.config["SETTINGS"].smtp_url),
        paging=paging,
    )


@pages.post("/<int(max=2147483647):message_id>/again")
@allow("administrators")
def again(message_id: int) -> Response:
    """Send a mail that was refused, or is in doubt, once more."""
    database = sessions.current()
    wrong = or_(outbox.IS_REFUSED, outbox.is_in_doubt(g.now))
    message = database.scalars(
        select(Message).where(Message.id == message_id, wrong).with_for_update()
    ).first()
    if message is None:
        if database.get(Message, message_id) is None:
            raise NotFound()
        flash("It is on its way already.")
        return redirect(url_for("mail.index"))
    outbox.send_again(database, message, by=g.person, now=g.now)
    recipient = message.recipient
    database.commit()
    flash(f"The mail to {recipient} will be sent again.")
    return redirect(url_for("mail.index"))
