"""FEEL, the expression language of DMN: parsed, compiled once, evaluated within limits.

An expression reaches its context and the functions it is given, and nothing else. What is
supported and what is refused is told in `docs/feel.md`. Depends on nothing of ours.
"""

from feel.builtins import BUILTINS
from feel.dmn import read_dmn
from feel.errors import DecisionError, FeelError, FeelRuntimeError, FeelSyntaxError
from feel.expression import Expression, UnaryTests, compile, compile_unary, evaluate
from feel.table import DecisionTable, Input, Output, Rule
from feel.temporal import YearsMonths
from feel.values import Range

FUNCTIONS = frozenset(BUILTINS)  # the names of the functions every expression may call

__all__ = [
    "FUNCTIONS", "DecisionError", "DecisionTable", "Expression", "FeelError", "FeelRuntimeError",
    "FeelSyntaxError", "Input", "Output", "Range", "Rule", "UnaryTests", "YearsMonths", "compile",
    "compile_unary", "evaluate", "read_dmn",
]  # fmt: skip
