"""Functions over lists (DMN 1.3, 10.3.4.4). Places count from 1; negative ones from the end."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from feel import limits
from feel.builtins.registry import builtin
from feel.functions import invoke
from feel.limits import Run
from feel.values import Function, Value, all_of, any_of, contains, equal, shaped

Items = list[Any]


@builtin("list contains(list: list, element: any)")
def list_contains(run: Run, items: Items, element: Value) -> bool:
    return contains(run, items, element)


@builtin("count(list: list)")
def count(run: Run, items: Items) -> Decimal:
    return Decimal(len(items))


@builtin("all(list...)")
def all_(run: Run, items: Items) -> bool | None:
    return all_of(run.items(items))


@builtin("any(list...)")
def any_(run: Run, items: Items) -> bool | None:
    return any_of(run.items(items))


@builtin("sublist(list: list, start position: number, length?: number)")
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None = None) -> Items | None:
    place = int(start)
    if not place or abs(place) > len(items) or (length is not None and length < 0):
        return None
    first = place - 1 if place > 0 else len(items) + place
    last = len(items) if length is None else first + int(length)
    return run.items(items[first:last]) if last <= len(items) else None


@builtin("append(list: list, item: any...)")
def append(run: Run, items: Items, more: Items) -> Items:
    return run.items([*items, *more])


@builtin("concatenate(list: list)")
@builtin("concatenate(list: list, lists...)")
def concatenate(run: Run, first: Items, more: Sequence[Value] = ()) -> Items | None:
    """What is no list is a list of itself; nothing at all is none, so it makes null."""
    joined: Items = [*first]
    for one in more:
        if one is None:
            return None
        joined.extend(one if isinstance(one, list) else [one])
        limits.size(len(joined))
    return run.items(joined)


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, items: Items, position: Decimal, item: Value) -> Items | None:
    place = _place(items, position)
    return None if place is None else run.items([*items[:place], item, *items[place:]])


@builtin("remove(list: list, position: number)")
def remove(run: Run, items: Items, position: Decimal) -> Items | None:
    place = _place(items, position)
    return None if place is None else run.items([*items[:place], *items[place + 1 :]])


@builtin("list replace(list: list, position: number, newItem: any)")
def replace_at(run: Run, items: Items, position: Decimal, item: Value) -> Items | None:
    place = _place(items, position)
    return None if place is None else run.items([*items[:place], item, *items[place + 1 :]])


@builtin("list replace(list: list, match: function, newItem: any)")
def replace_matching(run: Run, items: Items, match: Function, item: Value) -> Items | None:
    replaced = []
    for old in items:
        answer = invoke(run, match, [shaped(old), item])
        if type(answer) is not bool:
            return None
        replaced.append(item if answer else old)
    return run.items(replaced)


def _place(items: Items, position: Decimal) -> int | None:
    place = int(position)
    if not place or place != position or abs(place) > len(items):
        return None
    return place - 1 if place > 0 else len(items) + place


@builtin("reverse(list: list)")
def reverse(run: Run, items: Items) -> Items:
    return run.items(items[::-1])


@builtin("index of(list: list, match: any)")
def index_of(run: Run, items: Items, match: Value) -> Items:
    found = []
    for place, item in enumerate(items, 1):
        run.spend(1)
        if equal(run, shaped(item), match) is True:
            found.append(Decimal(place))
    return found


@builtin("union(list: list)")
@builtin("union(list: list, lists...)")
def union(run: Run, first: Items, more: Sequence[Value] = ()) -> Items | None:
    joined = concatenate(run, first, more)
    return None if joined is None else distinct_values(run, joined)


@builtin("distinct values(list: list)")
def distinct_values(run: Run, items: Items) -> Items:
    found: Items = []
    for item in items:
        if not contains(run, found, shaped(item)):
            found.append(item)
    return found


@builtin("duplicate values(list: list)")
def duplicate_values(run: Run, items: Items) -> Items:
    seen: Items = []
    twice: Items = []
    for item in items:
        known = twice if contains(run, seen, shaped(item)) else seen
        if known is seen or not contains(run, twice, shaped(item)):
            known.append(item)
    return twice


@builtin("flatten(list: list)")
def flatten(run: Run, items: Items) -> Items:
    flat: Items = []
    for item in run.items(items):
        if isinstance(item, list):
            flat.extend(flatten(run, item))
        else:
            flat.append(item)
        limits.size(len(flat))
    return flat


@builtin("sort(list: list, precedes: function)")
def sort(run: Run, items: Items, precedes: Function) -> Items | None:
    def order(one: Value, other: Value) -> int:
        run.spend(8)
        if invoke(run, precedes, [shaped(one), shaped(other)]) is True:
            return -1
        return 1 if invoke(run, precedes, [shaped(other), shaped(one)]) is True else 0

    if len(precedes.parameters) != 2:
        return None
    return sorted(run.items(items), key=cmp_to_key(order))
