"""What the `properties` of a component may say; docs/forms.md says what each does.

A property or a word that is not here is refused: it would stand in the file, and do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from forms.components import CHILD, IF_DIFFERENT, LIST, TEXT
from forms.kinds import Refused


class Property(NamedTuple):
    """Of which kinds of component it is, and which words it may say; without any, of all or any."""

    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


_WORDS = ("textfield", "textarea")
_MEETING = (*_WORDS, "date", "datetime")
PROPERTIES = {
    "answer": Property(("radio",), ("yes/no",)),
    "becomes": Property((LIST,), ("actions", "participants", "recipients", "chronology")),
    "begins_with": Property((LIST,), ("participants",)),
    "beside": Property((TEXT,), ("chronology", "open actions", "open discussions")),
    "carried_from": Property(),
    "default": Property(_WORDS),
    "each": Property((), (CHILD, IF_DIFFERENT)),
    "error": Property(),
    "happened": Property(("date", "datetime"), ("yes", "also")),
    "invites": Property(_MEETING, ("when", "where", "chair", "why")),
    "item": Property((LIST,)),
    "offers": Property(("checklist",), ("children",)),
    "rule": Property(),
    "sends": Property((LIST,)),
    "sends_back": Property(_WORDS),
    "shows": Property((TEXT,)),
}


def read_properties(given: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Return the properties of a component. Raises Refused for what nobody would read."""
    for name, value in given.items():
        if name not in PROPERTIES:
            known = ", ".join(PROPERTIES)
            raise Refused(f"There is no property “{name[:40]}”. There are: {known}.")
        if not isinstance(value, str):
            raise Refused("Its properties have to be words.")
        kinds, words = PROPERTIES[name]
        of = f" of a {', '.join(kinds)}" if kinds else ""
        if kinds and ("radio" if kind == "yes_no" else kind) not in kinds:
            raise Refused(f"The property {name} is{of} only: take it out.")
        if words and value not in words:
            raise Refused(f"Its property {name}{of} can be: {', '.join(words)}.")
    return dict(given)
