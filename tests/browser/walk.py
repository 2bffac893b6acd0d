"""Walk a scenario through the pages: each step by the person it names, in a browser of their own.

What must be true after each step is judged as in any replay of the scenario; here the steps are
taken in Chromium, on a server whose clock is moved to each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import time_machine
from flask import Flask
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select

from app import demo, standing
from app.answers import CHILD
from app.filled import parted
from forms import Component, Form
from forms.fields import DATE_PARTS, TIME_PARTS
from processes import database
from processes.models import Case, Person, Task
from processes.scenarios.answers import written
from processes.scenarios.language import Actor, Step
from processes.scenarios.replay import CannotTake, Replay
from processes.scenarios.seen import Refusal
from tests.browser.hands import Hand, Pointer

Posted = dict[str, list[str]]
# what people answer, in rows that a page begins with, where the scenario says nothing of it
ROUTINE = {"sent_how": ["secure_mail"]}
# what a page asks: the texts given so far, by the names of its fields
FIELDS = """() => {
  const found = {}
  for (const each of document.querySelectorAll('main [name]:not([type=hidden]):not(button)')) {
    const given = found[each.name] ??= []
    const isOn = each.type === 'radio' || each.type === 'checkbox' ? each.checked : each.value
    if (isOn) given.push(each.value)
  }
  return found
}"""


@dataclass(kw_only=True)
class Walk(Replay):
    """One scenario, walked through the pages of a server that runs."""

    app: Flask
    address: str
    browser: Browser
    hand: Hand = field(default_factory=Pointer)
    width: int = 1280
    pages: dict[str, Page] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = self.app.extensions["engine"]
        self.sessions = database.writing(self.engine)
        first = self.scenario.steps[0].at
        with self.sessions.begin() as session:
            self.version_id = standing.in_force(session, first)[self.procedure.name].id
            self._add_people(session)
        self.clock = time_machine.travel(first, tick=False)
        self.coordinates = self.clock.start()

    def close(self) -> None:
        self.clock.stop()
        for page in self.pages.values():
            page.context.close()

    def let_pass_until(self, moment: datetime) -> None:
        super().let_pass_until(moment)
        self.coordinates.move_to(moment)

    def take(self, step: Step) -> Refusal | None:
        if not step.action or step.by is None:
            return None
        page = self.page_of(step.by)
        says = next(
            (each for each in getattr(self, f"_walk_{step.action}")(step, page) if each), ""
        )
        if not says:
            return None
        rules = tuple(each.words.get("RULE", "") for each in step.then)
        of = "signing" if any("signing" in each.sentence for each in step.then) else "answers"
        return self._expected(step, Refusal(of, rules, says))

    # what people do

    def _walk_start(self, step: Step, page: Page) -> Iterator[str]:
        self.open(page, "/tasks")
        self.press(page, page.get_by_role("link", name="Start a referral"))
        self.choose(page, "procedure", self.procedure.name)
        self.choose(page, "origin", step.what)
        self.press(page, page.get_by_role("button", name="Continue"))
        first = self.procedure.settings["start"][step.what]
        names = step.children or self.scenario.children
        children: Posted = {f"children-{n}-name": [name] for n, name in enumerate(names)}
        self.add_rows(page, "children", len(names))
        self.fill(page, children)
        says = self.answer(page, self.procedure.forms[first], step.answers, "Save and start")
        if not says:
            with self.sessions() as session:
                newest = select(Case).order_by(Case.id.desc()).limit(len(names))
                self.case_ids |= {each.child_name: each.id for each in session.scalars(newest)}
        yield says

    def _walk_complete(self, step: Step, page: Page) -> Iterator[str]:
        form = self.procedure.forms[step.what]
        with self.sessions() as session:
            cases = self._cases(session, step.children)
            case_ids = [case.id for case in cases]
            keys = [task.key for case in cases for task in self._tasks(session, case, step)]
        if not keys:
            raise CannotTake(f"The task {step.what} is not open.")
        for key in keys:
            with self.sessions() as session:
                if session.get(Task, key) is None:
                    continue  # completed together with a brother's or sister's
            self.open(page, f"/tasks/{key}")
            self.choose_children(page, {str(case_id) for case_id in case_ids})
            yield self.answer(page, form, step.answers, form.button)

    def _walk_revise(self, step: Step, page: Page) -> Iterator[str]:
        form = self.procedure.forms[step.what]
        with self.sessions() as session:
            cases = self._cases(session, step.children)
            records = [(case.id, self._record(session, case, step).id) for case in cases]
        about = {str(case_id) for case_id, _ in records}
        for case_id, record_id in records:
            with self.sessions() as session:
                case = session.get_one(Case, case_id)
                if self._record(session, case, step).id != record_id:
                    continue  # put right together with a brother's or sister's
            self.open(page, f"/cases/{case_id}")
            self.press(page, page.locator(f'a[href="/records/{record_id}"]').first)
            self.press(page, page.locator(f'a[href="/records/{record_id}/revise"]'))
            self.choose_children(page, about)
            self.write(page, "_why", step.because or "Put right")
            yield self.answer(page, form, step.answers, "Save the new version")

    def choose_children(self, page: Page, about: set[str]) -> None:
        """Tick the children a page is to be about, and no others."""
        for box in page.locator(f'input[name="{CHILD}"][type=checkbox]:enabled').all():
            self.hand.tick(page, box, box.get_attribute("value") in about)

    def _walk_begin(self, step: Step, page: Page) -> Iterator[str]:
        with self.sessions() as session:
            cases = [case.id for case in self._cases(session, step.children)]
        for case_id in cases:
            self.open(page, f"/cases/{case_id}")
            self.press(page, page.locator(f'button[formaction$="/begin/{step.what}"]'))
        yield ""

    def _walk_correct(self, step: Step, page: Page) -> Iterator[str]:
        raise NotImplementedError

    # how they do it

    def page_of(self, actor: Actor) -> Page:
        """Return the page of a person, who is signed in there, on a browser of their own."""
        email = email_of(actor)
        if email not in self.pages:
            size = {"width": self.width, "height": 800}
            context = self.browser.new_context(base_url=self.address, viewport=size)  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            self.pages[email] = context.new_page()
        page = self.pages[email]
        page.goto("/tasks")
        if "/sign-in" in page.url:
            self.write(page, "email", email)
            self.write(page, "password", demo.PASSWORD)
            self.press(page, page.locator("main").get_by_role("button", name="Sign in"))
        return page

    def open(self, page: Page, address: str) -> None:
        """Go to a page; its address stands for the way there by links."""
        answered = page.goto(address)
        if answered is None or answered.status != 200:
            raise CannotTake(f"{address}: {page.locator('h1').inner_text()}")

    def answer(self, page: Page, form: Form, answers: Mapping[str, Any], button: str) -> str:
        """Fill a form in, asking for its further questions, and send it; return what it refuses."""
        wanted = posted(form, written(form, answers))
        for question in form.questions():
            if question.type == "dynamiclist" and question.key in answers:
                self.add_rows(page, question.key, len(answers[question.key]))
        while True:
            left = self.fill(page, wanted)
            further = page.get_by_role("button", name="Show further questions")
            if len(left) == len(wanted) or not left or not further.count():
                break
            wanted = left
            self.press(page, further)
        self.press(page, page.get_by_role("button", name=button, exact=True).last)
        summary = page.locator(".govuk-error-summary")
        if summary.count() and "further questions" in summary.inner_text():
            self.fill(page, wanted)
            self.press(page, page.get_by_role("button", name=button, exact=True).last)
        return summary.inner_text() if summary.count() else ""

    def add_rows(self, page: Page, key: str, count: int) -> None:
        """Press “Add another” until the list has so many rows."""
        rows = page.locator(f'[id="{key}"] .app-rows__row')
        add = page.locator(f'button[name="_button"][value="add {key}"]')
        while add.count() and rows.count() < count:
            self.press(page, add)

    def fill(self, page: Page, wanted: Posted) -> Posted:
        """Answer what the page asks, in its order; return what it does not ask."""
        there: dict[str, list[str]] = page.evaluate(FIELDS)
        asked = set()
        for name, given in there.items():
            same = parted(name)[1]  # a question asked of each child is answered alike for each
            asked.add(same)
            texts = wanted.get(same, given) or ROUTINE.get(same.rpartition("-")[2], [])
            if given != [each for each in texts if each]:
                self._fill(page, page.locator(f'[name="{name}"]:not([type=hidden])'), texts)
        return {name: texts for name, texts in wanted.items() if name not in asked}

    def _fill(self, page: Page, fields: Locator, texts: list[str]) -> None:
        kind = fields.first.get_attribute("type")
        if kind == "checkbox":
            for box in fields.all():
                self.hand.tick(page, box, box.get_attribute("value") in texts)
        elif kind == "radio":
            for radio in fields.all():
                if texts and radio.get_attribute("value") == texts[0]:
                    self.hand.choose(page, radio, texts[0])
        elif fields.first.evaluate("e => e.localName") == "select":
            self.hand.choose(page, fields.first, texts[0] if texts else "")
        else:
            self.hand.write(page, fields.first, texts[0] if texts else "")

    def press(self, page: Page, target: Locator) -> None:
        """Press what leads to another page, or to this one anew, and wait until it is there."""
        with page.expect_navigation():
            self.hand.press(page, target)

    def write(self, page: Page, name: str, text: str) -> None:
        self.hand.write(page, page.locator(f'[name="{name}"]'), text)

    def choose(self, page: Page, name: str, value: str) -> None:
        self.hand.choose(page, page.locator(f'[name="{name}"][value="{value}"]'), value)

    def _add_people(self, session: Any) -> None:
        hasher = self.app.extensions["doorkeeper"].hasher
        hashed = hasher.hash(demo.PASSWORD)
        roles: dict[tuple[str, str], list[str]] = {}
        for step in self.scenario.steps:
            if step.by:
                held = roles.setdefault((step.by.name, email_of(step.by)), [])
                held += [role for role in step.by.roles if role not in held]
        for (name, email), held in roles.items():
            known = session.scalars(select(Person).where(Person.email == email)).first()
            if known:
                known.roles = [*known.roles, *(each for each in held if each not in known.roles)]
            else:
                session.add(Person(name=name, email=email, password_hash=hashed, roles=held))


def email_of(actor: Actor) -> str:
    """Return the address by which somebody of a scenario signs in: one person, all their roles."""
    return f"{actor.name.lower().replace(' ', '.')}@example.org"


def posted(form: Form, answers: Mapping[str, Any]) -> Posted:
    """Return answers as a page posts them: texts by the names of its fields, in its order."""
    found: Posted = {}
    for question in form.questions():
        if question.key in answers:
            found |= dict(_posted(question, question.key, answers[question.key]))
    return found


def _posted(question: Component, name: str, answer: Any) -> Iterator[tuple[str, list[str]]]:
    if question.type == "dynamiclist":
        for row, given in enumerate(answer):
            for each in question.questions():
                if each.key in given or each.type == "textfield":  # not what the page began with
                    yield from _posted(each, f"{name}-{row}-{each.key}", given.get(each.key, ""))
    elif question.type in ("date", "datetime"):
        parts = DATE_PARTS if question.type == "date" else TIME_PARTS
        for part in parts:
            yield f"{name}-{part}", [_part(answer, part)]
    elif question.type == "checklist":
        yield name, [answer] if isinstance(answer, str) else list(answer)
    else:
        yield name, [str(answer)]


def _part(moment: date | str, part: str) -> str:
    if not isinstance(moment, date):
        return ""
    return (
        f"{getattr(moment, part):02}" if part in ("hour", "minute") else str(getattr(moment, part))
    )
