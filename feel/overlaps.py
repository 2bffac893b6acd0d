"""Find rules of a U table that can hold together, from their cells alone."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from feel.table import DecisionTable, Rule


class Overlap(NamedTuple):
    one: "Rule"
    other: "Rule"

    def __str__(self) -> str:
        return f"Rules {self.one} and {self.other} can hold together."


def overlaps(table: "DecisionTable") -> list[Overlap]:
    return []
