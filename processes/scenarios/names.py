"""Check that everything a scenario names is in its procedure: tasks, rules, questions, roles.

A name that is nowhere would make some sentences true for nothing ("X does not apply"), so a
scenario with one is not replayed.
"""

import re
from collections.abc import Iterator

from forms import Form
from processes.library import Procedure
from processes.scenarios import moments
from processes.scenarios.answers import written
from processes.scenarios.language import Answer, Scenario, Step
from processes.scenarios.source import Mistake, ScenarioUnreadable

_QUOTED = re.compile(r'"([A-Z]{2}-[0-9]{2}[^"]*)"')
_WORD = re.compile(r"[a-z][a-z0-9_]*")


def check(scenario: Scenario, procedure: Procedure) -> None:
    """Raise ScenarioUnreadable with every name that the procedure does not have."""
    if mistakes := list(_Names(procedure).mistakes(scenario)):
        raise ScenarioUnreadable(scenario.name, mistakes)


class _Names:
    """What may be named in one procedure."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        settings = procedure.settings
        self.deadlines = _rules(procedure, "deadlines.dmn")
        self.signing = _rules(procedure, "signing.dmn")
        self.roles = {role for lane in settings["roles"] for role in procedure.roles_of(lane)}
        self.beside = {each["process"] for each in settings.get("beside", [])}
        self.facts = {
            word
            for name, content in procedure.files.items()
            if name.endswith((".bpmn", ".dmn"))
            for word in _WORD.findall(content.decode())
        }

    def mistakes(self, scenario: Scenario) -> Iterator[Mistake]:
        for step in scenario.steps:
            for is_known, says in self._step(step):
                if not is_known:
                    yield Mistake(step.line, says)
            for said in step.then:
                for is_known, says in self._sentence(said.means.pattern, dict(said.words)):
                    if not is_known:
                        yield Mistake(said.line, says)

    def _step(self, step: Step) -> Iterator[tuple[bool, str]]:
        forms, what = self.procedure.forms, step.what
        if step.action in ("complete", "revise"):
            yield what in forms, f"The procedure has no task “{what}”."
        if step.action == "start":
            starts = self.procedure.settings["start"]
            yield what in starts, f"A case does not start by “{what}”, but by {', '.join(starts)}."
            what = starts.get(what, "")
        if step.action == "begin":
            yield what in self.beside, f"“{what}” is not among the processes to begin beside."
        if step.action == "correct":
            asked = any(what in form.keys for form in forms.values())
            yield asked, f"No form asks “{what}”."
        if what in forms:
            yield from self._answers(step, forms[what])
        for role in step.by.roles if step.by else ():
            yield role in self.roles, f"“{role}” is no role of the procedure."
        if step.about:
            yield step.about in self.deadlines, f"No deadline has the rule {step.about}."

    def _answers(self, step: Step, form: Form) -> Iterator[tuple[bool, str]]:
        for key in step.answers:
            yield key in form.keys, f"The form {form.id} has no question “{key}”."
        for rows in (each for each in form.questions() if each.type == "dynamiclist"):
            known = {each.key for each in rows.questions()}
            for cell in _cells(step.answers.get(rows.key, ())):
                says = f"A row of {rows.key} in the form {form.id} has no question “{cell}”."
                yield cell in known, says
        try:
            written(form, step.answers)
        except moments.NotADate as error:
            yield False, str(error)

    def _sentence(self, pattern: str, words: dict[str, str]) -> Iterator[tuple[bool, str]]:
        forms, task = self.procedure.forms, words.get("TASK", "")
        if task:
            yield task in forms, f"The procedure has no task “{task}”."
        if "asks FACT" in pattern or "ask FACT" in pattern:
            asked = task in forms and words["FACT"] in forms[task].keys
            yield asked, f"The form {task} has no question “{words['FACT']}”."
        elif "FACT" in words:
            yield words["FACT"] in self.facts, f"No diagram or table names “{words['FACT']}”."
        if "ROLE" in words:
            yield words["ROLE"] in self.roles, f"“{words['ROLE']}” is no role of the procedure."
        if "RULE" in words:
            rules = self.signing if "signing" in pattern else self.deadlines
            table = "signing.dmn" if "signing" in pattern else "deadlines.dmn"
            yield words["RULE"] in rules, f"No row of {table} has the rule {words['RULE']}."


def _cells(rows: Answer | tuple[()]) -> set[str]:
    return {cell for row in rows if isinstance(row, dict) for cell in row}


def _rules(procedure: Procedure, table: str) -> set[str]:
    return set(_QUOTED.findall(procedure.files[table].decode().replace("&quot;", '"')))
