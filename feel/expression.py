"""Expressions and unary tests, compiled once and asked many times."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from feel.analysis import calls_in, members_in, names_in
from feel.compiler import compiled
from feel.errors import FeelRuntimeError
from feel.limits import Run
from feel.parser import parse, parse_tests
from feel.scope import Evaluate, Scope
from feel.syntax import Literal, Node
from feel.unary import any_test
from feel.values import ATOMS, Value, finished, shaped

Functions = Mapping[str, Callable[..., Any]]
_NONE: Functions = {}
_NOTHING: frozenset[str] = frozenset()  # one for all: most expressions are a constant


class _Compiled:
    """What an expression and a cell share: the text, and what it reads and calls."""

    __slots__ = ("calls", "members", "names", "nodes", "text")

    def __init__(self, text: str, nodes: tuple[Node, ...]) -> None:
        self.text = text
        self.nodes = nodes
        self.names = names_in(nodes) or _NOTHING
        self.members = members_in(nodes) or _NOTHING
        self.calls = calls_in(nodes) or _NOTHING

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class Expression(_Compiled):
    """A compiled expression (DMN 1.3, 10.3.1.2, rule 1).

    `names` are the free names it reads (the first of a path, and what a filter reads of its
    items), `members` the further names of its paths, `calls` the functions it calls.
    """

    __slots__ = ("value",)

    def __init__(self, text: str, node: Node) -> None:
        super().__init__(text, (node,))
        self.value: Evaluate = compiled(node)

    @property
    def is_literal(self) -> bool:
        """Does it say the same, whatever is known?"""
        return isinstance(self.nodes[0], Literal)

    def evaluate(
        self, context: Mapping[str, Any], functions: Functions = _NONE, *, run: Run | None = None
    ) -> Value:
        """Return the value of the expression in a context; what is unknown or makes no sense is
        None (DMN 1.3, 10.3.2.13). Numbers come back as Decimal. `run` has steps of its own.

        Raises FeelRuntimeError past a limit, and whatever one of `functions` raises.
        """
        run = run or Run(functions)
        try:
            value = self.value(Scope(run, context))
            return value if type(value) in ATOMS else finished(run, value)
        except RecursionError:
            raise FeelRuntimeError("depth", "The expression nests too deeply.") from None


class UnaryTests(_Compiled):
    """A compiled cell of a decision table: the tests its input is held to (10.3.1.2, rule 14)."""

    __slots__ = ("_test", "negated")

    def __init__(self, text: str, nodes: tuple[Node, ...], *, negated: bool) -> None:
        super().__init__(text, nodes)
        self.negated = negated
        self._test = any_test(nodes, compiled) if nodes else None

    @property
    def is_any(self) -> bool:
        """Is the cell `-`, or empty, and so met by everything?"""
        return not self.nodes

    @property
    def words(self) -> frozenset[str] | None:
        """The words that meet the cell, where it lists words and nothing else."""
        listed = [each.value for each in self.nodes if isinstance(each, Literal)]
        words = frozenset(each for each in listed if type(each) is str)
        return words if 0 < len(self.nodes) == len(words) and not self.negated else None

    def matches(
        self,
        value: Value,
        context: Mapping[str, Any],
        functions: Functions = _NONE,
        *,
        run: Run | None = None,
    ) -> bool:
        """Does a value meet the cell? What cannot be told is no (DMN 1.3, 7.3.3).

        Raises FeelRuntimeError past a limit, and whatever one of `functions` raises.
        """
        try:
            return self.met(shaped(value), Scope(run or Run(functions), context))
        except RecursionError:
            raise FeelRuntimeError("depth", "The cell nests too deeply.") from None

    def met(self, value: Value, scope: Scope) -> bool:
        if self._test is None:
            return True
        return self._test(scope, value) is (not self.negated)


# The cells and conditions of local procedures repeat each other: what reads the same is held once.
expression_of = lru_cache(maxsize=4096)(Expression)
_unary_tests_of = lru_cache(maxsize=4096)(UnaryTests)


@lru_cache(maxsize=4096)
def _expression(text: str, names: frozenset[str]) -> Expression:
    return expression_of(text, parse(text, names))


@lru_cache(maxsize=4096)
def _unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    nodes, negated = parse_tests(text, names) or ((), False)
    return _unary_tests_of(text, nodes, negated=negated)


def compile(text: str, names: Iterable[str] = ()) -> Expression:
    """Return the compiled expression (DMN 1.3, 10.3.1.2). `names` are known names that hold
    symbols or words of the language ("Profit and Loss", "pre-school"); others need no telling.

    Raises FeelSyntaxError with message, line and column (both from 1) and text.
    """
    return _expression(text, frozenset(names))


def compile_unary(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Return the compiled cell: `-`, tests with commas between, or `not(...)` (10.3.1.2, 7-15).

    Raises FeelSyntaxError, as `compile` does.
    """
    return _unary_tests(text, frozenset(names))


def evaluate(text: str, context: Mapping[str, Any] | None = None) -> Value:
    """Compile and evaluate at once, knowing the names of the context, however they are written.

    Raises FeelSyntaxError and FeelRuntimeError.
    """
    context = context or {}
    names = (name for name in _names_within(context, 4) if not name.isidentifier())
    return compile(text, names).evaluate(context)


def _names_within(value: Any, depth: int) -> Iterable[str]:
    if depth and isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _names_within(item, depth - 1)
    elif depth and isinstance(value, list | tuple):
        for item in value[:20]:
            yield from _names_within(item, depth - 1)
