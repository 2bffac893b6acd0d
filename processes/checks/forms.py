"""Rules on forms beyond their own reading: what the rows of a list become needs its columns."""

from collections.abc import Iterator

from processes import actions
from processes.checks.problem import Problem
from processes.checks.procedure import Files

_KINDS = {"due_on": ("date",)}


def actions_have_their_columns(files: Files) -> Iterator[Problem]:
    for task, form in files.forms.items():
        for asked in form.becoming(actions.BECOMES):
            kinds = {each.key: each.type for each in asked.questions()}
            for key in actions.COLUMNS:
                if key not in kinds:
                    says = f"Its rows become actions, so they have to ask “{key}”. Add it."
                    yield Problem(f"forms/{task}.form", asked.key, says)
                elif kinds[key] not in _KINDS.get(
                    key, ("textfield", "textarea", "select", "radio")
                ):
                    says = f"Its rows become actions, and “{key}” cannot be a {kinds[key]} of one."
                    yield Problem(f"forms/{task}.form", asked.key, says)
