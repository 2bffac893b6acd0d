"""What a replay sees of one child's case at one moment: what the sentences are judged on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from processes.calendar import Calendar
from processes.deadlines import Deadline
from processes.scenarios import moments


class OpenTask(NamedTuple):
    name: str
    roles: tuple[str, ...]
    place: str  # "", "discussion 2" or "enquiry 1"
    about: str  # the rule a task beside the pathway was started about, or ""
    asks: Callable[[], frozenset[str]]


class Signed(NamedTuple):
    task: str
    place: str
    version: int
    written_by: str
    is_signed: bool
    said: str


class Refusal(NamedTuple):
    of: str  # "signing", "answers" or "person"
    rules: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Seen:
    """One child's case as it stands at one moment, and how the step just taken went."""

    is_open: bool
    now: datetime
    tasks: tuple[OpenTask, ...]
    deadlines: tuple[Deadline, ...]
    fact: Callable[[str, str], object]  # by place and name; place "" is the latest anywhere
    records: tuple[Signed, ...]
    counts: Mapping[str, int]
    history: tuple[str, ...]
    informed: frozenset[tuple[str, str]]  # ("reminded" | "escalated", rule)
    linked: tuple[bool, ...]  # for each linked case: is it open
    refusal: Refusal | None
    calendar: Calendar


def spoken(value: object) -> str:
    """Return a fact's value as a scenario writes it."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moments.write(value)
    if isinstance(value, date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if isinstance(value, list | tuple):
        return ", ".join(spoken(one) for one in value)
    return str(value)
