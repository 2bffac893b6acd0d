"""Call a function: one written in the expression, one the caller gave, or a built-in one."""

from collections.abc import Callable
from typing import Any

from feel.builtins import BUILTINS
from feel.functions import invoke
from feel.limits import Run
from feel.scope import Evaluate, Scope, find
from feel.syntax import Lambda, weight
from feel.types import fitted
from feel.values import Function, Value, shaped


def calling(
    name: str | None, function: Evaluate, values: list[Evaluate], labels: tuple[str, ...] | None
) -> Evaluate:
    builtin = BUILTINS.get(name) if name else None

    def call(scope: Scope) -> Value:
        found = find(scope, name) if name else function(scope)
        if isinstance(found, Function):
            return invoke(scope.run, found, [value(scope) for value in values], labels)
        given = scope.run.functions.get(name) if name else None
        if given is not None:
            return _host(given, [value(scope) for value in values], labels)
        if builtin is None:
            return None
        return builtin.call(scope.run, [value(scope) for value in values], labels)

    return call


def _host(
    function: Callable[..., Any], values: list[Value], labels: tuple[str, ...] | None
) -> Value:
    if labels is None:
        return shaped(function(*values))
    return shaped(function(**dict(zip(labels, values, strict=True))))


def lambda_of(node: Lambda, body: Evaluate) -> Evaluate:
    typed, cost = any(node.types), weight(node.body)

    def make(scope: Scope) -> Function:
        def call(run: Run, values: list[Value]) -> Value:
            run.spend(cost)
            if typed:
                for place, wanted in enumerate(node.types):
                    if wanted is not None:
                        values[place] = fitted(run, values[place], wanted)
            return body(Scope(run, dict(zip(node.parameters, values, strict=True)), scope))

        return Function(node.parameters, call, node.types)

    return make
