"""Rules on forms beyond their own reading: what an answer does needs a form, or a way, for it."""

from collections.abc import Iterator, Mapping

from processes import actions
from processes.checks.problem import Problem
from processes.checks.procedure import Files
from processes.involvement import RECIPIENTS
from processes.signing import ATTENDED, PARTICIPANTS

_KINDS = {"due_on": ("date",)}
_COLUMNS = {
    actions.BECOMES: tuple(actions.COLUMNS),
    PARTICIPANTS: ("name", "agency", "contact"),
    RECIPIENTS: ("name", "contact"),
}


def rows_that_become_something_have_its_columns(files: Files) -> Iterator[Problem]:
    for task, form in files.forms.items():
        for becomes, columns in _COLUMNS.items():
            for asked in form.becoming(becomes):
                kinds = {each.key: each.type for each in asked.questions()}
                for key in columns:
                    if says := _cannot_be(key, kinds):
                        says = f"Its rows become {becomes}, {says}"
                        yield Problem(f"forms/{task}.form", asked.key, says)


def _cannot_be(key: str, kinds: Mapping[str, str]) -> str:
    if key not in kinds:
        return f"so they have to ask “{key}”. Add it."
    if kinds[key] not in _KINDS.get(key, ("textfield", "textarea", "select", "radio")):
        return f"and “{key}” cannot be a {kinds[key]} of one."
    return ""


def who_came_can_be_said(files: Files) -> Iterator[Problem]:
    """Whether somebody took part is read from what was chosen, so it has to be offered."""
    for task, form in files.forms.items():
        for asked in form.becoming(PARTICIPANTS):
            came = next((each for each in asked.questions() if each.key == ATTENDED), None)
            if came and ATTENDED not in {option.value for option in came.options}:
                says = f"Nobody can have taken part: “{ATTENDED}” does not offer “{ATTENDED}”."
                yield Problem(f"forms/{task}.form", asked.key, f"{says} Offer it.")


def what_is_sent_back_leads_back(files: Files) -> Iterator[Problem]:
    """Find a step that a form sends back, and no diagram leads back to from the form's task."""
    for task, form in files.forms.items():
        for step, key in form.sends_back.items():
            asking = [each for each in files.diagrams.values() if task in each.nodes]
            for diagram in asking:
                if step not in diagram.reached([task]):
                    says = f"It sends “{step}” back, but no way leads there. Draw one from {task}."
                    yield diagram.problem(task, says)
            if not asking:
                says = f"It sends “{step}” back, but no diagram asks “{task}”."
                yield Problem(f"forms/{task}.form", key, says)
