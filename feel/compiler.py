"""Turn a tree into Python closures, once. A closure takes a scope and returns a value.

Nothing here looks at an attribute of a value it was given: members of contexts are read by key,
properties of dates, durations and ranges from the fixed table in `properties.py`.
"""

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from feel import arithmetic
from feel.builtins import BUILTINS
from feel.calls import calling, lambda_of
from feel.limits import DECIMAL, Run
from feel.lists import filtering, looping, quantifying
from feel.properties import member
from feel.scope import Evaluate, Scope, reader
from feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    Filter,
    Fitted,
    For,
    If,
    In,
    InstanceOf,
    Lambda,
    ListOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeOf,
    Table,
    Test,
)  # fmt: skip
from feel.types import conforms, fitted
from feel.unary import any_test
from feel.values import (
    Range,
    Value,
    all_of,
    any_of,
    compare,
    kind,
    shaped,
    within,
)  # fmt: skip

# Functions whose value is known as soon as their texts are.
CONSTANTS = frozenset(("date", "time", "date and time", "duration"))


def compiled(node: Node) -> Evaluate:
    return _RULES[type(node)](node)


def _literal(node: Literal) -> Evaluate:
    value = node.value
    return lambda scope: value


def _name(node: Name) -> Evaluate:
    return reader(node.name)


def _path(node: Path) -> Evaluate:
    of, name = compiled(node.of), node.name

    def read(scope: Scope) -> Value:
        value = of(scope)
        if type(value) is dict:
            return shaped(value.get(name))
        return member(scope.run, value, name)

    return read


def _filter(node: Filter) -> Evaluate:
    return filtering(compiled(node.of), node.by, compiled(node.by))


def _call(node: Call) -> Evaluate:
    named = node.function.name if isinstance(node.function, Name) else None
    values = [compiled(value) for value in node.values]
    if named == "not" and len(values) == 1 and node.labels is None:
        return _opposite(values[0])
    if named in CONSTANTS and all(isinstance(value, Literal) for value in node.values):
        made = BUILTINS[named].call(Run({}), [value(Scope(Run({}), {})) for value in values])
        return lambda scope: made
    return calling(named, compiled(node.function), values, node.labels)


def _opposite(of: Evaluate) -> Evaluate:
    def negate(scope: Scope) -> bool | None:
        value = of(scope)
        return not value if type(value) is bool else None

    return negate


def _arithmetic(node: Arithmetic) -> Evaluate:
    left, right = compiled(node.left), compiled(node.right)
    sign = node.operator

    def calculate(scope: Scope) -> Value:
        return arithmetic.calculated(scope.run, sign, left(scope), right(scope))

    return calculate


def _negation(node: Negation) -> Evaluate:
    of = compiled(node.of)
    if isinstance(node.of, Literal) and isinstance(node.of.value, Decimal):
        value = DECIMAL.minus(node.of.value)
        return lambda scope: value
    return lambda scope: arithmetic.negated(of(scope))


_SIMPLE = frozenset((str, bool, Decimal, date))
_QUICK: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip


def _comparison(node: Comparison) -> Evaluate:
    left, right, sign = compiled(node.left), compiled(node.right), node.operator
    quick = _QUICK[sign]
    simple = _SIMPLE if sign in ("=", "!=") else _SIMPLE - {bool}

    def test(scope: Scope) -> bool | None:
        one, other = left(scope), right(scope)
        if type(one) is type(other) and type(one) in simple:
            return quick(one, other)
        return compare(scope.run, sign, one, other)

    return test


def _logic(node: Logic) -> Evaluate:
    parts = tuple(compiled(part) for part in node.parts)
    decides = node.operator == "or"  # the answer that settles it

    def decide(scope: Scope) -> bool | None:
        answer: bool | None = not decides
        for part in parts:
            value = part(scope)
            if type(value) is not bool:
                answer = None
            elif value == decides:
                return decides
        return answer

    return decide


def _if(node: If) -> Evaluate:
    condition, then, otherwise = map(compiled, (node.condition, node.then, node.otherwise))
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _between(node: Between) -> Evaluate:
    value, low, high = map(compiled, (node.value, node.low, node.high))

    def test(scope: Scope) -> bool | None:
        ends = low(scope), high(scope)
        if None in ends:
            return None
        return within(value(scope), Range(*ends, True, True))

    return test


def _in(node: In) -> Evaluate:
    value, test = compiled(node.value), any_test(node.tests, compiled)
    return lambda scope: test(scope, value(scope))


def _instance_of(node: InstanceOf) -> Evaluate:
    value, wanted = compiled(node.value), node.type
    return lambda scope: conforms(scope.run, value(scope), wanted)


def _range(node: RangeOf) -> Evaluate:
    low = compiled(node.low) if node.low else None
    high = compiled(node.high) if node.high else None
    closed = node.low_closed, node.high_closed

    def make(scope: Scope) -> Value:
        start = low(scope) if low else None
        end = high(scope) if high else None
        if start is not None and end is not None and kind(start) != kind(end):
            return None
        return Range(start, end, *closed)

    return make


def _test(node: Test) -> Evaluate:
    """A comparison that stands alone is the range it describes: `< 5` (DMN 1.4, 10.3.2.7)."""
    right, sign = compiled(node.right), node.operator

    def make(scope: Scope) -> Value:
        end = right(scope)
        if end is None or sign == "!=":
            return None
        if sign == "=":
            return Range(end, end, True, True)
        if sign[0] == "<":
            return Range(None, end, False, sign == "<=")
        return Range(end, None, sign == ">=", False)

    return make


def _list(node: ListOf) -> Evaluate:
    items = tuple(compiled(item) for item in node.items)

    def make(scope: Scope) -> Value:
        scope.run.spend(len(items))
        return [item(scope) for item in items]

    return make


def _context(node: ContextOf) -> Evaluate:
    entries = tuple(zip(node.keys, map(compiled, node.values), strict=True))

    def make(scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inner = scope.inner(made)
        scope.run.spend(len(entries))
        for key, value in entries:
            made[key] = value(inner)
        return made

    return make


def _for(node: For) -> Evaluate:
    return looping(node, compiled)


def _quantified(node: Quantified) -> Evaluate:
    return quantifying(node, compiled, any_of if node.kind == "some" else all_of)


def _lambda(node: Lambda) -> Evaluate:
    return lambda_of(node, compiled(node.body))


def _fitted(node: Fitted) -> Evaluate:
    of, wanted = compiled(node.of), node.type
    return lambda scope: fitted(scope.run, of(scope), wanted)


def _table(node: Table) -> Evaluate:
    return node.table.value  # type: ignore[no-any-return]


_RULES: dict[type[Node], Callable[[Any], Evaluate]] = {
    Literal: _literal, Name: _name, Path: _path, Filter: _filter, Call: _call,
    Arithmetic: _arithmetic, Negation: _negation, Comparison: _comparison, Logic: _logic, If: _if,
    Between: _between, In: _in, InstanceOf: _instance_of, RangeOf: _range, Test: _test,
    ListOf: _list, ContextOf: _context, For: _for, Quantified: _quantified, Lambda: _lambda,
    Fitted: _fitted, Table: _table,
}  # fmt: skip
