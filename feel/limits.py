"""The limits every evaluation keeps, so that no diagram can hold up a server.

Steps are counted, not seconds: the same expression on the same facts always ends the same way.
One step is about one node of an expression evaluated, one list element made, or 16 characters.
"""

from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from functools import cached_property
from typing import Any

from feel.errors import FeelRuntimeError

STEPS = 250_000
CALL_DEPTH = 40
LIST_LENGTH = 50_000
TEXT_LENGTH = 1_000_000
EXPRESSION_LENGTH = 20_000
NESTING = 60
TREE_DEPTH = 200

# Numbers are decimal128 (DMN 1.3, 10.3.2.3.1): 34 digits, exponents to 6144.
DECIMAL = Context(prec=34, Emax=6144, Emin=-6143, traps=[])


class Run:
    """One evaluation: what it may still spend, and the named functions it was given."""

    steps = STEPS
    depth = 0

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self.functions = functions

    @cached_property
    def decided(self) -> dict[str, Any]:
        """What required decisions gave, by id."""
        return {}

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise FeelRuntimeError(
                "steps", f"The expression takes more than {STEPS:,} steps, so it was stopped."
            )

    def text(self, value: str) -> str:
        """Pay for a text just made and return it."""
        length(len(value))
        self.spend(1 + len(value) // 16)
        return value

    def items(self, value: list[Any]) -> list[Any]:
        """Pay for a list just made and return it."""
        size(len(value))
        self.spend(1 + len(value))
        return value


def length(characters: int) -> None:
    if characters > TEXT_LENGTH:
        raise FeelRuntimeError(
            "text length", f"The expression makes a text of more than {TEXT_LENGTH:,} characters."
        )


def size(items: int) -> None:
    if items > LIST_LENGTH:
        raise FeelRuntimeError(
            "list length", f"The expression makes a list of more than {LIST_LENGTH:,} items."
        )


def number(value: Decimal) -> Decimal | None:
    """Return a result of arithmetic: null when undefined, refused when too large to hold."""
    if value.is_finite():
        return value
    if value.is_nan():
        return None
    raise FeelRuntimeError(
        "number size", "The expression makes a number too large to hold: 10**6144 or more."
    )
