"""Read a DMN file into its decisions (DMN 1.1 to 1.5). All that is wrong is told at once."""

from typing import TypeAlias

from lxml import etree

from feel import item_types
from feel.boxed import Boxes
from feel.errors import DecisionError, FeelSyntaxError
from feel.expression import Expression, UnaryTests, compile_unary, expression_of
from feel.item_types import ItemTypes
from feel.limits import Run
from feel.parser import parse
from feel.requirements import Requirements
from feel.scope import Scope
from feel.syntax import Literal, Node
from feel.table import DecisionTable, Output, Rule
from feel.table_reader import read_table
from feel.values import Value
from feel.xml import all_of, definitions, first

Element: TypeAlias = etree._Element


def read_dmn(xml: bytes, filename: str, *, lenient: bool = False) -> dict[str, DecisionTable]:
    """Return the decisions of a DMN file by their ids.

    A decision table becomes what it says; a decision that is one expression (or a boxed one)
    becomes a table of one rule without inputs. Required decisions and business knowledge models
    of the same file are asked as needed. DMN 1.1 to 1.5 are read; layout is passed over.

    Raises DecisionError, whose `problems` are all that is wrong with the file, a sentence each:
    XML that cannot be read or declares entities, a hit policy or expression that is unknown.
    `lenient` takes an expression that cannot be read for null, for the sake of the others.
    """
    file = DmnFile(definitions(xml, filename), filename, lenient=lenient)
    found = file.read()
    if file.problems and not lenient:
        raise DecisionError(*file.problems)
    return found


class DmnFile:
    def __init__(self, root: Element, filename: str, *, lenient: bool = False) -> None:
        self.root = root
        self.lenient = lenient
        self.filename = filename
        self.place = ""  # what is being read, for the sentences of problems
        self.problems: list[str] = []
        self.known = frozenset(item_types.names(root))
        self.types = ItemTypes(root, self._allowed)
        self._types_by_name = self.types.all()
        self.boxes = Boxes(self.parse, self.types.of, self._inner_table, self.refuse)
        self.requirements = Requirements(self)

    def read(self) -> dict[str, DecisionTable]:
        self.requirements.read_models()
        found = self.requirements.decisions
        for element in all_of(self.root, "decision"):
            decision = self.decision(element)
            if decision.id in found:
                self.refuse("has the same id as another decision.")
            found[decision.id] = decision
        self.requirements.refuse_circles()
        return found

    def refuse(self, sentence: str) -> None:
        self.problems.append(f"{self.filename}, {self.place}: {sentence}")

    def decision(self, element: Element) -> DecisionTable:
        name = element.get("name", "") or element.get("id", "")
        self.place = f"decision “{name}”"
        variable = first(element, "variable")
        wanted = self.types.of(variable.get("typeRef") if variable is not None else None)
        given = self.requirements.of(element)
        identity = element.get("id", "") or name
        table = first(element, "decisionTable")
        if table is not None:
            return read_table(self, table, identity, name, wanted, given)
        answer = Expression(self._words(element), self.boxes.logic(element))
        rule = Rule(1, "", (), (answer,))
        output = Output(name, compile_unary(""))
        return DecisionTable(identity, name, "U", (), (output,), (rule,), wanted, given)

    def _words(self, element: Element) -> str:
        literal = first(element, "literalExpression", "text")
        return "".join(literal.itertext()).strip() if literal is not None else ""

    def _inner_table(self, element: Element) -> DecisionTable:
        return read_table(self, element, element.get("id", ""), self.place)

    def parse(self, words: str) -> Node:
        """Return the tree of a text; what is wrong with it becomes one of the problems."""
        try:
            return parse(words, self.known, self._types_by_name, lenient=self.lenient)
        except FeelSyntaxError as error:
            self.refuse(str(error))
            return Literal(0, None)

    def expression(self, words: str) -> Expression:
        return expression_of(words, self.parse(words) if words else Literal(0, None))

    def tests(self, words: str) -> UnaryTests:
        try:
            return compile_unary(words, self.known)
        except FeelSyntaxError as error:
            self.refuse(str(error))
            return compile_unary("")

    def _allowed(self, words: str) -> object:
        tests = self.tests(words)

        def among(run: Run, value: Value) -> bool:
            items = value if isinstance(value, list) else [value]
            return all(tests.met(item, Scope(run, {})) for item in items)

        return among
