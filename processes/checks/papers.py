"""Rules on the templates of papers, and on what procedure.toml says of papers."""

from collections.abc import Iterator
from pathlib import PurePath

from forms.components import LIST
from papers import press
from processes.checks.problem import Problem
from processes.checks.procedure import SETTINGS, Files

ANY = ("record", "invitation")  # papers without a form of their own


def templates_can_be_filled_in(files: Files) -> Iterator[Problem]:
    for name, content in files.papers.items():
        task = PurePath(name).stem
        if task not in (*ANY, *files.forms):
            says = f"There is no task “{task}”. Call it after a task, or {' or '.join(ANY)}."
            yield Problem(name, "", says)
            continue
        asked = list(files.forms[task].questions()) if task in files.forms else []
        tables = frozenset(each.key for each in asked if each.type == LIST)
        texts = frozenset(each.key for each in asked) - tables
        for says in press.problems(content, texts, tables):
            yield Problem(name, "", says)


def markings_are_known(files: Files) -> Iterator[Problem]:
    markings = files.section("papers").get("confidential", {})
    if not isinstance(markings, dict):
        yield Problem(SETTINGS, "papers.confidential", "It is not a table. Write any = “…”.")
        return
    for process, words in markings.items():
        place = f"papers.confidential.{process}"
        if process != "any" and process not in files.processes:
            yield Problem(SETTINGS, place, f"No diagram is called “{process}”. Name another.")
        elif not isinstance(words, str) or not words.strip() or "\n" in words:
            yield Problem(
                SETTINGS, place, "It is not a line of words. Write one in quotation marks."
            )
