"""What a table answers when several of its rules hold (DMN 1.3, 8.2.8)."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from feel.builtins import BUILTINS
from feel.errors import DecisionError
from feel.scope import Scope
from feel.values import Value, equal

if TYPE_CHECKING:
    from feel.table import DecisionTable, Rule

Answers = list[tuple[Value, ...]]
BY_NAME = {
    "UNIQUE": "U", "ANY": "A", "FIRST": "F", "PRIORITY": "P", "RULE ORDER": "R",
    "OUTPUT ORDER": "O", "COLLECT": "C",
}  # fmt: skip
BY_AGGREGATION = {"": "C", "SUM": "C+", "MIN": "C<", "MAX": "C>", "COUNT": "C#"}
NOTHING: dict[str, Callable[[], Value]] = {
    "R": list, "O": list, "C": list, "C#": lambda: Decimal(0),
}  # fmt: skip
_AGGREGATE = {"C+": "sum", "C<": "min", "C>": "max"}


def resolve(table: "DecisionTable", scope: Scope, rules: "list[Rule]", found: Answers) -> Value:
    """Make one answer, or a list of them, of the outputs of the rules that hold."""
    policy = table.hit_policy
    if policy in ("P", "O"):
        ranks = _ranks(table, scope)
        found = sorted(found, key=lambda answer: _rank(scope, ranks, answer))
    if policy in ("U", "A"):
        _agree(table, scope, rules, found)
    if policy in ("R", "O", "C"):
        return [table.shape(answer) for answer in found]
    if policy[0] == "C":
        return _aggregated(table, scope, found)
    return table.shape(found[0])


def _agree(table: "DecisionTable", scope: Scope, rules: "list[Rule]", found: Answers) -> None:
    if len(rules) < 2:
        return
    which = " and ".join(str(rule) for rule in rules)
    if table.hit_policy == "U":
        raise DecisionError(f"{table.name}: only one rule may hold, but rules {which} all hold.")
    if any(equal(scope.run, list(found[0]), list(other)) is not True for other in found[1:]):
        raise DecisionError(f"{table.name}: rules {which} all hold but do not say the same.")


def _ranks(table: "DecisionTable", scope: Scope) -> list[list[Value]]:
    return [[value.value(scope) for value in output.values] for output in table.outputs]


def _rank(scope: Scope, ranks: list[list[Value]], answer: tuple[Value, ...]) -> list[int]:
    """The places of the outputs in their lists of allowed values; a column without one is equal."""
    places = []
    for order, value in zip(ranks, answer, strict=True):
        same: list[Any] = [equal(scope.run, known, value) is True for known in order]
        places.append(same.index(True) if True in same else len(order))
    return places


def _aggregated(table: "DecisionTable", scope: Scope, found: Answers) -> Value:
    if table.hit_policy == "C#":
        return Decimal(len(found))
    combine = BUILTINS[_AGGREGATE[table.hit_policy]]
    columns = zip(*found, strict=True)
    return table.shape(tuple(combine.call(scope.run, [list(column)]) for column in columns))
