"""The sentences a scenario may say after a step, each with what makes it true.

`SENTENCES` is the whole grammar. Words in capitals are slots:

    TASK      a task's id: sign_strategy_discussion
    RULE      a deadline's rule: BH-12, or BH-11 follow-up
    OF        nothing, or " of discussion 2", " of enquiry 1": which one of several is meant
    ROLE      a role's id: team_manager         FACT      a fact's or a question's key
    WHEN      Mon 7 Dec 2026 23:59:59, or Mon 7 Dec 2026 for the end of that day
    COUNT     no, 1, 2 …                        UNIT      minutes, hours, days, working days
    TEXT      words between double quotes, found anywhere in what is said
    VALUE     yes, no, a choice, a number, a date, a name; several with commas between

A sentence that names no child is about every child of its step.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from processes.calendar import day_of
from processes.deadlines import Deadline
from processes.scenarios import moments
from processes.scenarios.seen import OpenTask, Seen, Signed, spoken

Words = Mapping[str, str]
Found = tuple[bool, str]


class Sentence(NamedTuple):
    pattern: str
    holds: Callable[[Seen, Words], Found]
    about_refusal: bool = False

    def match(self, text: str) -> Words | None:
        found = _regex(self.pattern).fullmatch(text)
        return {k: v or "" for k, v in found.groupdict().items()} if found else None


def understand(text: str) -> tuple[Sentence, Words] | None:
    """Return the sentence of the grammar this is, with the words in its slots; else None."""
    for sentence in SENTENCES:
        words = sentence.match(text)
        if words is not None:
            return sentence, words
    return None


def _task_is_open(seen: Seen, words: Words) -> Found:
    about, role = words.get("RULE", ""), words.get("ROLE", "")
    there = [
        task
        for task in _tasks(seen, words)
        if about in ("", task.about) and (not role or role in task.roles)
    ]
    return bool(there), _tasks_in_words(seen.tasks)


def _task_is_not_open(seen: Seen, words: Words) -> Found:
    return not _tasks(seen, words), _tasks_in_words(seen.tasks)


def _task_asks(seen: Seen, words: Words) -> Found:
    asked = [task.asks() for task in _tasks(seen, words)]
    found = "; ".join(", ".join(sorted(one)) for one in asked) or _tasks_in_words(seen.tasks)
    return bool(asked) and all(words["FACT"] in one for one in asked), f"it asks: {found}"


def _task_does_not_ask(seen: Seen, words: Words) -> Found:
    holds, found = _task_asks(seen, words)
    return bool(_tasks(seen, words)) and not holds, found


def _tasks(seen: Seen, words: Words) -> list[OpenTask]:
    return [
        task
        for task in seen.tasks
        if task.name == words["TASK"] and words["OF"] in ("", task.place)
    ]


def _tasks_in_words(tasks: Iterable[OpenTask]) -> str:
    names = [
        f"{task.name}{' of ' + task.place if task.place else ''} for {' or '.join(task.roles)}"
        f"{', about ' + task.about if task.about else ''}"
        for task in tasks
    ]
    return "open: " + ("; ".join(names) or "nothing")


def _one_deadline(seen: Seen, words: Words) -> Deadline | str:
    """Return the deadline meant, or why there is not exactly one, in words."""
    place = words["OF"]
    meant = [
        one
        for one in seen.deadlines
        if one.rule == words["RULE"] and place in ("", f"{one.scope} {one.number}")
    ]
    if len(meant) == 1:
        return meant[0]
    if meant:
        places = " and ".join(f"{one.scope} {one.number}" for one in meant)
        return f"it applies to {places}; say which"
    others = ", ".join(sorted({one.rule for one in seen.deadlines})) or "none"
    return f"it does not apply; the deadlines are: {others}"


def _deadline(judge: Callable[[Deadline, Seen, Words], bool]) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        one = _one_deadline(seen, words)
        if isinstance(one, str):
            return False, one
        return judge(one, seen, words), _deadline_in_words(one)

    return holds


def _deadline_in_words(one: Deadline) -> str:
    done = f", done {spoken(one.until_at)}" if one.until_at else ""
    return f"{one.rule} is {one.state}, a {one.strength}, due {moments.write(one.due_at)}{done}"


def _is_state(state: str) -> Callable[[Seen, Words], Found]:
    return _deadline(lambda one, seen, words: one.state == state)


def _is_late_by(one: Deadline, seen: Seen, words: Words) -> bool:
    late = one.until_at or seen.now
    unit = words["UNIT"].removesuffix("s")
    days = seen.calendar.working_days_between(day_of(one.due_at), day_of(late))
    if unit == "working day":
        return one.state == "missed" and days == _count(words)
    if not isinstance(late, datetime):
        return False
    size = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    return one.state == "missed" and (late - one.due_at) // size[unit] == _count(words)


def _does_not_apply(seen: Seen, words: Words) -> Found:
    one = _one_deadline(seen, words)
    if isinstance(one, str):
        return one.startswith("it does not apply"), one
    return False, _deadline_in_words(one)


def _earliest(seen: Seen, words: Words) -> Found:
    live = sorted((one.due_at, one.rule) for one in seen.deadlines if one.state == "running")
    found = "; ".join(f"{rule} due {moments.write(due_at)}" for due_at, rule in live) or "none runs"
    return bool(live) and live[0][1] == words["RULE"], found


def _was_informed(kind: str, wanted: bool = True) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        rules = sorted(rule for what, rule in seen.informed if what == kind)
        return (words["RULE"] in rules) is wanted, f"{kind}: {', '.join(rules) or 'nothing'}"

    return holds


def _will(kind: str) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        one = _one_deadline(seen, words)
        if isinstance(one, str):
            return False, one
        planned: tuple[datetime, ...] = getattr(one, kind)
        wanted = moments.read_due(words["WHEN"])
        return wanted in planned, "at " + (", ".join(map(moments.write, planned)) or "no time")

    return holds


def _refused(of: str) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        if seen.refusal is None:
            return False, "it was accepted"
        rule, text = words.get("RULE", ""), words.get("TEXT", "")
        said = seen.refusal.of == of and text in seen.refusal.says
        under = not rule or rule in seen.refusal.rules
        rules = f" ({', '.join(seen.refusal.rules)})" if seen.refusal.rules else ""
        return said and under, f"{seen.refusal.of} refused: {seen.refusal.says}{rules}"

    return holds


def _case_is(is_open: bool) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        return seen.is_open is is_open, "the case is " + ("open" if seen.is_open else "closed")

    return holds


def _linked_is(is_open: bool) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        found = ", ".join("open" if one else "closed" for one in seen.linked) or "none"
        return is_open in seen.linked, f"linked cases: {found}"

    return holds


def _fact_is(seen: Seen, words: Words) -> Found:
    value = seen.facts.get((words["OF"], words["FACT"]))
    return spoken(value) == words["VALUE"], f"it is {spoken(value)}"


def _fact_is_not_known(seen: Seen, words: Words) -> Found:
    return _fact_is(seen, {**words, "VALUE": "not known"})


def _there_are(seen: Seen, words: Words) -> Found:
    thing = words["THING"]
    number = seen.counts.get(_SINGULAR.get(thing, thing), 0)
    return number == _count(words), f"there are {number}"


def _there_are_records(seen: Seen, words: Words) -> Found:
    number = sum(one.task == words["TASK"] and one.is_current for one in seen.records)
    return number == _count(words), f"there are {number}"


def _there_are_tasks(seen: Seen, words: Words) -> Found:
    number = sum(one.name == words["TASK"] for one in seen.tasks)
    return number == _count(words), f"there are {number}"


def _record(judge: Callable[[Signed, Words], bool]) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        records = [one for one in seen.records if one.task == words["TASK"] and one.is_current]
        if not records:
            return False, "there is no such record"
        last = records[-1]
        signed = f"signed by {last.by}" if last.by else "not signed"
        return judge(last, words), f"version {last.version}, {signed}: {last.said}"

    return holds


def _history_says(seen: Seen, words: Words) -> Found:
    said = " · ".join(seen.history[-6:])
    return any(words["TEXT"] in one for one in seen.history), f"it ends: {said}"


def _count(words: Words) -> int:
    return 0 if words["COUNT"] == "no" else int(words["COUNT"])


_SINGULAR = {
    "cases": "case", "linked cases": "linked case", "discussions": "discussion",
    "enquiries": "enquiry", "incidents": "incident", "open tasks": "open task",
}  # fmt: skip

SENTENCES = (
    Sentence("task TASK OF is open", _task_is_open),
    Sentence("task TASK OF is not open", _task_is_not_open),
    Sentence("task TASK OF is open for ROLE", _task_is_open),
    Sentence("task TASK OF is open about RULE", _task_is_open),
    Sentence("task TASK OF asks FACT", _task_asks),
    Sentence("task TASK OF does not ask FACT", _task_does_not_ask),
    Sentence("RULE OF is due WHEN", _deadline(
        lambda one, seen, words: one.due_at == moments.read_due(words["WHEN"]))),
    Sentence("RULE OF is running", _is_state("running")),
    Sentence("RULE OF is met", _is_state("met")),
    Sentence("RULE OF is missed", _is_state("missed")),
    Sentence("RULE OF is missed by COUNT UNIT", _deadline(_is_late_by)),
    Sentence("RULE OF is a STRENGTH", _deadline(
        lambda one, seen, words: one.strength == words["STRENGTH"])),
    Sentence("RULE OF does not apply", _does_not_apply),
    Sentence("RULE OF is to be reminded WHEN", _will("remind")),
    Sentence("RULE OF is to be escalated WHEN", _will("escalate")),
    Sentence("RULE has been reminded", _was_informed("reminded")),
    Sentence("RULE has been escalated", _was_informed("escalated")),
    Sentence("RULE has not been reminded", _was_informed("reminded", wanted=False)),
    Sentence("RULE has not been escalated", _was_informed("escalated", wanted=False)),
    Sentence("the earliest live deadline is RULE", _earliest),
    Sentence("signing is refused because TEXT", _refused("signing"), about_refusal=True),
    Sentence("signing is refused because TEXT (RULE)", _refused("signing"), about_refusal=True),
    Sentence("signing is refused (RULE)", _refused("signing"), about_refusal=True),
    Sentence("the answers are refused because TEXT", _refused("answers"), about_refusal=True),
    Sentence("the case is open", _case_is(True)),
    Sentence("the case is closed", _case_is(False)),
    Sentence("a linked case is open", _linked_is(True)),
    Sentence("a linked case is closed", _linked_is(False)),
    Sentence("fact FACT OF is not known", _fact_is_not_known),
    Sentence("fact FACT OF is VALUE", _fact_is),
    Sentence("there is COUNT THING", _there_are),
    Sentence("there are COUNT THING", _there_are),
    Sentence("there is COUNT record of TASK", _there_are_records),
    Sentence("there are COUNT records of TASK", _there_are_records),
    Sentence("there is COUNT open TASK", _there_are_tasks),
    Sentence("there are COUNT open TASK", _there_are_tasks),
    Sentence("the record of TASK is version COUNT", _record(
        lambda one, words: one.version == _count(words))),
    Sentence("the record of TASK is signed", _record(lambda one, words: bool(one.by))),
    Sentence("the record of TASK is not signed", _record(lambda one, words: not one.by)),
    Sentence("the record of TASK says TEXT", _record(
        lambda one, words: words["TEXT"] in one.said)),
    Sentence("the history says TEXT", _history_says),
)  # fmt: skip

_SLOTS = {
    "TASK": "[a-z][a-z0-9_]*",
    "FACT": "[a-z][a-z0-9_]*",
    "ROLE": "[a-z][a-z_]*",
    "RULE": r"[A-Z]{2}-[0-9]{2}(?: (?!of |is |has |does )[a-z-]+)*",
    "WHEN": moments.PATTERN,
    "COUNT": "no|[0-9]{1,3}",
    "UNIT": "minutes?|hours?|working days?|days?",
    "STRENGTH": "must|should|consider",
    "THING": "(?:linked )?cases?|discussions?|enquiry|enquiries|incidents?|open tasks?",
    "TEXT": '[^"]+',
    "VALUE": ".+",
}


def _regex(pattern: str) -> re.Pattern[str]:
    if pattern not in _COMPILED:
        text = re.escape(pattern).replace(r"\ ", " ")
        text = text.replace(" OF", "(?: of (?P<OF>(?:discussion|enquiry) [0-9]{1,2}))?")
        text = re.sub(
            r"\b(" + "|".join(_SLOTS) + r")\b(?!>)",
            lambda word: _slot(word.group(1)),
            text,
        )
        _COMPILED[pattern] = re.compile(text)
    return _COMPILED[pattern]


def _slot(name: str) -> str:
    slot = f"(?P<{name}>{_SLOTS[name]})"
    return f'"{slot}"' if name == "TEXT" else slot


_COMPILED: dict[str, re.Pattern[str]] = {}
