"""Turn the text of an expression into a tree, by precedence climbing (DMN 1.3, 10.3.1.2).

Names may hold spaces, and symbols too when they are known: see `docs/decisions/0002`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from feel import limits
from feel.constructs import Constructs
from feel.lexer import Token, unescape
from feel.names import PHRASES
from feel.strength import ADD, AND, COMPARE, NEGATE, OR, STRENGTH
from feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Test,
    Type,
    children,
)  # fmt: skip

T = TypeVar("T")

_TESTS = ("<=", ">=", "!=", "<", ">", "=")
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
_STARTERS = frozenset(
    "( [ { @ - ? not if for some every function true false null".split()
)  # what a value may begin with, beside a number, a text or a name


def parse(
    text: str,
    names: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    *,
    lenient: bool = False,
) -> Node:
    """Return the tree of one expression, or raise FeelSyntaxError."""
    parser = Parser(text, names, types)
    parser.lenient = lenient
    return parser.whole(parser.expression)


def parse_tests(text: str, names: Iterable[str] = ()) -> tuple[tuple[Node, ...], bool] | None:
    """Return the unary tests of a cell and whether they are negated; None for `-` or nothing."""
    parser = Parser(text, names)
    if [token.text for token in parser.tokens[:-1]] in ([], ["-"]):
        return None
    return parser.whole(parser.cell)


class Parser(Constructs):
    def __init__(
        self, text: str, names: Iterable[str], types: Mapping[str, Type] | None = None
    ) -> None:
        super().__init__(text, (*PHRASES, *names))
        self.types = types or {}

    def whole(self, rule: Callable[[], T]) -> T:
        """Apply the rule to all of the text, and refuse what is left over or too deep."""
        try:
            found = rule()
        except RecursionError:
            raise self.error("This is nested too deeply.", self.token.at) from None
        if self.token.kind != "end":
            self.fail("I expected `and`, `or`, a comparison or the end")
        self._check_depth(found if isinstance(found, Node) else found[0])  # type: ignore[index]
        return found

    def _check_depth(self, found: Node | tuple[Node, ...]) -> None:
        level = [found] if isinstance(found, Node) else list(found)
        for _ in range(limits.TREE_DEPTH):
            if not level:
                return
            level = [child for node in level for child in children(node)]
        self.refuse("This chains or nests too many operations: divide it.", level[0].at)

    # Operators, weakest first

    def expression(self, strength: int = OR) -> Node:
        self.deeper()
        left = self.prefix(strength)
        while (found := self._infix_strength()) >= strength:
            left = self.infix(left, self.take(), found)
        self.depth -= 1
        return left

    def _infix_strength(self) -> int:
        token = self.token
        return STRENGTH.get(token.text, 0) if token.kind in ("symbol", "keyword") else 0

    def infix(self, left: Node, operator: Token, strength: int) -> Node:
        if strength <= AND:
            return self._logic(left, operator, strength)
        if strength >= ADD:
            return Arithmetic(operator.at, operator.text, left, self.expression(strength + 1))
        if operator.text == "between":
            low = self.expression(ADD)
            self.expect("and", "between the lower and the upper value")
            return Between(operator.at, left, low, self.expression(ADD))
        if operator.text == "in":
            return In(operator.at, left, self._tests_of_in())
        return Comparison(operator.at, operator.text, left, self.expression(ADD))

    def _logic(self, left: Node, operator: Token, strength: int) -> Node:
        parts = [left, self.expression(strength + 1)]
        while self.accept(operator.text):
            parts.append(self.expression(strength + 1))
        return Logic(operator.at, operator.text, tuple(parts))

    def _tests_of_in(self) -> tuple[Node, ...]:
        start = self.index
        if self.accept("("):
            tests = [self.test()]
            while self.accept(","):
                tests.append(self.test())
            if self.accept(")") and self._infix_strength() <= COMPARE:
                return tuple(tests)
            self.index = start  # `(1..5]`, or a value in brackets such as `(a + b) * 2`
        return (self.prefix(OR) if self.at(*_TESTS) else self.expression(ADD),)

    # Unary tests (10.3.1.2, rules 7-15)

    def cell(self) -> tuple[tuple[Node, ...], bool]:
        if self.at("not") and self.ahead().text == "(":
            start, depth = self.index, self.depth
            self.index += 2
            tests = self._tests()
            if self.accept(")") and self.token.kind == "end":
                return tests, True
            self.index, self.depth = start, depth  # `not(a) and b` is an expression
        return self._tests(), False

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        return tuple(tests)

    def test(self) -> Node:
        return self.expression()

    # Values

    def prefix(self, strength: int) -> Node:
        token = self.token
        if token.kind == "symbol" and token.text in _TESTS:
            if strength > OR:
                self.expected_value()
            self.take()
            return Test(token.at, token.text, self.expression(ADD))
        if token.text == "-" and token.kind == "symbol":
            self.take()
            return Negation(token.at, self.expression(NEGATE))
        return self.postfix(self.primary())

    def postfix(self, value: Node) -> Node:
        while True:
            token = self.token
            if token.kind == "keyword" and token.text == "instance":
                self.take()
                self.expect("of", "after `instance`")
                value = InstanceOf(token.at, value, self.type())
            elif token.kind != "symbol":
                return value
            elif token.text == ".":
                self.take()
                value = Path(token.at, value, self.segment())
            elif token.text == "[" and not self._closes_a_range():
                self.take()
                value = Filter(token.at, value, self._inside("]", "after the filter"))
            elif token.text == "(":
                value = self.call(value)
            else:
                return value

    def _closes_a_range(self) -> bool:
        """`[1..5[` ends a range; `[1..ages[1]]` filters inside one."""
        ahead = self.ahead()
        starts = ahead.kind in ("number", "text", "name") or ahead.text in _STARTERS
        return self.closing_bound and not starts

    def _inside(self, closing: str, why: str) -> Node:
        bound, self.closing_bound = self.closing_bound, False
        value = self.expression()
        self.closing_bound = bound
        self.expect(closing, why)
        return value

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.take()
            return Literal(token.at, limits.number(limits.DECIMAL.create_decimal(token.text)))
        if token.kind == "text":
            self.take()
            return Literal(token.at, unescape(token.text))
        if token.kind == "keyword":
            return self._keyword(token)
        if token.kind == "name" or token.text == "?":
            return Name(token.at, self.name())
        if token.kind == "end":
            self.expected_value()
        return self._bracket(token)

    def _keyword(self, token: Token) -> Node:
        if self.known.longest(self.tokens, self.index):
            return Name(token.at, self.name())
        rule = {"if": self._if, "for": self._for, "some": self._quantified,
                "every": self._quantified, "function": self._lambda}.get(token.text)  # fmt: skip
        if rule:
            self.take()
            return rule(token)
        if token.text not in _CONSTANTS:
            self.expected_value()
        self.take()
        return Literal(token.at, _CONSTANTS[token.text])

    def _bracket(self, token: Token) -> Node:
        rule = {"(": self._parenthesis, "[": self._list_or_range, "]": self._open_range,
                "{": self._context, "@": self._temporal}.get(token.text)  # fmt: skip
        if rule is None:
            self.expected_value()
        self.take()
        bound, self.closing_bound = self.closing_bound, False
        value = rule(token)
        self.closing_bound = bound
        return value

    # Names

    def name(self) -> str:
        """Take the longest known name here, else all the words that stand side by side."""
        if known := self.known.longest(self.tokens, self.index):
            name, end = known
            if name not in PHRASES or self.tokens[end].text == "(":
                self.index = end
                return name
        if self.token.kind != "name" and self.token.text != "?":
            self.fail("I expected a name")
        words = [self.take().text]
        while self.token.kind == "name" and words != ["?"]:
            words.append(self.take().text)
        return " ".join(words)

    def segment(self) -> str:
        if self.token.kind == "keyword" and not self.known.longest(self.tokens, self.index):
            return self.take().text
        return self.name()

    # Calls, with positional or named arguments

    def call(self, function: Node) -> Node:
        at = self.expect("(", "here").at
        values: list[Node] = []
        labels: list[str] = []
        bound, self.closing_bound = self.closing_bound, False
        while not self.at(")"):
            label = self._label()
            if values and (label is None) == bool(labels):
                self.refuse("Name all the values in the brackets, or none.", self.token.at)
            if label is not None:
                labels.append(label)
            values.append(self.expression())
            if not self.accept(","):
                break
            if self.at(")"):
                self.expected_value()
        self.closing_bound = bound
        self.expect(")", "to close the call")
        return Call(at, function, tuple(values), tuple(labels) if labels else None)

    def _label(self) -> str | None:
        end = self.index
        while self.tokens[end].kind in ("name", "keyword"):
            end += 1
        if end == self.index or self.tokens[end].text != ":":
            return None
        label = " ".join(token.text for token in self.tokens[self.index : end])
        self.index = end + 1
        return label
