"""The functions of the language (DMN 1.3, 10.3.4), each declared beside its kin."""

from feel.builtins import contexts, lists, numbers, ranges, statistics, temporals, texts
from feel.builtins.registry import BUILTINS

__all__ = ["BUILTINS", "contexts", "lists", "numbers", "ranges", "statistics", "temporals", "texts"]
