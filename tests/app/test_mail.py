"""Mail to a real server: every recipient once, later when it is down, and never a child's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event, select

from app import demo
from app.config import PROJECT, Settings
from app.mail import Sender
from processes import database, library, outbox
from processes.models import Case, HistoryEntry, Message, Person
from tests.mail_server import Letters, free_port, mail_server
from tests.processes.staff import tell_all

NOW = datetime(2026, 12, 4, 16, 50, tzinfo=UTC)
DEADLINE = {
    "rule": "BH-12", "name": "Hold the strategy discussion", "strength": "must", "scope": "case",
    "number": None, "words": "On the day of the referral", "left": "6 hours left",
    "due_at": datetime(2026, 12, 4, 23, 59, 59, tzinfo=UTC),
}  # fmt: skip


class Post:
    """An outbox, a sender and the server it sends to, at a time that the test holds."""

    def __init__(self, engine: Engine) -> None:
        self.letters, self.port, self.now = Letters(), free_port(), NOW
        self.sessions = database.writing(engine)
        settings = Settings(
            smtp_url=f"smtp://127.0.0.1:{self.port}", mail_from="pathway@example.org",
            address="https://pathway.example.org",
        )  # fmt: skip
        self.sender = Sender(engine, settings, lambda: self.now)

    def put(self, *names: str, kind: str = "deadline_passed", **says: Any) -> None:
        about = {"what": "Hold the strategy discussion", "reference": "SP-00012",
                 "procedure": "Brighton & Hove", "deadline": DEADLINE, **says}  # fmt: skip
        with self.sessions.begin() as session:
            for name in names:
                session.add(
                    Message(
                        kind=kind, about_key="timer 1", recipient=f"{name}@example.org", says=about,
                        told_at=NOW, mail_at=NOW, tries=0,
                    )
                )  # fmt: skip

    def send(self, after: timedelta = timedelta()) -> int:
        self.now += after
        return self.sender.send_due()

    def row(self) -> Message:
        with self.sessions() as session:
            return session.scalars(select(Message)).one()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine)


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, sql, *_: asked.append(sql))
    return asked


def test_every_recipient_gets_it_once(post):
    post.put("tom", "rae", "kit")
    with mail_server(post.letters, post.port):
        assert post.send() == 3
        assert post.send(timedelta(days=1)) == 0
    assert set(post.letters.recipients().values()) == {1}
    assert len(post.letters.taken) == 3


def test_a_mail_says_the_reference_what_by_when_and_where_to_sign_in(post):
    post.put("tom")
    with mail_server(post.letters, post.port):
        post.send()
    (mail,) = post.letters.read()
    assert mail["Subject"] == ("A deadline has passed: Hold the strategy discussion (SP-00012)")
    assert mail["To"] == "tom@example.org"
    assert mail["From"] == "pathway@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content().replace("\r\n", "\n")
    assert (
        "Hold the strategy discussion: by the end of Friday 4 December 2026 – on the day of the"
        " referral (Brighton & Hove; must; BH-12). 6 hours left.\n"
    ) in text
    assert f"https://pathway.example.org/messages/{post.row().id}\n" in text


def test_a_line_that_begins_with_a_dot_arrives_as_it_is_and_ends_nothing(post):
    post.put("tom", what=".hidden\n.\n.and more")
    with mail_server(post.letters, post.port):
        assert post.send() == 1
    (mail,) = post.letters.read()
    assert ".hidden\n.\n.and more.\n" in mail.get_content().replace("\r\n", "\n")
    assert mail["Subject"] == "A deadline has passed: .hidden . .and more (SP-00012)"


def test_a_server_that_is_down_is_tried_again_after_longer_and_longer(post):
    post.put("tom", "rae")
    assert post.send() == 0
    pauses = []
    for _ in range(4):
        with post.sessions() as session:
            row = session.scalars(select(Message).limit(1)).one()
        assert row.problem
        assert row.mail_at
        pauses.append(row.mail_at - post.now)
        assert post.send(pauses[-1] - timedelta(seconds=1)) == 0
        post.send(timedelta(seconds=1))
    assert pauses == sorted(set(pauses))
    with mail_server(post.letters, post.port):
        assert post.send(timedelta(hours=1)) == 2
    assert set(post.letters.recipients().values()) == {1}
    with post.sessions() as session:
        assert set(session.scalars(select(Message.problem))) == {None}


def test_after_some_days_it_is_given_up_and_said_so(post):
    post.put("tom")
    for _ in range(outbox.MOST_TRIES):
        post.send(outbox.LONGEST_PAUSE)
    row = post.row()
    assert (row.mail_at, row.handed_at, row.tries) == (None, None, outbox.MOST_TRIES)
    assert "ConnectionRefusedError" in str(row.problem)


def test_a_server_that_is_busy_is_tried_again_and_gets_it_once(post):
    post.put("tom")
    post.letters.answers = ["451 Busy"]
    with mail_server(post.letters, post.port):
        assert post.send() == 0
        assert (post.row().handed_at, post.row().problem) == (None, "451 Busy")
        assert post.send(timedelta(minutes=3)) == 1
    assert post.letters.recipients() == {"tom@example.org": 1}


@pytest.mark.parametrize("where", ["recipient", "text"])
def test_a_refused_address_is_given_up_with_the_servers_words_and_the_others_go(post, where):
    if where == "recipient":
        post.letters.refused = {"nobody@example.org": "550 No such person"}
    else:
        post.letters.answers = ["550 No such person"]
    post.put("nobody", "tom")
    with mail_server(post.letters, post.port):
        assert post.send() == 1
        assert post.send(timedelta(days=1)) == 0
    with post.sessions() as session:
        refused = session.scalars(select(Message).where(outbox.IS_REFUSED)).one()
        assert (refused.recipient, refused.problem) == ("nobody@example.org", "550 No such person")
        entry = session.scalars(select(HistoryEntry)).one()
        assert entry.what == "mail not delivered"
        assert entry.detail["to"] == "nobody@example.org"


@pytest.mark.parametrize("address", ["two\r\nlines@example.org", "größe@example.org", "no", ""])
def test_an_address_that_mail_cannot_carry_is_given_up_and_holds_nobody_up(post, address):
    post.put("tom")
    with post.sessions.begin() as session:
        wrong = session.scalars(select(Message)).one()
        wrong.recipient = address
    post.put("rae")
    with mail_server(post.letters, post.port):
        assert post.send() == 1
    assert post.letters.recipients()["rae@example.org"] == 1


def test_what_the_server_never_answered_to_is_in_doubt_and_not_sent_again_by_itself(post):
    post.put("tom")
    post.letters.vanishes = True
    with mail_server(post.letters, post.port):
        assert post.send() == 0
        assert post.send(timedelta(days=1)) == 0
    assert len(post.letters.taken) == 1
    with post.sessions() as session:
        doubted = session.scalars(select(Message).where(outbox.is_in_doubt(post.now))).one()
        assert doubted.problem


def test_what_is_in_doubt_is_sent_again_when_somebody_says_so(post):
    post.put("tom")
    post.letters.vanishes = True
    with mail_server(post.letters, post.port):
        post.send()
        post.letters.vanishes = False
        with post.sessions.begin() as session:
            casey = Person(
                name="Casey", email="casey@example.org", password_hash="", roles=["administrator"]
            )
            session.add(casey)
            session.flush()
            row = session.scalars(select(Message)).one()
            outbox.send_again(session, row, by=casey, now=post.now)
        assert post.send(timedelta(days=30)) == 1
    first, second = post.letters.read()
    assert first["Message-ID"] == second["Message-ID"]


def test_two_senders_at_once_send_each_mail_once(post):
    post.put(*(f"person{number}" for number in range(50)))
    with mail_server(post.letters, post.port), ThreadPoolExecutor(3) as pool:
        sent = sum(pool.map(lambda _: post.sender.send_due(), range(9)))
    assert sent == len(post.letters.taken) == 50
    assert set(post.letters.recipients().values()) == {1}


def test_a_sender_that_was_overtaken_hands_nothing_over(post):
    post.put("tom")
    with post.sessions.begin() as session:
        (slow,) = outbox.take(session, post.now)
    with mail_server(post.letters, post.port):
        assert post.send(outbox.TAKEN_FOR) == 1
    with post.sessions.begin() as session:
        assert outbox.hand_over(session, slow, post.now) is None


def test_nobody_is_written_to_about_a_task_that_was_done_meanwhile(post):
    post.put("tom", kind="task_given", task="a task that is closed")
    with mail_server(post.letters, post.port):
        assert post.send() == 0
    assert (post.row().mail_at, post.row().problem, post.letters.taken) == (None, None, [])


def test_a_deadline_that_has_passed_is_not_called_near(post):
    post.put("tom", kind="deadline_near")
    with mail_server(post.letters, post.port):
        assert post.send(timedelta(hours=8)) == 0
    assert post.letters.taken == []


def test_what_was_written_while_mail_was_off_is_not_sent_days_later(post):
    post.put("tom")
    with mail_server(post.letters, post.port):
        assert post.send(outbox.TOO_OLD + timedelta(seconds=1)) == 0
    assert post.letters.taken == []


def test_looking_for_mail_when_there_is_none_writes_nothing(post, statements):
    assert post.send() == 0
    assert {each.split()[0] for each in statements} <= {"BEGIN", "SELECT"}


def test_no_mail_about_the_demonstrations_cases_names_a_child(post):
    with post.sessions.begin() as session:
        for name in library.names():
            library.publish(session, library.read(name), by=None, now=NOW)
        demo.add(session, PasswordHasher(1, 8, 1), PROJECT, NOW)
    assert tell_all(post.sessions, NOW) > 20
    with post.sessions() as session:
        names = {part for each in session.scalars(select(Case.child_name)) for part in each.split()}
        wanted = set(session.scalars(select(Message.recipient).where(Message.mail_at <= NOW)))
    with mail_server(post.letters, post.port):
        while post.send():
            pass
    assert set(post.letters.recipients()) == wanted
    for mail in post.letters.read():
        said = f"{mail.items()} {mail.get_content()}"
        assert "SP-" in mail["Subject"]
        assert not [name for name in names if re.search(rf"\b{name}\b", said)]
