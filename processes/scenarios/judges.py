"""What makes each sentence of a scenario true, and the words for what is true instead."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from processes.calendar import day_of
from processes.deadlines import Deadline
from processes.scenarios import moments
from processes.scenarios.seen import OpenTask, Seen, Signed, spoken

Words = Mapping[str, str]  # what stands in a sentence's slots
Found = tuple[bool, str]  # whether it holds, and what was found

_SINGULAR = {
    "cases": "case", "linked cases": "linked case", "discussions": "discussion",
    "enquiries": "enquiry", "open tasks": "open task",
}  # fmt: skip


def task_is_open(seen: Seen, words: Words) -> Found:
    about, role = words.get("RULE", ""), words.get("ROLE", "")
    there = [
        task
        for task in _tasks(seen, words)
        if about in ("", task.about) and (not role or role in task.roles)
    ]
    return bool(there), _tasks_in_words(seen.tasks)


def task_is_not_open(seen: Seen, words: Words) -> Found:
    return not _tasks(seen, words), _tasks_in_words(seen.tasks)


def task_asks(seen: Seen, words: Words) -> Found:
    asked = [task.asks() for task in _tasks(seen, words)]
    found = "; ".join(", ".join(sorted(one)) for one in asked) or _tasks_in_words(seen.tasks)
    return bool(asked) and all(words["FACT"] in one for one in asked), f"it asks: {found}"


def task_does_not_ask(seen: Seen, words: Words) -> Found:
    holds, found = task_asks(seen, words)
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
        one for one in seen.deadlines if one.rule == words["RULE"] and place in ("", _place(one))
    ]
    if len(meant) == 1:
        return meant[0]
    if meant:
        places = " and ".join(_place(one) for one in meant)
        return f"it applies to {places}; say which"
    others = ", ".join(sorted({one.rule for one in seen.deadlines})) or "none"
    return f"it does not apply; the deadlines are: {others}"


def _place(deadline: Deadline) -> str:
    return f"{deadline.scope} {deadline.number}" if deadline.number else "the case"


def deadline(judge: Callable[[Deadline, Seen, Words], bool]) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        one = _one_deadline(seen, words)
        if isinstance(one, str):
            return False, one
        return judge(one, seen, words), _deadline_in_words(one)

    return holds


def _deadline_in_words(one: Deadline) -> str:
    done = f", done {spoken(one.until_at)}" if one.until_at else ""
    return f"{one.rule} is {one.state}, a {one.strength}, due {moments.write(one.due_at)}{done}"


def is_state(state: str) -> Callable[[Seen, Words], Found]:
    return deadline(lambda one, seen, words: one.state == state)


def is_late_by(one: Deadline, seen: Seen, words: Words) -> bool:
    late = one.until_at or seen.now
    unit = words["UNIT"].removesuffix("s")
    days = seen.calendar.working_days_between(day_of(one.due_at), day_of(late))
    if unit == "working day":
        return one.state == "missed" and days == count(words)
    if not isinstance(late, datetime):
        return False
    size = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    return one.state == "missed" and (late - one.due_at) // size[unit] == count(words)


def does_not_apply(seen: Seen, words: Words) -> Found:
    one = _one_deadline(seen, words)
    if isinstance(one, str):
        return one.startswith("it does not apply"), one
    return False, _deadline_in_words(one)


def earliest(seen: Seen, words: Words) -> Found:
    live = sorted((one.due_at, one.rule) for one in seen.deadlines if one.state == "running")
    found = "; ".join(f"{rule} due {moments.write(due_at)}" for due_at, rule in live) or "none runs"
    return bool(live) and live[0][1] == words["RULE"], found


def was_informed(kind: str, wanted: bool = True) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        rules = sorted(rule for what, rule in seen.informed if what == kind)
        return (words["RULE"] in rules) is wanted, f"{kind}: {', '.join(rules) or 'nothing'}"

    return holds


def will(kind: str) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        one = _one_deadline(seen, words)
        if isinstance(one, str):
            return False, one
        planned: tuple[datetime, ...] = getattr(one, kind)
        wanted = moments.read_due(words["WHEN"])
        return wanted in planned, "at " + (", ".join(map(moments.write, planned)) or "no time")

    return holds


def refused(of: str) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        if seen.refusal is None:
            return False, "it was accepted"
        rule, text = words.get("RULE", ""), words.get("TEXT", "")
        said = seen.refusal.of == of and text in seen.refusal.says
        under = not rule or rule in seen.refusal.rules
        rules = f" ({', '.join(seen.refusal.rules)})" if seen.refusal.rules else ""
        return said and under, f"{seen.refusal.of} refused: {seen.refusal.says}{rules}"

    return holds


def case_is(is_open: bool) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        return seen.is_open is is_open, "the case is " + ("open" if seen.is_open else "closed")

    return holds


def linked_is(is_open: bool) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        found = ", ".join("open" if one else "closed" for one in seen.linked) or "none"
        return is_open in seen.linked, f"linked cases: {found}"

    return holds


def fact_is(seen: Seen, words: Words) -> Found:
    value = seen.fact(words["OF"], words["FACT"])
    return spoken(value) == words["VALUE"], f"it is {spoken(value)}"


def fact_is_not_known(seen: Seen, words: Words) -> Found:
    return fact_is(seen, {**words, "VALUE": "not known"})


def there_are(seen: Seen, words: Words) -> Found:
    thing = words["THING"]
    number = seen.counts.get(_SINGULAR.get(thing, thing), 0)
    return number == count(words), f"there are {number}"


def there_are_records(seen: Seen, words: Words) -> Found:
    number = sum(one.task == words["TASK"] for one in seen.records)
    return number == count(words), f"there are {number}"


def there_are_tasks(seen: Seen, words: Words) -> Found:
    number = sum(one.name == words["TASK"] for one in seen.tasks)
    return number == count(words), f"there are {number}"


def record(judge: Callable[[Signed, Words], bool]) -> Callable[[Seen, Words], Found]:
    def holds(seen: Seen, words: Words) -> Found:
        records = [
            one
            for one in seen.records
            if one.task == words["TASK"] and words["OF"] in ("", one.place)
        ]
        if not records:
            return False, "there is no such record"
        last = records[-1]
        signed = "signed" if last.is_signed else "not signed"
        found = f"version {last.version}, by {last.written_by}, {signed}: {last.said}"
        return judge(last, words), found

    return holds


def history_says(seen: Seen, words: Words) -> Found:
    said = " · ".join(seen.history[-6:])
    return any(words["TEXT"] in one for one in seen.history), f"it ends: {said}"


def count(words: Words) -> int:
    return 0 if words["COUNT"] == "no" else int(words["COUNT"])
