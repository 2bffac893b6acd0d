"""Decision tables: which rules hold, and what the hit policy makes of them (DMN 1.3, clause 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from feel import hit_policies
from feel.errors import DecisionError, FeelRuntimeError
from feel.expression import Expression, Functions, UnaryTests
from feel.limits import Run
from feel.overlaps import Overlap, overlaps
from feel.scope import Scope
from feel.syntax import Node, Type
from feel.types import fitted
from feel.values import Value, finished, shaped


@dataclass(frozen=True, slots=True)
class Input:
    label: str
    expression: Expression
    allowed: UnaryTests


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    allowed: UnaryTests
    values: tuple[Expression, ...] = ()  # the allowed values in order, highest priority first
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    number: int  # its row, from 1
    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    annotation: str = ""

    @cached_property
    def asked(self) -> list[tuple[int, UnaryTests]]:
        """The cells that not everything meets, each with the place of its column."""
        return [(place, test) for place, test in enumerate(self.tests) if not test.is_any]

    @cached_property
    def said(self) -> list[Value]:
        """What its outputs say as they stand, in the places of those that do."""
        nothing = Scope(Run({}), {})
        return [each.value(nothing) if each.is_literal else None for each in self.outputs]

    @cached_property
    def worked_out(self) -> list[tuple[int, Expression]]:
        """The other outputs, each with its place."""
        return [(at, each) for at, each in enumerate(self.outputs) if not each.is_literal]

    def holds(self, values: list[Value], scope: Scope) -> bool:
        for place, test in self.asked:  # noqa: SIM110 – a generator for every row would cost more
            if not test.met(values[place], scope):
                return False
        return True

    def __str__(self) -> str:
        return f"{self.number} ({self.id})" if self.id else str(self.number)


@dataclass(frozen=True)
class DecisionTable:
    """A decision. One that is a single expression is a table of one rule without inputs."""

    id: str
    name: str
    hit_policy: str  # U A F P R O C C+ C< C> C#
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    type: Type | None = None
    given: Callable[[Scope], Scope] = field(default=lambda scope: scope, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """All the names its inputs, cells and outputs read."""
        return frozenset(name for part in self._parts() for name in part.names)

    @property
    def members(self) -> frozenset[str]:
        """The names after the dots of all its paths."""
        return frozenset(name for part in self._parts() for name in part.members)

    @property
    def calls(self) -> frozenset[str]:
        return frozenset(name for part in self._parts() for name in part.calls)

    def nodes(self) -> list[Node]:
        """The trees of all its expressions and cells."""
        return [node for part in self._parts() for node in part.nodes]

    def _parts(self) -> list[Expression | UnaryTests]:
        parts: list[Expression | UnaryTests] = [each.expression for each in self.inputs]
        parts += [each.default for each in self.outputs if each.default]
        for rule in self.rules:
            parts += [*rule.tests, *rule.outputs]
        return parts

    def decide(self, context: Mapping[str, Any], functions: Functions = {}) -> Any:  # noqa: B006
        """Return what the rules that hold say, by the hit policy (DMN 1.3, 8.2.8).

        U, A, F, P give one answer, or None when no rule holds and there is no default; R, O, C a
        list of answers, empty when no rule holds; C+ C< C> C# a number. An answer is a dict by
        output name, or the bare value where the table has one output column.

        Raises DecisionError when several rules hold under U, when rules that hold differ under A,
        and when an input or output is not among its allowed values; FeelRuntimeError past a limit.
        """
        run = Run(functions)
        try:
            return finished(run, self.value(Scope(run, context)))
        except RecursionError:
            raise FeelRuntimeError("depth", f"{self.name} nests too deeply.") from None

    def value(self, scope: Scope) -> Value:
        scope = self.given(scope)
        matching = self._matching(scope)
        if matching:
            answers = [self._answer(rule, scope) for rule in matching]
            found = hit_policies.resolve(self, scope, matching, answers)
        else:
            found = self._nothing(scope)
        return found if self.type is None else fitted(scope.run, found, self.type)

    def _matching(self, scope: Scope) -> list[Rule]:
        values = [self._read(each, scope) for each in self.inputs]
        scope.run.spend(len(self.rules))
        word = values[0] if values and type(values[0]) is str else None
        rules = self.rules if word is None else self._by_word.get(word, self._by_word[None])
        return [rule for rule in rules if rule.holds(values, scope)]

    @cached_property
    def _by_word(self) -> dict[str | None, list[Rule]]:
        """The rules whose first cell may be met by a word, by the word; under None, by any other:
        most tables begin with a column of words, and most rules are about another word.
        """
        cells = [rule.tests[0].words for rule in self.rules]
        words = {None}.union(*(words for words in cells if words))
        return {
            word: [
                rule
                for rule, words in zip(self.rules, cells, strict=True)
                if words is None or word in words
            ]
            for word in words
        }

    def _read(self, column: Input, scope: Scope) -> Value:
        value = shaped(column.expression.value(scope))
        if value is not None and not column.allowed.met(value, scope):
            raise DecisionError(
                f"{self.name}: the input “{column.label}” is not one of its allowed values "
                f"({column.allowed.text})."
            )
        return value

    @cached_property
    def _limited(self) -> list[tuple[int, Output]]:
        """The outputs that only some values are allowed in, each with its place."""
        return [(at, each) for at, each in enumerate(self.outputs) if not each.allowed.is_any]

    def _answer(self, rule: Rule, scope: Scope) -> tuple[Value, ...]:
        found = rule.said.copy()
        for place, expression in rule.worked_out:
            found[place] = expression.value(scope)
        for place, output in self._limited:
            value = found[place]
            if value is not None and not output.allowed.met(value, scope):
                raise DecisionError(
                    f"{self.name}: rule {rule} gives “{output.name}” a value that is not one of "
                    f"its allowed values ({output.allowed.text})."
                )
        return tuple(found)

    def _nothing(self, scope: Scope) -> Value:
        if any(output.default for output in self.outputs):
            found = tuple(each.default.value(scope) if each.default else None
                          for each in self.outputs)  # fmt: skip
            one = self.shape(found)
            return [one] if self.hit_policy in ("R", "O", "C") else one
        return hit_policies.NOTHING.get(self.hit_policy, lambda: None)()

    def shape(self, found: tuple[Value, ...]) -> Value:
        """Return the outputs of a rule as one answer."""
        if len(self.outputs) == 1:
            return found[0]
        return dict(zip(self._names, found, strict=True))

    @cached_property
    def _names(self) -> list[str]:
        return [output.name for output in self.outputs]

    def overlaps(self) -> list[Overlap]:
        """Return the pairs of rules of a U table that are bound to hold together for some facts,
        as far as it can be told from the cells alone (DMN 1.3, 8.2.8, Unique)."""
        return overlaps(self)
