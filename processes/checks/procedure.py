"""All files of a procedure, read as far as they can be; what cannot be read is a problem."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import Any

import feel
import forms
from processes.checks.constants import Constants
from processes.checks.diagram import Diagram
from processes.checks.problem import Problem
from processes.engine import DiagramNotReadable

SETTINGS = "procedure.toml"
MOST_FILES = 500
LARGEST_FILE = 2_000_000


class Files:
    """What the rules look at. `unreadable` says which files are missing from it, and why."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.unreadable: list[Problem] = []
        self.diagrams: dict[str, Diagram] = {}
        self.tables: dict[str, feel.DecisionTable] = {}
        self.forms: dict[str, forms.Form] = {}
        self.settings: dict[str, Any] = {}
        self.papers: dict[str, bytes] = {}
        self.names = frozenset(files)
        self.constants = Constants()
        if len(files) > MOST_FILES:
            self._refuse(
                "", "", f"There are more than {MOST_FILES} files. Take out what is unused."
            )
            return
        for name, content in sorted(files.items()):
            if len(content) > LARGEST_FILE:
                self._refuse(
                    name, "", f"It is over {LARGEST_FILE // 1_000_000} MB. Make it smaller."
                )
            elif reader := _READERS.get(PurePath(name).suffix):
                reader(self, name, content)
        if SETTINGS not in files:
            self._refuse(SETTINGS, "", "The file is missing. Write it: name, roles and starts.")

    @cached_property
    def unread(self) -> frozenset[str]:
        """The kinds of file of which one cannot be read, so that not all they say is known."""
        return frozenset(PurePath(problem.file).suffix for problem in self.unreadable)

    @cached_property
    def processes(self) -> dict[str, Diagram]:
        return {each.process: each for each in self.diagrams.values() if each.process}

    @cached_property
    def used(self) -> list[Diagram]:
        """The diagrams a case can come to. A local procedure need not use all of England's."""
        found: dict[str, Diagram] = {}
        todo = ["pathway", *(str(each.get("process")) for each in self.beside)]
        todo += map(str, self.section("signed_again").values())
        while todo:
            process = todo.pop()
            if process in self.processes and process not in found:
                found[process] = diagram = self.processes[process]
                todo += [called for _, called in diagram.calls()]
                todo += [code for _, code in diagram.thrown()]
        return [found[process] for process in sorted(found)]

    @property
    def beside(self) -> list[dict[str, Any]]:
        given = self.settings.get("beside", [])
        return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []

    def section(self, name: str) -> dict[str, Any]:
        given = self.settings.get(name, {})
        return given if isinstance(given, dict) else {}

    def _refuse(self, file: str, element: str, says: str) -> None:
        self.unreadable.append(Problem(file, element, says))

    def _diagram(self, name: str, content: bytes) -> None:
        try:
            self.diagrams[name] = Diagram(name, content)
        except DiagramNotReadable as error:
            self._refuse(name, error.element or "", error.says)

    def _table(self, name: str, content: bytes) -> None:
        try:
            self.tables[name] = _only(feel.read_dmn(content, name), name)
        except feel.DecisionError as error:
            for says in error.problems:
                self._refuse(name, "", says.removeprefix(f"{name}, "))

    def _form(self, name: str, content: bytes) -> None:
        try:
            self.forms[PurePath(name).stem] = forms.load(content, name)
        except forms.FormNotReadable as error:
            for problem in error.problems:
                self._refuse(name, problem.key, problem.sentence)

    def _toml(self, name: str, content: bytes) -> None:
        try:
            self.settings = tomllib.loads(content.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            self._refuse(name, "", f"It is not TOML: {error}.")

    def _paper(self, name: str, content: bytes) -> None:
        self.papers[name] = content  # it is looked into by a rule of its own

    def expressions(self) -> Iterator[tuple[Diagram, str, str]]:
        """Yield every expression of the diagrams in use: which diagram, which element, the text."""
        for diagram in self.used:
            for flow in diagram.drawn:
                if flow.condition is not None:
                    yield diagram, str(flow), flow.condition
            for node in diagram.of("boundaryEvent", "intermediateCatchEvent"):
                for kind in ("timeDate", "timeDuration"):
                    written = node.child("timerEventDefinition", kind)
                    if written is not None:
                        yield diagram, node.id, written.text or ""


def _only(decisions: dict[str, feel.DecisionTable], file: str) -> feel.DecisionTable:
    if len(decisions) != 1:
        raise feel.DecisionError(
            f"It has {len(decisions)} decisions. Put each into a file of its own."
        )
    ((decision, table),) = decisions.items()
    if decision != PurePath(file).stem:
        raise feel.DecisionError(
            f"The decision's id is “{decision}”, but the file is called {file}. Make them the same."
        )
    return table


_READERS = {
    ".bpmn": Files._diagram,
    ".docx": Files._paper,
    ".dmn": Files._table,
    ".form": Files._form,
    ".toml": Files._toml,
}
