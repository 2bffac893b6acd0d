"""From a scenario's bytes to a small tree of plain words, each with its line.

YAML can do far more than a scenario needs, and some of it is a weapon: aliases that multiply,
tags that make objects, nesting without end. All of that is refused here, with a sentence, before
anything is built; what is left is text, lists and named parts. Every plain word stays text: a
scenario's `yes` and `2` get their meaning from the question they answer, not from YAML.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

MOST_BYTES = 200_000
MOST_PARTS = 20_000
DEEPEST = 10


@dataclass(frozen=True)
class Mistake:
    line: int
    says: str


class ScenarioUnreadable(Exception):
    """A scenario says something that has no meaning; every mistake is listed with its line."""

    def __init__(self, name: str, mistakes: list[Mistake]) -> None:
        self.name = name
        self.mistakes = sorted(mistakes, key=lambda one: one.line)
        super().__init__("\n".join(f"{name}:{one.line}: {one.says}" for one in self.mistakes))


@dataclass(frozen=True)
class Text:
    line: int
    value: str


@dataclass(frozen=True)
class Sequence:
    line: int
    parts: list["Part"]


@dataclass(frozen=True)
class Named:
    line: int
    parts: dict[str, "Part"] = field(default_factory=dict)


Part = Text | Sequence | Named


def read(path: Path) -> Part:
    """Return the tree; raise ScenarioUnreadable when it is not plain text, lists and names."""
    name = path.name
    with path.open("rb") as file:
        source = file.read(MOST_BYTES + 1)
    if len(source) > MOST_BYTES:
        raise _unreadable(name, 1, f"The file is larger than {MOST_BYTES // 1000} kB.")
    try:
        text = source.decode()
        _guard(text, name)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except UnicodeDecodeError:
        raise _unreadable(name, 1, "The file is not text in UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it has a character that is not text"
        if "mapping values" in problem:
            problem = "put words that have a colon in them between double quotes"
        line = mark.line + 1 if mark else 1
        raise _unreadable(name, line, f"The file is not readable as YAML: {problem}.") from None
    if node is None:
        raise _unreadable(name, 1, "The file is empty.")
    mistakes: list[Mistake] = []
    tree = _part(node, mistakes)
    if mistakes:
        raise ScenarioUnreadable(name, mistakes)
    return tree


def _guard(text: str, name: str) -> None:
    """Refuse, event by event and so without building anything, what a scenario never needs."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.BaseLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        for is_wrong, says in _dangers(event, depth, number):
            if is_wrong:
                raise _unreadable(name, _line(event), says)


def _dangers(event: yaml.Event, depth: int, number: int) -> Iterator[tuple[bool, str]]:
    alias = isinstance(event, yaml.AliasEvent)
    anchor = isinstance(event, yaml.NodeEvent) and event.anchor is not None
    yield alias or anchor, "Anchors (&) and aliases (*) are not used here; see answers_from."
    yield bool(getattr(event, "tag", None)), "Tags (!) are not used here."
    yield depth > DEEPEST, f"The file is nested more than {DEEPEST} deep."
    yield number > MOST_PARTS, f"The file has more than {MOST_PARTS} parts."
    second = isinstance(event, yaml.DocumentStartEvent) and number > 1
    yield second, "The file holds more than one document (---)."


def _part(node: yaml.Node, mistakes: list[Mistake]) -> Part:
    line = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(line, [_part(one, mistakes) for one in node.value])
    if isinstance(node, yaml.MappingNode):
        return _named(node, line, mistakes)
    return Text(line, node.value.strip())


def _named(node: yaml.MappingNode, line: int, mistakes: list[Mistake]) -> Named:
    named = Named(line)
    for key, value in node.value:
        at = _line(key)
        if not isinstance(key, yaml.ScalarNode):
            mistakes.append(Mistake(at, "A name before a colon must be plain words."))
        elif key.value in named.parts:
            mistakes.append(Mistake(at, f"“{key.value}” is given twice."))
        else:
            named.parts[key.value] = _part(value, mistakes)
    return named


def _line(there: yaml.Event | yaml.Node) -> int:
    return there.start_mark.line + 1 if there.start_mark else 1


def _unreadable(name: str, line: int, says: str) -> ScenarioUnreadable:
    return ScenarioUnreadable(name, [Mistake(line, says)])
