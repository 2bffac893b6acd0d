"""Where an expression finds its names: the innermost scope first, and nowhere else."""

from collections.abc import Callable, Mapping
from typing import Any

from feel.limits import Run
from feel.values import PLAIN, Value, shaped


class Scope:
    __slots__ = ("outer", "run", "values")

    def __init__(self, run: Run, values: Mapping[str, Any], outer: "Scope | None" = None) -> None:
        self.run = run
        self.values = values
        self.outer = outer

    def inner(self, values: Mapping[str, Any]) -> "Scope":
        return Scope(self.run, values, self)


Evaluate = Callable[[Scope], Value]
MISSING = object()


def find(scope: Scope | None, name: str) -> Value:
    while scope is not None:
        values = scope.values
        if name in values:
            value = values[name]
            return value if type(value) in PLAIN else shaped(value)
        scope = scope.outer
    return MISSING


def reader(name: str) -> Evaluate:
    """Return the closure that reads a name; a name nobody knows is null."""

    def read(scope: Scope) -> Value:
        values = scope.values
        if name in values:
            value = values[name]
            return value if type(value) in PLAIN else shaped(value)
        value = find(scope.outer, name)
        return None if value is MISSING else value

    return read
