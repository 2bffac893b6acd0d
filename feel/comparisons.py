"""What an expression compares with what, for checks that a value can ever be met."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from feel.syntax import (
    Call,
    Comparison,
    Filter,
    For,
    In,
    Iterator_,
    ListOf,
    Literal,
    Name,
    Node,
    Path,
    Quantified,
    Test,
    children,
)


class Read(NamedTuple):
    """A name that is read, and of what: nothing, if it stands by itself."""

    of: str
    name: str


class Compared(NamedTuple):
    read: Read
    value: Any


Bound = Mapping[str, Read | None]
_NOTHING: Bound = {}
_EQUAL = ("=", "!=")


def comparisons(nodes: Iterable[Node]) -> Iterator[Compared]:
    """Yield each name that is held to a value as it stands written there."""
    for node in nodes:
        yield from _within(node, _NOTHING, "")


def comparisons_of_cell(column: Node, cell: Iterable[Node]) -> Iterator[Compared]:
    """Yield what a cell of a decision table compares, first of all with its column's value."""
    read = _read(column, _NOTHING, "")
    tests = tuple(cell)
    yield from _pairs(column, tests, _NOTHING, "")
    for node in tests:
        yield from _within(node, {"?": read}, "")


def _within(node: Node, bound: Bound, of: str) -> Iterator[Compared]:
    match node:
        case Comparison(operator=operator, left=left, right=right) if operator in _EQUAL:
            yield from _pairs(left, (right,), bound, of)
            yield from _pairs(right, (left,), bound, of)
        case In(value=value, tests=tests):
            yield from _pairs(value, tests, bound, of)
            for test in tests:
                yield from _pairs(test, (value,), bound, of)
        case Call(function=Name(name="list contains"), values=(items, value)):
            yield from _pairs(items, (value,), bound, of)
    yield from _inside(node, bound, of)


def _inside(node: Node, bound: Bound, of: str) -> Iterator[Compared]:
    match node:
        case Filter(of=items, by=by):
            read = _read(items, bound, of)
            yield from _within(items, bound, of)
            yield from _within(by, {**bound, "item": read}, _whole(read))
        case For(iterators=iterators, body=body) | Quantified(iterators=iterators, condition=body):
            for iterator in iterators:
                yield from _within(iterator.over, bound, of)
                bound = {**bound, iterator.name: _gone_through(iterator, bound, of)}
            yield from _within(body, bound, of)
        case _:
            for child in children(node):
                yield from _within(child, bound, of)


def _gone_through(iterator: Iterator_, bound: Bound, of: str) -> Read | None:
    return None if iterator.to else _read(iterator.over, bound, of)


def _pairs(one: Node, tests: Iterable[Node], bound: Bound, of: str) -> Iterator[Compared]:
    read = _read(one, bound, of)
    if read:
        for value in _values(tests):
            yield Compared(read, value)


def _values(tests: Iterable[Node]) -> Iterator[Any]:
    for test in tests:
        match test:
            case Literal(value=value) if value is not None:
                yield value
            case ListOf(items=items):
                yield from _values(items)
            case Test(operator=operator, right=right) if operator in _EQUAL:
                yield from _values((right,))


def _read(node: Node, bound: Bound, of: str) -> Read | None:
    """Return which name this reads, or None for anything else."""
    match node:
        case Name(name=name):
            return bound[name] if name in bound else Read(of, name)
        case Path(of=inner, name=name):
            return Read(_whole(_read(inner, bound, of)), name)
        case Filter(of=inner):
            return _read(inner, bound, of)
    return None


def _whole(read: Read | None) -> str:
    """Return the first name of what this reads; what cannot be told is “?”."""
    return (read.of or read.name) if read else "?"
