"""One form for several children: what is asked of each by itself, and what once for all.

A question or a group says `"each": "child"`, or `"each": "child if different"` when most often one
answer holds for all. What a condition makes depend on such an answer is asked of each child too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from forms.components import CHILD, GROUP, IF_DIFFERENT, LIST, TEXT, Component, Option, first_key
from forms.fields import Choices
from forms.form import Form


def offers_children(component: Component) -> bool:
    """Say whether the answers offered are the names of the children that are written about."""
    return component.properties.get("offers") == "children"


def may_differ(form: Form) -> Iterator[Component]:
    """Go through the parts of a form that are asked of a child only where they differ."""
    for each in _all(form.components):
        if each.each == IF_DIFFERENT:
            yield each


def own_keys(form: Form, differing: Collection[str]) -> frozenset[str]:
    """Return the questions that are asked of a child by itself.

    `differing` names the parts, by their first keys, that are said to differ for this child.
    """
    own: set[str] = set()
    _gather(form.components, differing, own, within=False)
    return frozenset(own)


def offering(form: Form, children: Sequence[str]) -> Form:
    """Return the form with the children's names as the answers of questions that offer them."""
    return replace(form, components=tuple(_offering(each, children) for each in form.components))


def rows_for(form: Form, values: Mapping[str, Any], child: str) -> dict[str, Any]:
    """Return answers without the rows that are said to concern other children only.

    Where no child is named, every row is kept.
    """
    kept = dict(values)
    for question in form.questions():
        asks = [each.key for each in question.questions() if offers_children(each)]
        if asks and question.key in values:
            kept[question.key] = [
                row
                for row in values[question.key] or []
                if not child or all(not row.get(key) or child in row[key] for key in asks)
            ]
    return kept


def _gather(
    components: Sequence[Component], differing: Collection[str], own: set[str], within: bool
) -> None:
    """Note what is asked by itself; conditions read only what is asked before them."""
    for each in components:
        mine = within or each.each == CHILD or bool(_reads(each) & own)
        mine = mine or (each.each == IF_DIFFERENT and first_key(each) in differing)
        if each.type == GROUP:
            _gather(each.components, differing, own, mine)
        elif each.type != TEXT and mine:
            own.add(each.key)


def _reads(component: Component) -> frozenset[str]:
    names = component.hide.names if component.hide else frozenset()
    if component.type == LIST:
        rows = {each.key for each in component.questions()}
        inner = (each.hide.names for each in _all(component.components) if each.hide)
        names = names.union(*inner) - rows
    return names


def _all(components: Sequence[Component]) -> Iterator[Component]:
    for each in components:
        yield each
        if each.type == GROUP:
            yield from _all(each.components)


def _offering(component: Component, children: Sequence[str]) -> Component:
    if component.components:
        inner = tuple(_offering(each, children) for each in component.components)
        return replace(component, components=inner)
    if not offers_children(component):
        return component
    options = tuple(Option(each, each) for each in children)
    answer = Choices(offered=tuple(children), metadata={"label": component.label})
    return replace(component, options=options, answer=answer)
