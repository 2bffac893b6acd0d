"""Find rules of a table that can hold together, from their cells alone, before it is in use.

Two rules overlap for certain when their cells meet in every column: the same cell, a `-`, or
literal values and ranges that have something in common. What depends on other names is not
judged here; asking the table finds it, and refuses (DMN 1.3, 8.2.8, Unique).
"""

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


def overlaps(table: "DecisionTable") -> list[Overlap]:
    """Return the pairs of rules that are sure to overlap, in the order of the table."""
    rows = [(rule, [_values(cell) for cell in rule.tests]) for rule in table.rules]
    found = []
    for count, ((one, mine), (other, theirs)) in enumerate(combinations(rows, 2)):
        if count >= _MOST_PAIRS:
            break
        cells = zip(one.tests, mine, other.tests, theirs, strict=True)
        if all(_meet(*pair) for pair in cells):
            found.append(Overlap(one, other))
    return found


def _meet(
    one: UnaryTests, mine: list[Value] | None, other: UnaryTests, theirs: list[Value] | None
) -> bool:
    """Are the cells sure to have a value in common?"""
    if one.is_any or other.is_any or one.text.split() == other.text.split():
        return True
    if mine is None or theirs is None:
        return False
    return any(_share(first, second) for first in mine for second in theirs)


def _values(cell: UnaryTests) -> list[Value] | None:
    """Return the values and ranges of a cell made of nothing else; None for any other."""
    if cell.negated or not all(map(_is_constant, cell.nodes)):
        return None
    scope = Scope(Run({}), {})
    return [Expression(cell.text, node).value(scope) for node in cell.nodes]


def _is_constant(node: Node | None) -> bool:
    match node:
        case None | Literal():
            return True
        case Test(operator=operator, right=right):
            return operator != "!=" and _is_constant(right)
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
