"""Two people at one case, at random, over HTTP: no word is lost, nothing undone, no error page.

Every text they type carries a word of its own. In the end each such word stands in a record, in a
draft or in the history, whatever the two did to each other meanwhile.
"""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from random import Random
from typing import Any
from urllib.parse import urlencode

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine, select
from waitress import create_server, wasyncore

from app import create_app
from app.config import Settings
from bench.answers import invent
from bench.served import as_posted
from bench.walks import ROLES, unsigned
from forms import Component, Form
from processes import cases, database, library, values
from processes.models import Draft, Fact, HistoryEntry, Person, Record, Task

PASSWORD = "a password of nobody"
PEOPLE = ("amina", "grace")
PROCEDURE = "brighton_and_hove"
TEXTAREA = re.compile(r'<textarea[^>]*? name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
HIDDEN = re.compile(r'name="(_page|_from)" value="([^"]*)"')


@dataclass
class Findings:
    """What the two did, and everything that was wrong."""

    requests: int = 0
    completed: int = 0
    words: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def work_together(url: str, seed: int, seconds: float, deeds: int = 1_000_000) -> Findings:
    """Let two people work on one database for so long or so much, and look at what is left."""
    settings = Settings(
        database_url=url, secret_key="k" * 32, argon2_memory=8, argon2_time=1, demo=False
    )
    app, found = create_app(settings), Findings()
    engine: Engine = app.extensions["engine"]
    _prepare(engine, app.extensions["doorkeeper"].hasher)
    until = time.monotonic() + seconds
    with served(app) as port:
        workers = [
            threading.Thread(
                target=_Worker(engine, port, name, seed, found).work, args=(until, deeds)
            )
            for name in PEOPLE
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    found.wrong += [f"{word} is lost" for word in set(found.words) - _words(engine)]
    engine.dispose()
    return found


class _Worker:
    """One of the two: opens a page, types, and saves, sends, gives away or leaves it."""

    def __init__(self, engine: Engine, port: int, name: str, seed: int, found: Findings) -> None:
        self.sessions, self.found, self.name = database.writing(engine), found, name
        self.chance = Random(f"{seed} {name}")
        self.connection, self.cookie, self.count = HTTPConnection("127.0.0.1", port), "", 0
        self.procedure = unsigned(library.read(PROCEDURE))

    def work(self, until: float, most: int) -> None:
        sign_in = {"email": f"{self.name}@example.org", "password": PASSWORD}
        self._post("/sign-in", list(sign_in.items()))
        deeds: list[Callable[[], None]] = [self._task, self._task, self._task, self._revise]
        deeds += [self._correct, self._list]
        try:
            for _ in range(most):
                if time.monotonic() > until:
                    break
                self.chance.choice(deeds)()
        except Exception as error:  # it ends this worker, and is told as what was wrong
            self.found.wrong.append(f"{self.name}: {error!r}")
        self.connection.close()

    def _list(self) -> None:
        self._ask("GET", f"/tasks?tab={self.chance.choice(('mine', 'team', 'others'))}")

    def _task(self) -> None:
        with self.sessions() as session:
            rows = session.execute(select(Task.key, Task.element).order_by(Task.key)).all()
            if not rows:
                _start(session, self.chance)
                session.commit()
                return
        key, element = self.chance.choice(rows)
        address, form = f"/tasks/{key}", self.procedure.forms[element]
        page = self._ask("GET", address)[1]
        story, typed = self._type(form, page)
        for _ in range(self.chance.randrange(3)):
            self._post(address, [*typed(), ("_button", "keep")], story)
        button = self.chance.choice(("", "", "", "later", "claim", "give back", "hand over"))
        status = self._post(address, [*typed(), ("_button", button)], story)
        if button == "hand over" and status == 302:
            with self.sessions() as session:
                other = select(Person.id).where(Person.name != self.name)
                to = str(session.scalars(other.order_by(Person.id)).first())
            word = self._word()
            if self._post(f"{address}/hand-over", [("to", to), ("note", word)]) == 302:
                self.found.words.append(word)
        self.found.completed += not button and status == 302

    def _revise(self) -> None:
        with self.sessions() as session:
            rows = session.execute(select(Record.id, Record.element).order_by(Record.id)).all()
        number, element = self.chance.choice(rows)
        address = f"/records/{number}/revise"
        status, page = self._ask("GET", address)
        if status == 200:
            story, typed = self._type(self.procedure.forms[element], page)
            self._post(address, [*typed(), ("_why", "It was not all")], story)

    def _correct(self) -> None:
        with self.sessions() as session:
            of_time = select(Fact).where(Fact.name == "referral_received_at").order_by(Fact.id)
            fact = self.chance.choice(session.scalars(of_time).all())
        form = Form("one", (_question(self.procedure.forms.values(), fact.name),))
        answers = invent(form, datetime.now(UTC), self.chance)
        word = self._word()
        address = f"/cases/{fact.case_id}/correct/{fact.id}"
        if self._post(address, [*as_posted(form, answers), ("_why", word)]) == 400:
            self.found.words.append(word)  # it is a draft; a correction that says the same is none

    def _type(self, form: Form, page: str) -> tuple[list[str], Callable[[], list[tuple[str, str]]]]:
        """Return the words of a page's story, which grows, and what types once more."""
        there = {name: html.unescape(text).strip() for name, text in TEXTAREA.findall(page)}
        name = next((each.key for each in _always_asked(form) if each.key in there), "")
        story = [there[name]] if name else []

        def typed() -> list[tuple[str, str]]:
            answers = invent(form, datetime.now(UTC), self.chance)
            pairs = [pair for pair in as_posted(form, answers) if pair[0] != name]
            if name:
                story.append(self._word())
                pairs.append((name, " ".join(story)))
            return [*pairs, *HIDDEN.findall(page)]

        return story, typed

    def _word(self) -> str:
        self.count += 1
        return f"{self.name}{self.count:05}"

    def _post(self, path: str, typed: list[tuple[str, str]], story: list[str] | None = None) -> int:
        status = self._ask("POST", path, urlencode(typed))[0]
        self.found.words += (story or [])[-1:] if story and len(story) > 1 else []
        return status

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        page = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self.cookie = cookie.partition(";")[0]
        self.found.requests += 1
        if response.status >= 500:
            self.found.wrong.append(f"{method} {path}: {response.status}")
        return response.status, page


def _always_asked(form: Form) -> Iterator[Component]:
    """Go through the long texts that no condition hides: what is hidden is no answer."""
    for each in form.components:
        inner = each.components if each.type == "group" and each.hide is None else (each,)
        yield from (one for one in inner if one.type == "textarea" and one.hide is None)


def _question(all_forms: Any, key: str) -> Component:
    asked = (each for form in all_forms for each in form.questions())
    found: Component = next(each for each in asked if each.key == key)
    return found


def _prepare(engine: Engine, hasher: PasswordHasher) -> None:
    with database.writing(engine).begin() as session:
        procedure = unsigned(library.read(PROCEDURE))
        library.publish(session, procedure, by=None, now=datetime(2026, 1, 1, tzinfo=UTC))
        for name in PEOPLE:
            session.add(
                Person(name=name, email=f"{name}@example.org", roles=ROLES, is_active=True,
                       password_hash=hasher.hash(PASSWORD))
            )  # fmt: skip
        session.flush()
        _start(session, Random(0))


def _start(session: Any, chance: Random) -> None:
    from processes.models import ProcedureVersion

    version = session.scalars(select(ProcedureVersion).order_by(ProcedureVersion.id)).first()
    by = session.scalars(select(Person).order_by(Person.id)).first()
    procedure, now = library.procedure_of(version), datetime.now(UTC)
    form = procedure.forms[procedure.settings["start"]["referral"]]
    answers = {**invent(form, now, chance), "referral_received_at": now}
    cases.start(session, version, [cases.Child("Maya Doe")], answers, by=by, now=now)


def _words(engine: Engine) -> set[str]:
    """Return every word of the two that is kept anywhere."""
    with database.reading(engine)() as session:
        kept = [values.dump(each) for each in session.scalars(select(Record.answers))]
        kept += [values.dump(each) for each in session.scalars(select(Draft.typed))]
        kept += [values.dump(each) for each in session.scalars(select(HistoryEntry.detail))]
    return set(re.findall(rf"(?:{'|'.join(PEOPLE)})\d{{5}}", " ".join(kept)))


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve the application to this machine, and say at which port."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        # in its own thread, and with what the other side still holds open: else it goes on
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
