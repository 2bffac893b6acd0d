"""The sentences a scenario may say after a step, each with what makes it true.

`SENTENCES` is the whole grammar. Words in capitals are slots:

    TASK      a task's id: sign_strategy_discussion
    RULE      a deadline's rule: BH-12, or BH-11 follow-up
    OF        nothing, or " of discussion 2", " of the case": which one of several is meant
    ROLE      a role's id: team_manager         FACT      a fact's or a question's key
    WHEN      Mon 7 Dec 2026 23:59:59, or Mon 7 Dec 2026 for the end of that day
    COUNT     no, 1, 2 …                        UNIT      minutes, hours, days, working days
    TEXT      words between double quotes, found anywhere in what is said
    NAME      a person's name
    VALUE     yes, no, a choice, a number, a date, a name; several with commas between

A sentence that names no child is about every child of its step.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from processes.facts import KINDS
from processes.scenarios import judges, moments
from processes.scenarios.judges import Found, Words
from processes.scenarios.seen import Seen


class Sentence(NamedTuple):
    pattern: str
    holds: Callable[[Seen, Words], Found]

    @property
    def about_refusal(self) -> bool:
        """Whether it says how the step itself went, and so needs one that does something."""
        return " refused " in self.pattern

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


SENTENCES = (
    Sentence("task TASK OF is open", judges.task_is_open),
    Sentence("task TASK OF is not open", judges.task_is_not_open),
    Sentence("task TASK OF is open for ROLE", judges.task_is_open),
    Sentence("task TASK OF is open about RULE", judges.task_is_open),
    Sentence("task TASK OF asks FACT", judges.task_asks),
    Sentence("task TASK OF does not ask FACT", judges.task_does_not_ask),
    Sentence("RULE OF is due WHEN", judges.deadline(
        lambda one, seen, words: one.due_at == moments.read_due(words["WHEN"]))),
    Sentence("RULE OF is running", judges.is_state("running")),
    Sentence("RULE OF is met", judges.is_state("met")),
    Sentence("RULE OF is missed", judges.is_state("missed")),
    Sentence("RULE OF is missed by COUNT UNIT", judges.deadline(judges.is_late_by)),
    Sentence("RULE OF is a STRENGTH", judges.deadline(
        lambda one, seen, words: one.strength == words["STRENGTH"])),
    Sentence("RULE OF does not apply", judges.does_not_apply),
    Sentence("RULE OF is to be reminded WHEN", judges.will("remind")),
    Sentence("RULE OF is to be escalated WHEN", judges.will("escalate")),
    Sentence("RULE has been reminded", judges.was_informed("reminded")),
    Sentence("RULE has been escalated", judges.was_informed("escalated")),
    Sentence("RULE has not been reminded", judges.was_informed("reminded", wanted=False)),
    Sentence("RULE has not been escalated", judges.was_informed("escalated", wanted=False)),
    Sentence("the earliest live deadline is RULE", judges.earliest),
    Sentence("signing is refused because TEXT", judges.refused("signing")),
    Sentence("signing is refused because TEXT (RULE)", judges.refused("signing")),
    Sentence("signing is refused (RULE)", judges.refused("signing")),
    Sentence("the answers are refused because TEXT", judges.refused("answers")),
    Sentence("the person is refused because TEXT", judges.refused("person")),
    Sentence("the case is open", judges.case_is(True)),
    Sentence("the case is closed", judges.case_is(False)),
    Sentence("a linked case is open", judges.linked_is(True)),
    Sentence("a linked case is closed", judges.linked_is(False)),
    Sentence("fact FACT OF is not known", judges.fact_is_not_known),
    Sentence("fact FACT OF is VALUE", judges.fact_is),
    Sentence("there is COUNT THING", judges.there_are),
    Sentence("there are COUNT THING", judges.there_are),
    Sentence("there is COUNT record of TASK", judges.there_are_records),
    Sentence("there are COUNT records of TASK", judges.there_are_records),
    Sentence("there is COUNT open TASK", judges.there_are_tasks),
    Sentence("there are COUNT open TASK", judges.there_are_tasks),
    Sentence("the record of TASK OF is version COUNT", judges.record(
        lambda one, words: one.version == judges.count(words))),
    Sentence("the record of TASK OF is by NAME", judges.record(
        lambda one, words: one.written_by == words["NAME"])),
    Sentence("the record of TASK OF is signed", judges.record(lambda one, words: one.is_signed)),
    Sentence("the record of TASK OF is not signed", judges.record(
        lambda one, words: not one.is_signed)),
    Sentence("the record of TASK OF says TEXT", judges.record(
        lambda one, words: words["TEXT"] in one.said)),
    Sentence("the history says TEXT", judges.history_says),
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
    "THING": "(?:linked )?cases?|discussions?|enquiry|enquiries|open tasks?",
    "TEXT": '[^"]+',
    "NAME": "[A-Z].*",
    "VALUE": ".+",
}


def _regex(pattern: str) -> re.Pattern[str]:
    if pattern not in _COMPILED:
        text = re.escape(pattern).replace(r"\ ", " ")
        text = text.replace(" OF", rf"(?: of (?P<OF>(?:{'|'.join(KINDS)}) [0-9]{{1,2}}|the case))?")
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
