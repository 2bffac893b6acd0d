"""Deadlines: those that run, those that passed with the duty undone, and those of what is done."""

from __future__ import annotations

from dataclasses import dataclass

from app import standing
from app.sections.page import CasePage
from processes.deadlines import Deadline


@dataclass(frozen=True)
class Deadlines:
    """A case's deadlines by how they stand, each list the earliest first. In a case that is closed
    none runs.
    """

    running: list[Deadline]
    late: list[Deadline]
    done: list[Deadline]
    ended: list[Deadline]


def load(page: CasePage) -> Deadlines:
    done = [each for each in page.deadlines if each.until_at is not None]
    if page.case.closed_at:
        return Deadlines([], [], done, [each for each in page.deadlines if each.until_at is None])
    late = [each for each in page.deadlines if standing.is_late(each)]
    running = [each for each in page.deadlines if each.state == "running"]
    return Deadlines(running, late, done, [])
