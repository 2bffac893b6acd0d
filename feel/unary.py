"""Hold a value to unary tests: the cells of a decision table, and what follows `in`."""

from collections.abc import Callable, Sequence

from feel.scope import Evaluate, Scope
from feel.syntax import Literal, Name, Node, Test, children
from feel.values import Value, compare, satisfies

Compile = Callable[[Node], Evaluate]
Tester = Callable[[Scope, Value], bool | None]


def any_test(nodes: Sequence[Node], compile_: Compile) -> Tester:
    """Return the closure that holds a value to tests, one of which it must meet."""
    tests = [tester(node, compile_) for node in nodes]
    words = frozenset(node.value for node in nodes if isinstance(node, Literal) and _is_text(node))
    only_words = all(map(_is_text, nodes))
    asked = any(map(asks, nodes))

    def test(scope: Scope, value: Value) -> bool | None:
        if only_words and type(value) is str:
            return value in words
        inner = scope.inner({"?": value}) if asked else scope
        answer: bool | None = False
        for one in tests:
            found = one(inner, value)
            if found is True:
                return True
            if found is None:
                answer = None
        return answer

    return test


def tester(node: Node, compile_: Compile) -> Tester:
    """Return the closure that holds a value to one unary test (DMN 1.3, 10.3.2.8 and 7.3.3)."""
    if isinstance(node, Test):
        right, sign = compile_(node.right), node.operator
        return lambda scope, value: compare(scope.run, sign, value, right(scope))
    evaluate = compile_(node)
    if asks(node):
        return lambda scope, value: evaluate(scope)

    def test(scope: Scope, value: Value) -> bool | None:
        wanted = evaluate(scope)
        if wanted is True and type(value) is not bool and not isinstance(value, list):
            return True
        return satisfies(scope.run, value, wanted)

    return test


def _is_text(node: Node) -> bool:
    return isinstance(node, Literal) and type(node.value) is str


def asks(node: Node) -> bool:
    """Does the expression speak of the value under test as `?`"""
    return (isinstance(node, Name) and node.name == "?") or any(map(asks, children(node)))
