"""Functions that make one value of a list (DMN 1.3, 10.3.4.4). An empty list gives null."""

from decimal import Decimal
from typing import Any

from feel.arithmetic import calculated
from feel.builtins.registry import builtin
from feel.limits import DECIMAL, Run
from feel.values import Value, before, kind, shaped

Items = list[Any]


@builtin("min(list...)")
def min_(run: Run, items: Items) -> Value:
    return _extreme(run, items, lambda one, best: before(one, best))


@builtin("max(list...)")
def max_(run: Run, items: Items) -> Value:
    return _extreme(run, items, lambda one, best: before(best, one))


def _extreme(run: Run, items: Items, better: Any) -> Value:
    best = None
    for place, item in enumerate(map(shaped, run.items(items))):
        if place == 0:
            best = item
        answer = better(item, best)
        if answer is None:
            return None
        if answer:
            best = item
    return best


@builtin("sum(list...)")
def sum_(run: Run, items: Items) -> Value:
    return _folded(run, items, "+")


@builtin("product(list...)")
def product(run: Run, items: Items) -> Value:
    return _folded(run, items, "*") if _numbers(items) is not None else None


def _folded(run: Run, items: Items, operator: str) -> Value:
    total = None
    for place, item in enumerate(map(shaped, run.items(items))):
        if kind(item) not in ("number", "days and time duration", "years and months duration"):
            return None
        total = calculated(run, operator, total, item) if place else item
    return total


def _numbers(items: Items) -> list[Decimal] | None:
    numbers = [shaped(item) for item in items]
    return numbers if numbers and all(kind(n) == "number" for n in numbers) else None


@builtin("mean(list...)")
def mean(run: Run, items: Items) -> Decimal | None:
    numbers = _numbers(run.items(items))
    total = sum_(run, numbers) if numbers else None
    return DECIMAL.divide(total, Decimal(len(items))) if total is not None else None


@builtin("median(list...)")
def median(run: Run, items: Items) -> Decimal | None:
    numbers = _numbers(run.items(items))
    if numbers is None:
        return None
    numbers.sort()
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return DECIMAL.divide(DECIMAL.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("mode(list...)")
def mode(run: Run, items: Items) -> list[Decimal] | None:
    """The most frequent numbers, smallest first; of no numbers there are none."""
    if not items:
        return []
    numbers = _numbers(run.items(items))
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


@builtin("stddev(list...)")
def stddev(run: Run, items: Items) -> Decimal | None:
    """The standard deviation of a sample, so of two numbers or more."""
    numbers = _numbers(run.items(items))
    middle = mean(run, items)
    if numbers is None or middle is None or len(numbers) < 2:
        return None
    total = Decimal(0)
    for number in numbers:
        apart = DECIMAL.subtract(number, middle)
        total = DECIMAL.add(total, DECIMAL.multiply(apart, apart))
    found = DECIMAL.sqrt(DECIMAL.divide(total, Decimal(len(numbers) - 1)))
    return found if found.is_finite() else None
