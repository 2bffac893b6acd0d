"""The child's story in order: what every record says happened, and what was added to it in lists.

A record stands at the moment that its form marks as when it happened (`"happened": "yes"`), else at
the moment it was written. The rows of a list that `"becomes": "chronology"` stand at their `when`,
told apart as fact, observation, allegation or opinion. Nothing is kept twice: it is read from the
records, the deadlines that passed, and the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from app.sections.page import CasePage
from forms import Form
from forms.local_time import LONDON
from processes.models import Record

KINDS = {
    "fact": "Fact",
    "observation": "Observation",
    "allegation": "Allegation",
    "opinion": "Opinion",
    "record": "Record",
    "event": "Event",
}
SHOWN = 10  # of the latest entries, on the child's page


@dataclass(frozen=True)
class Entry:
    """One line of a child's story: when it happened, what, what kind of thing that is, by whom."""

    at: date | datetime
    what: str
    kind: str
    by: str = ""
    source: str = ""
    record_id: int | None = None

    @property
    def kind_in_words(self) -> str:
        return KINDS.get(self.kind, "Not said what kind")

    @property
    def moment(self) -> datetime:
        """A day without a time stands before what happened at some time of it."""
        if isinstance(self.at, datetime):
            return self.at
        return datetime.combine(self.at, time.min, LONDON)


def load(page: CasePage) -> list[Entry]:
    """Return the whole story, the earliest first."""
    entries = [*_events(page)]
    for record in page.records:
        form = page.procedure.forms.get(record.element)
        if form is not None:
            entries += _of_record(record, form)
    return sorted(entries, key=lambda each: each.moment)


def _of_record(record: Record, form: Form) -> Iterator[Entry]:
    by = record.recorded_by.name
    yield Entry(_happened(record, form), record.name, "record", by, record_id=record.id)
    for asked in form.becoming("chronology"):
        for row in record.answers.get(asked.key) or []:
            at = row.get("when") or record.recorded_at
            source = row.get("source") or ""
            kind = row.get("kind") or ""
            yield Entry(at, row.get("what") or "", kind, by, source, record.id)


def _happened(record: Record, form: Form) -> Any:
    """Return when that happened which a record is about."""
    marked = (each.key for each in form.questions() if each.properties.get("happened") == "yes")
    given = (record.answers.get(key) for key in marked)
    return next((each for each in given if isinstance(each, date)), record.recorded_at)


def _events(page: CasePage) -> Iterator[Entry]:
    yield Entry(page.case.opened_at, "The case began", "event")
    for entry in page.history:
        if entry.what == "deadline passed":
            yield Entry(entry.at, f"A deadline passed: {entry.detail['name']}", "event")
        elif entry.what == "case closed":
            yield Entry(entry.at, "The case was closed", "event")
        elif entry.what == "case reopened":
            yield Entry(entry.at, f"The case was opened again: {entry.detail['why']}", "event")
