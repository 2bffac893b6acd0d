"""What an expression reads and calls, for checks made before it ever runs."""

from collections.abc import Iterable, Iterator

from feel.syntax import (
    Call,
    ContextOf,
    For,
    Iterator_,
    Lambda,
    Name,
    Node,
    Path,
    Quantified,
    Table,
    children,
)  # fmt: skip

_GIVEN = frozenset(("?", "item", "partial"))


def names_in(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the free names: not those the expression itself declares, nor functions called."""
    return frozenset(name for node in nodes for name in _free(node, frozenset()))


def calls_in(nodes: Iterable[Node]) -> frozenset[str]:
    return frozenset(
        part.function.name
        for node in nodes
        for part in _all(node)
        if isinstance(part, Call) and isinstance(part.function, Name)
    )


def members_in(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the names after the dots of paths."""
    return frozenset(part.name for node in nodes for part in _all(node) if isinstance(part, Path))


def _all(node: Node) -> Iterator[Node]:
    yield node
    inner = node.table.nodes() if isinstance(node, Table) else children(node)
    for child in inner:
        yield from _all(child)


def _free(node: Node, bound: frozenset[str]) -> Iterator[str]:
    match node:
        case Name(name=name):
            if name not in bound and name not in _GIVEN:
                yield name
        case Table(table=table):
            yield from table.names - bound
        case For(iterators=iterators, body=body) | Quantified(iterators=iterators, condition=body):
            yield from _free_in_loop(iterators, body, bound)
        case ContextOf():
            yield from _free_in_context(node, bound)
        case Lambda(parameters=parameters, body=body):
            yield from _free(body, bound | set(parameters))
        case _:
            yield from _free_in_parts(node, bound)


def _free_in_parts(node: Node, bound: frozenset[str]) -> Iterator[str]:
    called = node.function if isinstance(node, Call) else None
    for child in children(node):
        if child is not called or not isinstance(child, Name):
            yield from _free(child, bound)


def _free_in_context(node: ContextOf, bound: frozenset[str]) -> Iterator[str]:
    for key, value in zip(node.keys, node.values, strict=True):
        yield from _free(value, bound)
        bound |= {key}


def _free_in_loop(
    iterators: tuple[Iterator_, ...], body: Node, bound: frozenset[str]
) -> Iterator[str]:
    for iterator in iterators:
        yield from _free(iterator.over, bound)
        if iterator.to:
            yield from _free(iterator.to, bound)
        bound |= {iterator.name}
    yield from _free(body, bound)
