"""The tree of an expression. A node knows where in the text it began (`at`)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    of: Node
    by: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    values: tuple[Node, ...]
    labels: tuple[str, ...] | None  # parameter names, when the arguments are named


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    of: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    operator: str  # "and" | "or"
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator_(Node):
    name: str
    over: Node
    to: Node | None  # `1..5` has both ends, `discussions` only the first


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator_, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    kind: str  # "some" | "every"
    iterators: tuple[Iterator_, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Type:
    """A type as written: `list<number>` is Type("list", (Type("number"),))."""

    name: str
    of: tuple["Type", ...] = ()
    members: tuple[str, ...] = ()  # a context's, beside `of`
    allowed: Any = None  # (run, value) -> bool, where a file names the allowed values


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A comparison whose left side is the value under test: `< 5`."""

    operator: str
    right: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    keys: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Fitted(Node):
    """A value that a DMN file says is of a type; what cannot be is null."""

    of: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A decision table inside another expression."""

    table: Any  # feel.table.DecisionTable


def children(node: Node) -> Iterator[Node]:
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, Node):
                    yield part


def weight(node: Node) -> int:
    """Return the number of nodes: about what evaluating the tree once costs."""
    return 1 + sum(weight(child) for child in children(node))
