"""Read a scenario: who does what, when, and what must be true after it.

`read(path)` reports every mistake of the file at once. What only the procedure can know, whether a
task or a rule exists, is checked when the scenario is replayed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from processes.facts import KINDS
from processes.library import NATIONAL
from processes.scenarios import moments, sentences, source
from processes.scenarios.judges import Words
from processes.scenarios.source import Mistake, Named, Part, ScenarioUnreadable, Sequence, Text

Moment = TypeVar("Moment", date, datetime)
Answer = str | list[str] | list[dict[str, str | list[str]]]
LINKED = "linked case"  # names, in `for` and in `then`, the case opened for the other young person

MOST_CHILDREN = 20

_SCENARIO_KEYS = ("title", "procedure", "shows", "children", "closed_days", "steps")
_ACTIONS = ("start", "complete", "revise", "begin", "correct")
_STEP_KEYS = (
    "at", "note", *_ACTIONS, "by", "for", "of", "about",
    "answers_from", "answers", "add", "to", "because", "then",
)  # fmt: skip
_UNSAID = datetime.min.replace(tzinfo=UTC)
_PERSON = re.compile(r"(?P<name>[^()]+) \((?P<roles>[a-z_]+(?:, [a-z_]+)*)\)")
_PLACE = re.compile(rf"({'|'.join(KINDS)}) [1-9][0-9]?")


@dataclass(frozen=True)
class Actor:
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Expectation:
    line: int
    sentence: str  # as written, with the child when one is named
    child: str  # "" for every child of the step
    means: sentences.Sentence
    words: Words


@dataclass(frozen=True)
class Step:
    line: int
    at: datetime
    action: str  # "" when only time passes
    what: str  # the task, process, fact or origin the action is about
    by: Actor | None
    children: tuple[str, ...]  # () for every child of the scenario
    place: str
    about: str
    answers: Mapping[str, Answer]
    to: str
    because: str
    then: tuple[Expectation, ...]

    def __str__(self) -> str:
        doing = f"{self.action} {self.what}" if self.action else "time passes"
        return f"{moments.write(self.at)}, {doing}{' by ' + self.by.name if self.by else ''}"


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    procedure: str
    shows: tuple[str, ...]
    children: tuple[str, ...]
    closed_days: tuple[date, ...]
    steps: tuple[Step, ...]


def read(path: Path) -> Scenario:
    """Return the scenario; raise ScenarioUnreadable with every mistake in it."""
    tree = source.read(path)
    reader = _Reader(path)
    scenario = reader.scenario(tree)
    if reader.mistakes:
        raise ScenarioUnreadable(path.name, reader.mistakes)
    return scenario


class _Reader:
    """Keeps what is wrong so far, and where the answers of `answers_from` are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mistakes: list[Mistake] = []
        self.children: tuple[str, ...] = ()

    def scenario(self, tree: Part) -> Scenario:
        parts = self.named(tree, _SCENARIO_KEYS, "A scenario")
        for needed in ("title", "procedure", "children", "steps"):
            if needed not in parts:
                self.wrong(tree, f"A scenario needs “{needed}”.")
        self.children = tuple(self.texts(parts.get("children")))
        if len(set(self.children)) < len(self.children) or len(self.children) > MOST_CHILDREN:
            self.wrong(tree, f"The children are up to {MOST_CHILDREN}, each named once.")
        return Scenario(
            name=self.path.stem,
            title=self.text(parts.get("title")),
            procedure=self.text(parts.get("procedure")),
            shows=tuple(self.texts(parts.get("shows"))),
            children=self.children,
            closed_days=tuple(self.days(parts.get("closed_days"))),
            steps=tuple(self.steps(parts.get("steps"))),
        )

    def steps(self, part: Part | None) -> list[Step]:
        steps: list[Step] = []
        for one in self.parts_of(part):
            steps.append(self.step(one, steps[-1].at if steps else None))
        return steps

    def step(self, part: Part, before: datetime | None) -> Step:
        parts = self.named(part, _STEP_KEYS, "A step")
        at = self.moment(parts.get("at"), moments.read_moment)
        if "at" not in parts and not before:
            self.wrong(part, "The step does not say when: “at: Fri 4 Dec 2026 16:50”.")
        if at and before and at < before:
            self.wrong(parts["at"], "The step is earlier than the one before it.")
        action = self.action(part, parts)
        return Step(
            line=part.line,
            at=at or before or _UNSAID,
            action=action,
            what=self.text(parts.get(action)),
            by=self.actor(parts.get("by"), part, action),
            children=tuple(self.child(one) for one in self.parts_of(parts.get("for"))),
            place=self.place(parts.get("of")),
            about=self.text(parts.get("about")),
            answers=self.all_answers(parts),
            to=self.text(parts.get("to")),
            because=self.text(parts.get("because")),
            then=tuple(self.expectations(parts.get("then"), bool(action))),
        )

    def action(self, part: Part, parts: Mapping[str, Part]) -> str:
        actions = [one for one in _ACTIONS if one in parts]
        if len(actions) > 1:
            self.wrong(part, f"A step does one thing, not “{actions[0]}” and “{actions[1]}”.")
        action = actions[0] if actions else ""
        if action == "correct" and not ("to" in parts and "because" in parts):
            self.wrong(part, "A correction says “to” what, and “because” of what.")
        return action

    def actor(self, part: Part | None, step: Part, action: str) -> Actor | None:
        if part is None:
            if action:
                self.wrong(step, "The step does not say by whom: “by: Tom Reyes (team_manager)”.")
            return None
        found = _PERSON.fullmatch(self.text(part))
        if not found:
            self.wrong(part, "A person is a name and roles, as in “Tom Reyes (team_manager)”.")
            return None
        return Actor(found["name"].strip(), tuple(found["roles"].split(", ")))

    def place(self, part: Part | None) -> str:
        place = self.text(part)
        if part and not _PLACE.fullmatch(place):
            self.wrong(part, "“of” says which one, as in “discussion 2” or “enquiry 1”.")
        return place

    def child(self, part: Part) -> str:
        name = self.text(part)
        if name not in (*self.children, LINKED):
            self.wrong(part, f"“{name}” is not among this scenario's children.")
        return name

    def expectations(self, part: Part | None, is_action: bool) -> list[Expectation]:
        found: list[Expectation] = []
        for one in self.parts_of(part):
            if isinstance(one, Named):
                for child, said in one.parts.items():
                    self.child(Text(one.line, child))
                    found += [self.expectation(s, child, is_action) for s in self.parts_of(said)]
            else:
                found.append(self.expectation(one, "", is_action))
        return found

    def expectation(self, part: Part, child: str, is_action: bool) -> Expectation:
        text = " ".join(self.text(part).split())
        understood = sentences.understand(text)
        if understood is None:
            self.wrong(part, f"“{text}” is not a sentence of the language; see docs/scenarios.md.")
            understood = (sentences.SENTENCES[0], {})
        means, words = understood
        if words.get("WHEN"):
            self.moment(Text(part.line, words["WHEN"]), moments.read_due)
        if means.about_refusal and not is_action:
            self.wrong(part, "Nothing was tried in this step, so nothing can be refused.")
        return Expectation(part.line, f"{child}: {text}" if child else text, child, means, words)

    def all_answers(self, parts: Mapping[str, Part]) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for name in self.parts_of(parts.get("answers_from")):
            answers |= self.answers(self.shared(name))
        answers |= self.answers(parts.get("answers"))
        for key, rows in self.answers(parts.get("add")).items():
            there = answers.get(key, [])
            if not isinstance(there, list) or not isinstance(rows, list):
                self.wrong(parts["add"], f"“add” adds rows; “{key}” is not a list of rows.")
            else:
                answers[key] = [*there, *rows]
        return answers

    def shared(self, part: Part) -> Part | None:
        """Return the answers of a file beside this scenario's, else beside England's."""
        name = self.text(part)
        here = self.path.resolve().parent
        folders = (here, here.parent.parent / NATIONAL / "scenarios")
        for folder in folders:
            file = folder / "answers" / f"{name}.yaml"
            if re.fullmatch("[a-z0-9_]+", name) and file.is_file():
                return self.file(file, part)
        self.wrong(part, f"There is no file answers/{name}.yaml.")
        return None

    def file(self, file: Path, asked_by: Part) -> Part | None:
        try:
            return source.read(file)
        except ScenarioUnreadable as error:
            self.wrong(asked_by, f"{file.name} cannot be read: {error}")
            return None

    def answers(self, part: Part | None) -> dict[str, Answer]:
        if part is None:
            return {}
        if not isinstance(part, Named):
            self.wrong(part, "Answers are questions and what is answered: “threshold: met”.")
            return {}
        return {key: self.answer(value) for key, value in part.parts.items()}

    def answer(self, part: Part) -> Answer:
        if isinstance(part, Text):
            return part.value
        if isinstance(part, Sequence):
            if all(isinstance(one, Named) for one in part.parts):
                return [self.row(one) for one in part.parts]
            return [self.text(one) for one in part.parts]
        self.wrong(part, "An answer is words, a list of choices, or a list of rows.")
        return ""

    def row(self, part: Part) -> dict[str, str | list[str]]:
        cells = part.parts if isinstance(part, Named) else {}
        return {
            key: self.texts(cell) if isinstance(cell, Sequence) else self.text(cell)
            for key, cell in cells.items()
        }

    def named(self, part: Part, known: tuple[str, ...], what: str) -> Mapping[str, Part]:
        if not isinstance(part, Named):
            self.wrong(part, f"{what} is written as names and values: “{known[0]}: …”.")
            return {}
        for key, value in part.parts.items():
            if key not in known:
                self.wrong(value, f"{what} has no “{key}”; it may have {', '.join(known)}.")
        return part.parts

    def parts_of(self, part: Part | None) -> list[Part]:
        """Return the parts of a list; one thing alone counts as a list of it."""
        if part is None:
            return []
        return part.parts if isinstance(part, Sequence) else [part]

    def texts(self, part: Part | None) -> list[str]:
        return [self.text(one) for one in self.parts_of(part)]

    def text(self, part: Part | None) -> str:
        if isinstance(part, Text):
            return part.value
        if part is not None:
            self.wrong(part, "Plain words are needed here.")
        return ""

    def days(self, part: Part | None) -> list[date]:
        read = (self.moment(one, moments.read_day) for one in self.parts_of(part))
        return [day for day in read if day is not None]

    def moment(self, part: Part | None, read: Callable[[str], Moment]) -> Moment | None:
        if part is None:
            return None
        try:
            return read(self.text(part))
        except moments.NotADate as error:
            self.wrong(part, str(error))
            return None

    def wrong(self, part: Part | None, says: str) -> None:
        self.mistakes.append(Mistake(part.line if part else 1, says))
