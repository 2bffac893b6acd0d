"""From a form-js file to a Form, refusing with a sentence whatever we would not do as it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import orjson

import feel
from forms.components import (
    FILES,
    GROUP,
    LIST,
    TEXT,
    Component,
    Option,
    first_key,
    questions,
)
from forms.form import MOST_ROWS, SAVE, Form
from forms.kinds import KINDS, Refused, answer_for, check_rules, kind_of
from forms.properties import read_properties

MOST_BYTES = 500_000
MOST_COMPONENTS = 500
MOST_OPTIONS = 200
DEEPEST = 5
_KEY = re.compile("[a-z][a-z0-9_]{0,59}")
_NOT_DONE = ("disabled", "readonly", "valuesKey", "valuesExpression", "disallowPassedDates")
_CHOICES = ("select", "radio", "yes_no", "checklist")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a component of a form file; without a key, with the whole file."""

    key: str
    sentence: str


class FormNotReadable(Exception):
    """A form file says something that would not be done as it says; all problems are listed."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name, self.problems = name, tuple(problems)
        lines = (f"{name}, {each.key or 'the whole form'}: {each.sentence}" for each in problems)
        super().__init__("\n".join(lines))


def load(content: bytes, name: str) -> Form:
    """Read a form-js file. Raises FormNotReadable with every problem found, not the first."""
    try:
        form = _form(content)
        button, given = _button(form.get("components"))
    except Refused as error:
        raise FormNotReadable(name, [Problem("", str(error))]) from error
    problems: list[Problem] = []
    components = _components(given, 1, problems)
    problems += _repeated(components) or _out_of_order(components)
    if problems:
        raise FormNotReadable(name, problems)
    return Form(str(form.get("id") or PurePath(name).stem), components, button)


def _form(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise Refused(f"The file is over {MOST_BYTES // 1000} kB.")
    try:
        form = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Refused(f"This is not JSON: {error}.") from error
    if not isinstance(form, dict) or form.get("type") != "default":
        raise Refused("This is not a form-js form: its type has to be “default”.")
    return form


def _button(given: object) -> tuple[str, object]:
    """Return what the button says that sends the form, and the components without it: form-js
    keeps it among them.
    """
    if not isinstance(given, list):
        return SAVE, given
    rest = [each for each in given if not (isinstance(each, dict) and each.get("type") == "button")]
    if len(rest) == len(given):
        return SAVE, given
    button = given[-1]
    if len(rest) + 1 < len(given) or button in rest:
        raise Refused("A form has one button, which stands at its end.")
    if button.get("action", "submit") != "submit" or button.get("conditional"):
        raise Refused("Its button sends the form, always: take out its other action or condition.")
    says = _plain(button, "label")
    if not says.strip():
        raise Refused("Its button needs a label.")
    return says, rest


def _components(given: object, depth: int, problems: list[Problem]) -> tuple[Component, ...]:
    if not isinstance(given, list) or len(given) > MOST_COMPONENTS or depth > DEEPEST:
        sentence = f"Components are a list of at most {MOST_COMPONENTS}, {DEEPEST} levels deep."
        problems.append(Problem("", sentence))
        return ()
    read = []
    for each in given:
        try:
            read.append(_component(each, depth, problems))
        except Refused as error:
            problems.append(Problem(_called(each), str(error)))
    return tuple(read)


def _component(given: Any, depth: int, problems: list[Problem]) -> Component:
    if not isinstance(given, dict):
        raise Refused("A component has to be an object.")
    kind = kind_of(given)
    if kind not in KINDS:
        raise Refused(f"A component of type “{kind[:40]}” is not one of: {', '.join(KINDS)}.")
    for name in _NOT_DONE:
        if given.get(name):
            raise Refused(f"“{name}” is not done here: take it out.")
    rules, properties = _object(given, "validate"), _object(given, "properties")
    check_rules(kind, rules)
    component = Component(
        type=kind,
        key=_key(given, kind),
        label=_plain(given, "dateLabel" if given.get("dateLabel") else "label"),
        hint=_plain(given, "description"),
        text=_plain(given, "text"),
        required=rules.get("required", False),
        options=_options(given, properties) if kind in _CHOICES else (),
        hide=_condition(_object(given, "conditional")),
        width=_width(_object(given, "layout")),
        rows=_rows_at_first(given),
        properties=read_properties(properties, kind),
    )
    if kind in (GROUP, LIST):
        return _nesting(component, given, depth, problems)
    if kind == TEXT:
        return component
    if not component.label:
        raise Refused("A question needs a label.")
    return replace(component, answer=answer_for(component, rules, given))


def _nesting(
    component: Component, given: dict[str, Any], depth: int, problems: list[Problem]
) -> Component:
    if component.type == GROUP and given.get("path"):
        raise Refused("A group only arranges questions: take out its path.")
    if component.type == LIST and not component.label:
        raise Refused("A list needs a label.")
    within = _components(given.get("components"), depth + 1, problems)
    component = replace(component, components=within)
    inner = list(_all(within)) if component.type == LIST else []
    if any(each.type in (LIST, FILES) for each in inner):
        what = "files" if any(each.type == FILES for each in inner) else "lists"
        raise Refused(f"A list cannot have {what} within its rows.")
    if any(each.each for each in inner):
        raise Refused("A row is not asked of each child by itself: say it of the whole list.")
    if component.each and not first_key(component):
        raise Refused("It asks nothing, so it cannot be asked of each child.")
    return component


def _key(given: dict[str, Any], kind: str) -> str:
    if kind in (TEXT, GROUP):
        return ""
    key = given.get("path" if kind == LIST else "key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Refused("Its key has to be small letters, digits and _, at most 60, a letter first.")
    return key


def _plain(given: dict[str, Any], name: str) -> str:
    text = given.get(name) or ""
    if not isinstance(text, str) or text.startswith("=") or "{{" in text:
        raise Refused(f"Its {name} has to be plain words, without an expression.")
    return text


def _options(given: dict[str, Any], properties: Mapping[str, str]) -> tuple[Option, ...]:
    values = given.get("values")
    if properties.get("offers") and not values:
        return ()  # it offers the names of the children, which are not known here
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_OPTIONS:
        raise Refused(f"It has to offer from 1 to {MOST_OPTIONS} answers.")
    options = tuple(_option(each) for each in values)
    if len({option.value for option in options}) < len(options):
        raise Refused("Two of the answers it offers have the same value.")
    return options


def _option(given: Any) -> Option:
    value, label = (given.get("value"), given.get("label")) if isinstance(given, dict) else ("", "")
    if not (isinstance(value, str) and isinstance(label, str) and value and label):
        raise Refused("Each answer it offers needs a value and a label, in words.")
    return Option(value, label)


def _condition(conditional: Mapping[str, Any]) -> feel.Expression | None:
    if conditional.keys() - {"hide"}:
        raise Refused("Its conditional can say “hide” only: take out the rest.")
    hide = conditional.get("hide")
    if not hide:
        return None
    if not isinstance(hide, str) or not hide.startswith("="):
        raise Refused("Its condition has to be a FEEL expression that begins with “=”.")
    try:
        return feel.compile(hide[1:])
    except feel.FeelError as error:
        raise Refused(f"Its condition cannot be read: {error}") from error


def _width(layout: dict[str, Any]) -> int | None:
    columns = layout.get("columns")
    if columns is not None and columns not in range(1, 17):
        raise Refused("Its width has to be 1 to 16 columns.")
    return columns


def _rows_at_first(given: dict[str, Any]) -> int:
    rows = given.get("defaultRepetitions", 1)
    if not isinstance(rows, int) or not 0 <= rows <= MOST_ROWS:
        raise Refused(f"A list begins with 0 to {MOST_ROWS} rows.")
    return rows


def _object(given: dict[str, Any], name: str) -> dict[str, Any]:
    value = given.get(name) or {}
    if not isinstance(value, dict):
        raise Refused(f"Its {name} has to be an object.")
    return value


def _called(given: object) -> str:
    names = (
        [given.get(name) for name in ("key", "path", "id", "label")]
        if (isinstance(given, dict))
        else []
    )
    return next((name[:60] for name in names if isinstance(name, str) and name), "a component")


def _repeated(components: Iterable[Component]) -> list[Problem]:
    """Find questions with one key between them; the rows of a list have keys of their own."""
    used: set[str] = set()
    problems = []
    for question in questions(components):
        if question.key in used:
            problems.append(Problem(question.key, "Two questions have this key."))
        used.add(question.key)
        problems += _repeated(question.components)
    return problems


def _all(components: Iterable[Component]) -> Iterable[Component]:
    for each in components:
        yield each
        yield from _all(each.components)


def _out_of_order(components: Iterable[Component]) -> list[Problem]:
    """Find conditions that ask for an answer that is only given later."""
    own = frozenset(each.key for each in questions(components))
    return list(_too_early(components, own, set()))


def _too_early(
    components: Iterable[Component], own: frozenset[str], asked: set[str]
) -> Iterable[Problem]:
    for component in components:
        for name in sorted(component.hide.names & own - asked if component.hide else ()):
            yield Problem(
                component.key or component.label or component.type,
                f"Its condition needs the answer “{name}”, which is asked later: move it up.",
            )
        if component.type == LIST:
            rows = frozenset(each.key for each in component.questions())
            yield from _too_early(component.components, own | rows, asked - rows)
        elif component.type == GROUP:
            yield from _too_early(component.components, own, asked)
        asked.add(component.key)
