"""The types a DMN file declares: components, lists, allowed values (DMN 1.3, 7.3.2)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from feel.syntax import Type
from feel.xml import all_of, first, text

Allowed = Callable[[str], Any]  # from unary tests to (run, value) -> bool
_DEEPEST = 20


class ItemTypes:
    def __init__(self, root: etree._Element, allowed: Allowed) -> None:
        self._items = {item.get("name", ""): item for item in all_of(root, "itemDefinition")}
        self._allowed = allowed
        self._known: dict[str, Type] = {}

    def of(self, ref: str | None, depth: int = 0) -> Type | None:
        """Return the type of a `typeRef`; None when it says nothing that can be held to."""
        name = (ref or "Any").strip().removeprefix("feel:")
        if name == "Any" or depth > _DEEPEST:
            return None
        name = name if name in self._items else name.rpartition(":")[2]
        item = self._items.get(name)
        if item is None:
            return Type(name)
        if name not in self._known:
            found = self._item(item, depth + 1)
            if found is None:
                return None
            self._known[name] = found
        return self._known[name]

    def all(self) -> dict[str, Type]:
        return {name: found for name in self._items if (found := self.of(name)) is not None}

    def _item(self, item: etree._Element, depth: int) -> Type | None:
        if depth > _DEEPEST:
            return None
        components = all_of(item, "itemComponent")
        if components:
            members = tuple(each.get("name", "") for each in components)
            of = tuple(self._item(each, depth + 1) or Type("Any") for each in components)
            found: Type | None = Type("context", of, members)
        elif (function := first(item, "functionItem")) is not None:
            taken = [self.of(each.get("typeRef"), depth) for each in all_of(function, "parameters")]
            given = self.of(function.get("outputTypeRef"), depth)
            found = Type("function", tuple(each or Type("Any") for each in (*taken, given)))
        else:
            ref = first(item, "typeRef")
            found = self.of("".join(ref.itertext()) if ref is not None else None, depth)
        words = text(first(item, "allowedValues")) or text(first(item, "typeConstraint"))
        if words and found is not None:
            found = replace(found, allowed=self._allowed(words))
        if item.get("isCollection") == "true":
            return Type("list", (found or Type("Any"),))
        return found


def names(root: etree._Element) -> Iterator[str]:
    """Yield every name the file gives to anything, so that expressions recognise it."""
    for element in root.iter():
        name = element.get("name")
        if name and not name.isidentifier():
            yield name
