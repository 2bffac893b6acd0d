"""How a built-in function is declared: by the signature the standard gives it.

`@builtin("substring(string: string, start position: number, length?: number)")`. A kind may be
`a|b`; `?` marks what may be left out, `...` a list that may also be given as separate values.
Several declarations of one name are tried in turn. Values that match none give null.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from feel.limits import Run
from feel.values import Value, kind, shaped

Body = Callable[..., Value]
F = TypeVar("F", bound=Body)
_MISFIT = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kinds: frozenset[str]
    optional: bool

    def fitted(self, value: Value) -> Value:
        """Return the value, or the only item of a list of one, or a list of it (10.3.2.9.4)."""
        found = kind(value)
        if found in self.kinds or "any" in self.kinds:
            return value
        if found == "list" and len(value) == 1 and kind(only := shaped(value[0])) in self.kinds:
            return only
        if "list" in self.kinds and value is not None:
            return [value]
        return _MISFIT


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[Parameter, ...]
    variadic: bool
    body: Body

    def bound(self, values: list[Value], labels: tuple[str, ...] | None) -> list[Value] | None:
        if labels is not None:
            by_name = dict(zip(labels, values, strict=True))
            if not set(by_name) <= {parameter.name for parameter in self.parameters}:
                return None
            values = [by_name.get(parameter.name) for parameter in self.parameters]
            missing = [p for p in self.parameters if p.name not in by_name and not p.optional]
            return None if missing else self._fitted(values)
        if self.variadic:
            fixed = len(self.parameters) - 1
            rest = values[fixed:]
            one_list = not fixed and len(rest) == 1 and isinstance(rest[0], list)
            values = [*values[:fixed], rest[0] if one_list else rest] if rest else values
        return self._fitted(values)

    def _fitted(self, values: list[Value]) -> list[Value] | None:
        fewest = sum(not parameter.optional for parameter in self.parameters)
        if not fewest <= len(values) <= len(self.parameters):
            return None
        bound: list[Value] = []
        for parameter, value in zip(self.parameters, values, strict=False):
            if value is None and parameter.optional:
                bound.append(None)
            elif (fit := parameter.fitted(value)) is _MISFIT:
                return None
            else:
                bound.append(fit)
        return bound


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str
    signatures: list[Signature]

    def call(self, run: Run, values: list[Value], labels: tuple[str, ...] | None = None) -> Value:
        for signature in self.signatures:
            bound = signature.bound(values, labels)
            if bound is not None:
                return signature.body(run, *bound)
        return None


BUILTINS: dict[str, Builtin] = {}
_SIGNATURE = re.compile(r"([a-z ]+)\((.*)\)")


def builtin(declaration: str) -> Callable[[F], F]:
    match = _SIGNATURE.fullmatch(declaration)
    assert match, declaration
    name, inside = match.groups()
    variadic = inside.endswith("...")
    parameters = tuple(_parameter(part) for part in inside.removesuffix("...").split(", ") if part)

    def declare(body: F) -> F:
        known = BUILTINS.setdefault(name, Builtin(name, []))
        known.signatures.append(Signature(parameters, variadic, body))
        return body

    return declare


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(": ")
    return Parameter(name.rstrip("?"), frozenset((kinds or "list").split("|")), name.endswith("?"))
