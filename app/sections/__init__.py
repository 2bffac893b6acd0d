"""The sections of a child's page, in order: each a loader here and a partial in templates/cases/.

A new section is a function from the page to what it shows, a row of `SECTIONS`, and a partial
`templates/cases/_<key>.html`, which finds what was loaded as `it`. A section is for those who see
the whole case unless its row says that it holds nothing else (see `processes.sight`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.sections import (
    actions,
    beside,
    chronology,
    copies,
    deadlines,
    history,
    invitations,
    known,
    people,
    tasks,
    way,
)
from app.sections.page import CasePage
from processes.roles import Depth


@dataclass(frozen=True)
class Section:
    """One section: the key that its partial and its place on the page are named by, and a title."""

    key: str
    title: str
    load: Callable[[CasePage], Any]
    depth: Depth = Depth.WHOLE


@dataclass(frozen=True)
class Loaded:
    """A section with what it shows."""

    key: str
    title: str
    it: Any


SECTIONS = (
    Section("tasks", "Open tasks", tasks.load, Depth.DATES),
    Section("deadlines", "Deadlines", deadlines.load, Depth.DATES),
    Section("invitations", "Invitations", invitations.load, Depth.PARTS),
    Section("drawn", "Where the case is", way.maps, Depth.DATES),
    Section("beside", "What can be begun now", beside.load, Depth.DATES),
    Section("actions", "Actions", actions.load),
    Section("people", "People", people.load),
    Section("chronology", "Chronology", chronology.load),
    Section("records", "Records by stage", way.stages, Depth.DATES),
    Section("copies", "Copies of records", copies.load, Depth.PARTS),
    Section("known", "What is known", known.load),
    Section("history", "History", history.load),
)


def load(page: CasePage) -> list[Loaded]:
    """Load every section that has something to show."""
    seen = [each for each in SECTIONS if each.depth <= page.seen.depth]
    loaded = [Loaded(each.key, each.title, each.load(page)) for each in seen]
    return [each for each in loaded if each.it is not None]
