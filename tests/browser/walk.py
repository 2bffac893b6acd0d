"""Walk a scenario through the pages: each step by the person it names, in a browser of their own.

What must be true after each step is judged as in any replay of the scenario; here the steps are
taken in Chromium, on a server whose clock is moved to each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import time_machine
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Response
from sqlalchemy import select

from app import demo, standing
from app.answers import CHILD
from app.filled import parted
from forms import Form
from processes import database
from processes.models import Case, Person, Task
from processes.scenarios.answers import written
from processes.scenarios.language import Actor, Step
from processes.scenarios.replay import CannotTake, Replay
from processes.scenarios.seen import Refusal
from tests.browser.hands import Hand, Pointer
from tests.browser.posted import Posted, posted

# what people answer, in rows that a page begins with, where the scenario says nothing of it
ROUTINE = {"sent_how": ["secure_mail"]}
# what a page asks, by the names of its fields: their type, what may be chosen, what is given so far
FIELDS = """() => {
  const found = {}
  for (const each of document.querySelectorAll('main [name]:not([type=hidden]):not(button)')) {
    const {type, choices, given} = found[each.name] ??= {type: each.type, choices: [], given: []}
    const isChosen = type === 'radio' || type === 'checkbox'
    if (isChosen) choices.push(each.value)
    if (isChosen ? each.checked : each.value) given.push(each.value)
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
        says = next(
            (each for each in getattr(self, f"_walk_{step.action}")(step, step.by) if each), ""
        )
        if not says:
            return None
        rules = tuple(each.words.get("RULE", "") for each in step.then)
        of = "signing" if any("signing" in each.sentence for each in step.then) else "answers"
        return self._expected(step, Refusal(of, rules, says))

    # what people do

    def _walk_start(self, step: Step, by: Actor) -> Iterator[str]:
        page = self.open(by, "/tasks")
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

    def _walk_complete(self, step: Step, by: Actor) -> Iterator[str]:
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
            page = self.open(by, f"/tasks/{key}")
            self.choose_children(page, {str(case_id) for case_id in case_ids})
            yield self.answer(page, form, step.answers, form.button)

    def _walk_revise(self, step: Step, by: Actor) -> Iterator[str]:
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
            page = self.open(by, f"/cases/{case_id}")
            self.press(page, page.locator(f'a[href="/records/{record_id}"]').first)
            self.press(page, page.locator(f'a[href="/records/{record_id}/revise"]'))
            self.choose_children(page, about)
            self.write(page, "_why", step.because or "Put right")
            yield self.answer(page, form, step.answers, "Save the new version")

    def choose_children(self, page: Page, about: set[str]) -> None:
        """Tick the children a page is to be about, and no others."""
        for box in page.locator(f'input[name="{CHILD}"][type=checkbox]:enabled').all():
            self.hand.tick(page, box, box.get_attribute("value") in about)

    def _walk_begin(self, step: Step, by: Actor) -> Iterator[str]:
        with self.sessions() as session:
            cases = [case.id for case in self._cases(session, step.children)]
        for case_id in cases:
            page = self.open(by, f"/cases/{case_id}")
            self.press(page, page.locator(f'button[formaction$="/begin/{step.what}"]'))
        yield ""

    def _walk_correct(self, step: Step, by: Actor) -> Iterator[str]:
        raise NotImplementedError

    # how they do it

    def open(self, by: Actor, address: str) -> Page:
        """Go to a page, which stands for the way there by links, and sign in if it asks for it."""
        page = self.page_of(by)
        answered = page.goto(address)
        if "/sign-in" in page.url:
            self.write(page, "email", email_of(by))
            self.write(page, "password", demo.PASSWORD)
            button = page.locator("main").get_by_role("button", name="Sign in")
            answered = self.press(page, button)
        if answered is None or answered.status != 200:
            raise CannotTake(f"{address}: {page.locator('h1').inner_text()}")
        return page

    def page_of(self, actor: Actor) -> Page:
        """Return the page of a person, on a browser of their own."""
        email = email_of(actor)
        if email not in self.pages:
            size = {"width": self.width, "height": 800}
            context = self.browser.new_context(base_url=self.address, viewport=size)  # type: ignore[arg-type]
            self.pages[email] = context.new_page()
        return self.pages[email]

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
        there: dict[str, dict[str, Any]] = page.evaluate(FIELDS)
        asked = set()
        for name, field_ in there.items():
            same = parted(name)[1]  # a question asked of each child is answered alike for each
            asked.add(same)
            texts = wanted.get(same, field_["given"]) or ROUTINE.get(same.rpartition("-")[2], [])
            if field_["given"] != [each for each in texts if each]:
                self._fill(page, name, texts, **field_)
        return {name: texts for name, texts in wanted.items() if name not in asked}

    def _fill(
        self,
        page: Page,
        name: str,
        texts: list[str],
        *,
        type: str,
        choices: list[str],
        given: list[str],
    ) -> None:
        if type == "checkbox":
            for each in choices:
                if (each in texts) != (each in given):
                    self.hand.tick(page, self._named(page, name, each), each in texts)
        elif type == "radio":
            if texts and texts[0] in choices:
                self.hand.choose(page, self._named(page, name, texts[0]), texts[0])
        elif type == "select-one":
            self.hand.select(page, self._named(page, name), texts[0] if texts else "")
        else:
            self.write(page, name, texts[0] if texts else "")

    def press(self, page: Page, target: Locator) -> Response | None:
        """Press what leads to another page, or to this one anew, and wait until it is there."""
        with page.expect_navigation() as led:
            self.hand.press(page, target)
        return led.value

    def write(self, page: Page, name: str, text: str) -> None:
        self.hand.write(page, self._named(page, name), text)

    def choose(self, page: Page, name: str, value: str) -> None:
        self.hand.choose(page, self._named(page, name, value), value)

    def _named(self, page: Page, name: str, value: str | None = None) -> Locator:
        chosen = "" if value is None else f'[value="{value}"]'
        return page.locator(f'[name="{name}"]{chosen}:not([type=hidden])')

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
