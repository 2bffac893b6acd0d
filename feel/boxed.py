"""Boxed expressions (DMN 1.3, clause 10.2; 1.4 adds if, for, some, every and filter) as trees.

A box says in XML what an expression says in text, so it becomes the same tree: a relation is a
list of contexts, an invocation a call with named arguments.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from lxml import etree

from feel.syntax import (
    Call,
    ContextOf,
    Filter,
    Fitted,
    For,
    If,
    Iterator_,
    Lambda,
    ListOf,
    Literal,
    Node,
    Path,
    Quantified,
    Table,
    Type,
)  # fmt: skip
from feel.xml import all_of, first, own, tag, text

Element: TypeAlias = etree._Element
_RESULT = "the result"  # the name of a context's last entry when it has none
_NOTHING = Literal(0, None)
_NOT_LOGIC = frozenset((
    "description", "extensionElements", "variable", "question", "allowedAnswers", "parameter",
    "informationRequirement", "knowledgeRequirement", "authorityRequirement", "formalParameter",
    "supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner",
    "usingProcess", "usingTask",
))  # fmt: skip


class Boxes:
    """Turns boxes into trees, given how to read texts, types and tables."""

    def __init__(
        self,
        parse: Callable[[str], Node],
        type_of: Callable[[str | None], Type | None],
        table: Callable[[Element], Any],
        refuse: Callable[[str], None],
    ) -> None:
        self.parse = parse
        self.type_of = type_of
        self.table = table
        self.refuse = refuse

    def logic(self, element: Element | None) -> Node:
        """Return the tree of the one expression inside an element; nothing is null."""
        inner = [] if element is None else [
            child for child in own(element) if tag(child) not in _NOT_LOGIC
        ]  # fmt: skip
        return self.tree(inner[0]) if inner else _NOTHING

    def tree(self, box: Element) -> Node:
        rule = getattr(self, f"_{tag(box)}", None) if tag(box) in _BOXES else None
        if rule is None:
            self.refuse(f"a `{tag(box)}` is not something I can evaluate.")
            return _NOTHING
        found: Node = rule(box)
        is_function = tag(box) in ("functionDefinition", "encapsulatedLogic")
        return found if is_function else self.typed(found, box.get("typeRef"))

    def typed(self, node: Node, ref: str | None) -> Node:
        wanted = self.type_of(ref)
        if wanted is None or wanted.name == "function":
            return node
        return Fitted(node.at, node, wanted)

    def _literalExpression(self, box: Element) -> Node:
        words = text(box)
        return self.parse(words) if words else _NOTHING

    def _decisionTable(self, box: Element) -> Node:
        return Table(0, self.table(box))

    def _context(self, box: Element) -> Node:
        keys: list[str] = []
        values: list[Node] = []
        for entry in all_of(box, "contextEntry"):
            variable = first(entry, "variable")
            keys.append(_RESULT if variable is None else variable.get("name", ""))
            ref = None if variable is None else variable.get("typeRef")
            values.append(self.typed(self.logic(entry), ref))
        made = ContextOf(0, tuple(keys), tuple(values))
        return Path(0, made, _RESULT) if _RESULT in keys else made

    def _list(self, box: Element) -> Node:
        return ListOf(0, tuple(self.tree(child) for child in own(box) if tag(child) in _BOXES))

    def _relation(self, box: Element) -> Node:
        columns = tuple(column.get("name", "") for column in all_of(box, "column"))
        rows = [
            tuple(self.tree(cell) for cell in own(row) if tag(cell) in _BOXES)
            for row in all_of(box, "row")
        ]
        return ListOf(0, tuple(ContextOf(0, columns, row) for row in rows))

    def _invocation(self, box: Element) -> Node:
        parts = [child for child in own(box) if tag(child) in _BOXES]
        labels: list[str] = []
        values: list[Node] = []
        for binding in all_of(box, "binding"):
            parameter = first(binding, "parameter")
            labels.append("" if parameter is None else parameter.get("name", ""))
            values.append(self.logic(binding))
        called = self.tree(parts[0]) if parts else _NOTHING
        return Call(0, called, tuple(values), tuple(labels) or None)

    def _functionDefinition(self, box: Element) -> Node:
        if box.get("kind", "FEEL") not in ("FEEL", "F"):
            self.refuse("functions written in another language are refused.")
            return _NOTHING
        parameters = all_of(box, "formalParameter")
        names = tuple(parameter.get("name", "") for parameter in parameters)
        types = tuple(self.type_of(parameter.get("typeRef")) for parameter in parameters)
        body = self.typed(self.logic(box), box.get("typeRef"))
        if tag(box) == "encapsulatedLogic":
            variable = first(box.getparent(), "variable")
            wanted = self.type_of(variable.get("typeRef") if variable is not None else None)
            if wanted is not None and wanted.name == "function":
                wanted = wanted.of[-1] if wanted.of else None
            body = body if wanted is None else Fitted(0, body, wanted)
        return Lambda(0, names, types, body)

    _encapsulatedLogic = _functionDefinition

    def _conditional(self, box: Element) -> Node:
        return If(0, *(self.logic(first(box, part)) for part in ("if", "then", "else")))

    def _iterator(self, box: Element) -> Iterator_:
        return Iterator_(0, box.get("iteratorVariable", ""), self.logic(first(box, "in")), None)

    def _for(self, box: Element) -> Node:
        return For(0, (self._iterator(box),), self.logic(first(box, "return")))

    def _some(self, box: Element) -> Node:
        return Quantified(0, tag(box), (self._iterator(box),), self.logic(first(box, "satisfies")))

    _every = _some

    def _filter(self, box: Element) -> Node:
        return Filter(0, self.logic(first(box, "in")), self.logic(first(box, "match")))


_BOXES = frozenset((
    "literalExpression", "decisionTable", "context", "list", "relation", "invocation",
    "functionDefinition", "encapsulatedLogic", "conditional", "for", "some", "every", "filter",
))  # fmt: skip
