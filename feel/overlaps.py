"""Find rules of a table that can hold together, from their cells alone, before it is in use.

Two rules overlap for certain when their cells meet in every column: the same cell, a `-`, ranges
that overlap, or a value that meets both, of those that are written in one of them, the next ones,
and nothing at all. What depends on other names is not judged here; asking the table finds it, and
refuses (DMN 1.3, 8.2.8, Unique).
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from feel.builtins import BUILTINS
from feel.expression import Expression, UnaryTests
from feel.limits import Run
from feel.scope import Scope
from feel.syntax import Call, Literal, Name, Negation, Node, RangeOf, Test
from feel.values import Range, Value, equal, kind

if TYPE_CHECKING:
    from feel.table import DecisionTable, Rule

_MOST_PAIRS = 50_000
_CONSTANT_CALLS = frozenset(("date", "time", "date and time", "duration"))


class Overlap(NamedTuple):
    one: "Rule"
    other: "Rule"

    def __str__(self) -> str:
        return f"Rules {self.one} and {self.other} can hold together."


class _Cell(NamedTuple):
    """A cell, the values of its tests, and those it is tried with; both None if names decide."""

    tests: UnaryTests
    values: list[Value] | None
    tried: list[Value] | None


def overlaps(table: "DecisionTable") -> list[Overlap]:
    """Return the pairs of rules that are sure to overlap, in the order of the table."""
    rows = [(rule, [_cell(tests) for tests in rule.tests]) for rule in table.rules]
    found = []
    for count, ((one, mine), (other, theirs)) in enumerate(combinations(rows, 2)):
        if count >= _MOST_PAIRS:
            break
        if all(_meet(*pair) for pair in zip(mine, theirs, strict=True)):
            found.append(Overlap(one, other))
    return found


def _meet(one: _Cell, other: _Cell) -> bool:
    """Are the cells sure to have a value in common?"""
    if one.tests.is_any or other.tests.is_any or one.tests.text.split() == other.tests.text.split():
        return True
    if one.tried is None or other.tried is None:
        return False
    if any(_share(mine, theirs) for mine in one.values or () for theirs in other.values or ()):
        return True
    both = one.tests, other.tests
    return any(all(_is_met(each, value) for each in both) for value in one.tried + other.tried)


def _cell(tests: UnaryTests) -> _Cell:
    if not all(map(_is_constant, tests.nodes)):
        return _Cell(tests, None, None)
    is_plain = not tests.negated and not any(map(_is_other, tests.nodes))
    values = [_value(tests, node) for node in tests.nodes] if is_plain else None
    written = [_value(tests, part) for node in tests.nodes for part in _written(node)]
    return _Cell(tests, values, [None, *(near for each in written for near in _near(each))])


def _value(tests: UnaryTests, node: Node) -> Value:
    return Expression(tests.text, node).value(Scope(Run({}), {}))


def _is_met(tests: UnaryTests, value: Value) -> bool:
    """Is the cell met? Of yes and no only they are tried: `true` also is a condition that holds."""
    asks_truth = any(isinstance(n, Literal) and isinstance(n.value, bool) for n in tests.nodes)
    if asks_truth and not isinstance(value, bool):
        return False
    return tests.met(value, Scope(Run({}), {}))


def _written(node: Node) -> list[Node]:
    """Return the values that are written in a test."""
    match node:
        case Test(right=right):
            return [right]
        case RangeOf(low=low, high=high):
            return [end for end in (low, high) if end]
    return [node]


def _near(value: Value) -> list[Value]:
    """Return a value and those next to it, which an open range may hold."""
    if isinstance(value, Decimal):
        return [value, value - 1, value + 1]
    try:
        step = timedelta(days=1)
        return [value, value - step, value + step] if isinstance(value, date) else [value]
    except OverflowError:
        return [value]


def _is_other(node: Node) -> bool:
    return isinstance(node, Test) and node.operator == "!="


def _is_constant(node: Node | None) -> bool:
    match node:
        case None | Literal():
            return True
        case Test(right=right):
            return _is_constant(right)
        case RangeOf(low=low, high=high):
            return _is_constant(low) and _is_constant(high)
        case Negation(of=of):
            return _is_constant(of)
        case Call(function=Name(name=name), values=values):
            return name in _CONSTANT_CALLS and all(map(_is_constant, values))
    return False


def _share(one: Value, other: Value) -> bool:
    if not isinstance(one, Range) and not isinstance(other, Range):
        return equal(Run({}), one, other) is True
    first, second = _span(one), _span(other)
    return BUILTINS["overlaps"].call(Run({}), [first, second]) is True


def _span(value: Value) -> Range:
    return value if kind(value) == "range" else Range(value, value, True, True)
