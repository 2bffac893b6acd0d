"""Filters, `for`, `some` and `every`: the parts of the language that visit many items."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from feel import limits
from feel.scope import Evaluate, Scope
from feel.syntax import (
    Between,
    Comparison,
    For,
    In,
    InstanceOf,
    Iterator_,
    Logic,
    Name,
    Node,
    Quantified,
    children,
    weight,
)  # fmt: skip
from feel.values import Range, Value, kind, shaped

Compile = Callable[[Node], Evaluate]
_CONDITIONS = (Comparison, Logic, Between, In, InstanceOf, Quantified)


def filtering(of: Evaluate, by: Node, condition: Evaluate) -> Evaluate:
    """Pick one item by its number, or all that meet a condition (DMN 1.3, 10.3.2.5)."""
    is_condition = isinstance(by, _CONDITIONS)
    names_item = _speaks_of(by, "item")
    cost = weight(by)

    def pick(scope: Scope) -> Value:
        found = of(scope)
        items = found if isinstance(found, list) else [] if found is None else [found]
        if not is_condition and kind(index := condition(scope)) == "number":
            return _item(items, index)
        run, chosen = scope.run, []
        run.spend(cost * len(items))
        for item in map(shaped, items):
            inner = scope.inner({"item": item}) if names_item else scope
            if type(item) is dict or isinstance(item, Mapping):
                inner = inner.inner(item)
            if condition(inner) is True:
                chosen.append(item)
        return run.items(chosen)

    return pick


def _item(items: list[Value], index: Decimal) -> Value:
    place = int(index)
    if place != index or not 1 <= abs(place) <= len(items):
        return None
    return shaped(items[place - 1 if place > 0 else place])


def looping(node: For, compile_: Compile) -> Evaluate:
    """`for x in xs, y in ys return z`, each list visited inside the one before (10.3.2.14)."""
    visit = _visits(node.iterators, compile_)
    body, cost = compile_(node.body), weight(node.body)
    remembers = _speaks_of(node.body, "partial")

    def loop(scope: Scope) -> Value:
        results: list[Value] = []
        inner = scope.inner({"partial": results}) if remembers else scope
        for each in visit(inner):
            scope.run.spend(cost)
            if remembers:
                each.values["partial"] = scope.run.items(list(results))  # type: ignore[index]
            results.append(body(each))
            limits.size(len(results))
        return results

    return _null_unless_listed(loop)


def quantifying(
    node: Quantified, compile_: Compile, combine: Callable[[Any], bool | None]
) -> Evaluate:
    """`some` is an `or` over the items, `every` an `and` (DMN 1.3, 10.3.2.14, table 58)."""
    visit = _visits(node.iterators, compile_)
    condition, cost = compile_(node.condition), weight(node.condition)

    def answers(scope: Scope) -> Iterator[Value]:
        for each in visit(scope):
            scope.run.spend(cost)
            yield condition(each)

    return _null_unless_listed(lambda scope: combine(answers(scope)))


class _NotAList(Exception):
    """What was to be visited is null or has no end; the whole is null then."""


def _null_unless_listed(evaluate: Evaluate) -> Evaluate:
    def guarded(scope: Scope) -> Value:
        try:
            return evaluate(scope)
        except _NotAList:
            return None

    return guarded


def _speaks_of(node: Node, name: str) -> bool:
    return (isinstance(node, Name) and node.name == name) or any(
        _speaks_of(child, name) for child in children(node)
    )


def _visits(
    iterators: tuple[Iterator_, ...], compile_: Compile
) -> Callable[[Scope], Iterator[Scope]]:
    plans = [
        (each.name, compile_(each.over), compile_(each.to) if each.to else None)
        for each in iterators
    ]

    def visit(scope: Scope, depth: int = 0) -> Iterator[Scope]:
        name, over, to = plans[depth]
        first = over(scope)
        for item in _counted(first, to(scope)) if to else _items(first):
            inner = scope.inner({name: item})
            if depth + 1 == len(plans):
                yield inner
            else:
                scope.run.spend(1)
                yield from visit(inner, depth + 1)

    return visit


def _items(value: Value) -> Iterator[Value]:
    if value is None:
        raise _NotAList
    if isinstance(value, Range):
        low, high = value.start, value.end
        for item in _counted(low, high):
            if (item == low and not value.start_included) or (
                item == high and not value.end_included
            ):
                continue
            yield item
    elif isinstance(value, list):
        yield from map(shaped, value)
    else:
        yield value


def _counted(start: Value, end: Value) -> Iterator[Value]:
    """Count from start to end, up or down, by one or by one day, both ends included."""
    if kind(start) == kind(end) == "number" and start == int(start) and end == int(end):
        step = 1 if start <= end else -1
        for value in range(int(start), int(end) + step, step):
            yield Decimal(value)
    elif type(start) is type(end) is date and not isinstance(start, datetime):
        step = 1 if start <= end else -1
        for days in range(0, (end - start).days + step, step):
            yield start + timedelta(days)
    else:
        raise _NotAList
