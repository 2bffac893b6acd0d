"""Rules on forms beyond their own reading: what an answer does needs a form, or a way, for it."""

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
