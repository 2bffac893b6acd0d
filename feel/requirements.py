"""What a decision requires of its file: other decisions, knowledge models, services (DMN 1.3, 6.2).

The values are worked out when the decision is asked, once in an evaluation, and stand in its
scope under their names, before what the caller gave.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from lxml import etree

from feel.expression import Expression
from feel.limits import Run
from feel.scope import Scope
from feel.syntax import Literal, Type
from feel.types import fitted
from feel.values import Function, Value, shaped
from feel.xml import all_of, first, own

if TYPE_CHECKING:
    from feel.dmn import DmnFile
    from feel.table import DecisionTable

Element: TypeAlias = etree._Element
Given = Callable[[Scope], Scope]


class Needs(NamedTuple):
    decisions: tuple[str, ...]
    knowledge: tuple[str, ...]
    inputs: tuple[str, ...]


class Requirements:
    def __init__(self, file: "DmnFile") -> None:
        self.file = file
        self.elements = {element.get("id", ""): element for element in own(file.root)}
        self.decisions: dict[str, DecisionTable] = {}
        self.models: dict[str, tuple[Expression, Given]] = {}
        self._needs: dict[str, Needs] = {}

    def of(self, element: Element) -> Given:
        """Return what adds to a scope all that an element requires."""
        needs = Needs(
            _hrefs(element, "informationRequirement", "requiredDecision"),
            _hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
            _hrefs(element, "informationRequirement", "requiredInput"),
        )
        self._needs[element.get("id", "")] = needs
        for href in needs.decisions + needs.knowledge:
            if href not in self.elements:
                self.file.refuse(f"it requires `{href}`, which is not in this file.")
        if not any(needs):
            return lambda scope: scope
        inputs = [(self._name(href), self._type(href)) for href in needs.inputs]
        typed = [(name, wanted) for name, wanted in inputs if wanted is not None]
        return lambda scope: self._given(scope, needs, typed)

    def _given(self, scope: Scope, needs: Needs, typed: list[tuple[str, Type]]) -> Scope:
        values: dict[str, Value] = {}
        for name, wanted in typed:
            if name in scope.values:
                values[name] = fitted(scope.run, shaped(scope.values[name]), wanted)
        for href in needs.knowledge:
            values[self._name(href)] = self._function(href, scope.run)
        for href in needs.decisions:
            values[self._name(href)] = self._decided(href, scope)
        return scope.inner(values)

    def read_models(self) -> None:
        """Read the knowledge models first, so that what is wrong with them is told as well."""
        for element in all_of(self.file.root, "businessKnowledgeModel"):
            identity, name = element.get("id", ""), element.get("name", "")
            self.file.place = f"knowledge model “{name}”"
            logic = first(element, "encapsulatedLogic")
            tree = self.file.boxes.tree(logic) if logic is not None else Literal(0, None)
            self.models[identity] = (Expression(name, tree), self.of(element))

    def refuse_circles(self) -> None:
        """Take away what requires nothing that is left, again and again; what stays is circular."""
        left = {href: {*needs.decisions, *needs.knowledge} for href, needs in self._needs.items()}
        users: dict[str, list[str]] = {}
        for href, needed in left.items():
            for each in needed:
                users.setdefault(each, []).append(href)
        settled = [href for href, needed in left.items() if not needed & left.keys()]
        while settled:
            href = settled.pop()
            del left[href]
            for user in users.get(href, ()):
                left[user].discard(href)
                if not left[user] & self._needs.keys():
                    settled.append(user)
        for href in left:
            self.file.place = f"decision “{self._name(href)}”"
            self.file.refuse("it requires itself, or something that does.")

    def _name(self, href: str) -> str:
        element = self.elements.get(href)
        if element is None:
            return href
        variable = first(element, "variable")
        named = variable if variable is not None and variable.get("name") else element
        return str(named.get("name", href))

    def _type(self, href: str) -> Type | None:
        variable = first(self.elements.get(href), "variable")
        return self.file.types.of(variable.get("typeRef")) if variable is not None else None

    def _decided(self, href: str, scope: Scope) -> Value:
        decided = scope.run.decided
        if href not in decided:
            table = self.decisions.get(href)
            decided[href] = None if table is None else table.value(scope)
        return decided[href]

    def _function(self, href: str, run: Run) -> Value:
        if href in self.models:
            model, given = self.models[href]
            return model.value(given(Scope(run, {})))
        element = self.elements.get(href)
        return self._service(element) if element is not None else None

    def _service(self, element: Element) -> Function | None:
        """Return a decision service as the function it is: inputs in, output decisions out."""
        taken = _hrefs(element, "inputData") + _hrefs(element, "inputDecision")
        answers = _hrefs(element, "outputDecision")
        names = tuple(self._name(href) for href in taken)
        types = [self._type(href) or Type("Any") for href in taken]

        def call(run: Run, given: list[Value]) -> Value:
            values = [fitted(run, *pair) for pair in zip(given, types, strict=True)]
            before, run.decided = run.decided, dict(zip(taken, values, strict=True))
            scope = Scope(run, dict(zip(names, values, strict=True)))
            found = {self._name(href): self._decided(href, scope) for href in answers}
            run.decided = before
            return next(iter(found.values())) if len(found) == 1 else found

        return Function(names, call)


def _hrefs(element: Element, *names: str) -> tuple[str, ...]:
    """Return the ids that references of a kind point at: `#risk` or `file.dmn#risk`."""
    found = all_of(element, names[0])
    for name in names[1:]:
        found = [inner for each in found for inner in all_of(each, name)]
    return tuple(each.get("href", "").rpartition("#")[2] for each in found)
