"""The history of a case in plain words: who did what, as a colleague would say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app import formats, words
from processes.library import Procedure
from processes.models import HistoryEntry


def say(entry: HistoryEntry, procedure: Procedure, now: datetime) -> str:
    """Say what happened, as a colleague would."""
    tell = _TOLD.get(entry.what)
    return tell(entry, procedure, now) if tell else entry.what.replace("_", " ").capitalize()


def _started(entry: HistoryEntry, procedure: Procedure, _: datetime) -> str:
    return f"Started the case by the procedure of {procedure.title}"


def _completed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"Completed: {entry.detail['name']}"


def _claimed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    before = entry.detail["before"]
    if entry.what == "task released":
        return f"Gave back: {entry.detail['name']}"
    return f"Took on: {entry.detail['name']}{f', from {before}' if before else ''}"


def _mailed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    about = f"“{detail['name']}” to {detail['to']}"
    if entry.what == "mail sent again":
        return f"Sent the mail {about} again"
    return f"The mail {about} could not be delivered. The mail server said: {detail['problem']}"


def _handed_over(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    return f"Handed over to {detail['name_of_receiver']}: {detail['name']}. Note: {detail['note']}"


def _revised(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    return f"Wrote version {detail['edition']} of: {detail['name']}. Reason: {detail['why']}"


def _sent_back(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"Sent back: {entry.detail['name']}. Reason: {entry.detail['why']}"


def _passed(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail, late = entry.detail, entry.detail.get("late_by")
    told = f", told {_span(late)} later" if late and late >= timedelta(minutes=5) else ""
    return f"The deadline passed: {detail['name']} ({detail['rule']}){told}"


def _came(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"The time came: {entry.detail['name']}"


def _reminded(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    detail = entry.detail
    to = "Reminder" if entry.what == "reminded" else "Passed on to the next manager"
    return f"{to}: {detail['name']} ({detail['rule']}), due {formats.day(detail['due_at'], now)}"


def _done(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    note = entry.detail.get("note")
    return f"Done: {entry.detail['name']}{f'. {note}' if note else ''}"


def _to_do_after_all(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    detail = entry.detail
    done = f"said to be done {formats.moment(detail['was'], now)}"
    note = f", “{detail['note']}”" if detail["note"] else ""
    return f"To do after all: {detail['name']}, {done}{note}. Reason: {detail['why']}"


def _moved(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    was, is_now = (formats.moment(entry.detail[each], now) for each in ("was", "now"))
    return f"The deadline {entry.detail['rule']} moved from {was} to {is_now}"


def _incident(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    if entry.what == "incident opened":
        return "Something went wrong in this case; its timers wait until a manager lets them go on"
    return "Let the timers of the case go on after something went wrong"


def _process(entry: HistoryEntry, procedure: Procedure, _: datetime) -> str:
    begun_or_ended = {"process began": "Began", "process withdrawn": "No longer needed"}
    said = begun_or_ended.get(entry.what, "Finished")
    why = entry.detail.get("why")
    return f"{said}: {words.stage(procedure, entry.detail['process'])}{f'. {why}' if why else ''}"


def _closed(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    if entry.what == "case closed":
        return "The case was closed"
    detail = entry.detail
    closed = formats.moment(detail["was"], now)
    return f"The case, closed {closed}, was opened again. Reason: {detail['why']}"


def _corrected(entry: HistoryEntry, procedure: Procedure, now: datetime) -> str:
    detail = entry.detail
    name = words.question(procedure, detail["name"])
    was, is_now = words.value(detail["was"], now), words.value(detail["now"], now)
    return f"Corrected “{name}” from {was} to {is_now}. Reason: {detail['why']}"


def _paper(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    kind = {"ics": "a calendar file"}.get(detail["kind"], detail["kind"].upper())
    return f"Made a copy as {kind}: {detail['name']}, version {detail['edition']}"


def _read(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    of, name = entry.detail["of"], entry.detail["name"]
    return "Opened the case’s page" if of == "case" else f"Opened the {of} “{name}”"


WHY_REFUSED = {
    "role": "the page belongs to other roles",
    "stranger": "the case is not one of theirs",
    "subject": "the concern is about them",
}


def _refused(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    return f"Was refused a page: {WHY_REFUSED[entry.detail['why']]}"


def _opened(entry: HistoryEntry, _: Procedure, now: datetime) -> str:
    until = formats.moment(entry.detail["until"], now)
    return f"Opened the case for themselves until {until}. Reason: {entry.detail['why']}"


def _replied(entry: HistoryEntry, _: Procedure, __: datetime) -> str:
    detail = entry.detail
    said = "accepts" if detail["accepts"] else "declines"
    note = f": {detail['note']}" if detail["note"] else ""
    return f"{detail['name']} {said} the invitation{note}"


# what is no event of the case, and is shown apart
LOOKS = frozenset({"read", "refused"})

_TOLD: dict[str, Callable[[HistoryEntry, Procedure, datetime], str]] = {
    "case started": _started,
    "task completed": _completed,
    "task claimed": _claimed,
    "task released": _claimed,
    "task handed over": _handed_over,
    "mail not delivered": _mailed,
    "mail sent again": _mailed,
    "record revised": _revised,
    "step sent back": _sent_back,
    "fact corrected": _corrected,
    "action done": _done,
    "action reopened": _to_do_after_all,
    "deadline passed": _passed,
    "timer fired": _came,
    "timer moved": _moved,
    "reminded": _reminded,
    "escalated": _reminded,
    "process began": _process,
    "process ended": _process,
    "process withdrawn": _process,
    "stage ended": _process,
    "case closed": _closed,
    "case reopened": _closed,
    "incident opened": _incident,
    "incident resolved": _incident,
    "paper made": _paper,
    "read": _read,
    "refused": _refused,
    "case opened": _opened,
    "invitation replied to": _replied,
    "copy confirmed": lambda entry, *_: f"Confirmed their own copy: {entry.detail['name']}",
}


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} hours" if hours else f"{minutes} minutes"
