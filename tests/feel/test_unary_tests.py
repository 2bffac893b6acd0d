"""Cells of a decision table: which values meet them."""

from typing import Any

import pytest

import feel

MET: list[tuple[str, Any, bool]] = [
    ("-", None, True),
    ("", 5, True),
    (" - ", "x", True),
    ('"a"', "a", True),
    ('"a"', "b", False),
    ('"a"', None, False),
    ('"a", "b"', "b", True),
    ('not("a", "b")', "b", False),
    ('not("a", "b")', "c", True),
    ('not("a")', None, True),
    ("not(null)", None, False),
    ("null", None, True),
    ("5", 5, True),
    ("< 5", 4, True),
    ("<= 5", 5, True),
    ("> 5", 5, False),
    (">= 5", None, False),
    ("= 5", 5, True),
    ("!= 5", 4, True),
    ("< 5, > 10", 11, True),
    ("not(< 5)", 5, True),
    ("not(< 5)", None, False),
    ("[1..5]", 5, True),
    ("[1..5)", 5, False),
    ("]1..5]", 1, False),
    ("(1..5), 7", 7, True),
    ("-1", -1, True),
    ("true", True, True),
    ("false", False, True),
    ("false", None, False),
    ("limit", 10, True),
    ("< limit", 9, True),
    ("[limit..limit + 5]", 12, True),
    ("wanted", "b", True),
    ("? > 5 and ? < 10", 7, True),
    ("? > 5", 5, False),
    ('starts with(?, "SW")', "SW1", True),
    ('list contains(?, "a")', ["a", "b"], True),
    ("count(?) > 1", ["a", "b"], True),
    ('"a"', ["a"], False),
    ('["a", "b"]', ["a", "b"], True),
    # a condition, under an input that is the literal true
    ("yes", True, True),
    ("no", True, False),
    ("unknown", True, False),
    ('yes and origin = "linked"', True, True),
    ("yes or unknown", True, True),
    ("not(no) and yes", True, True),
    ("not(no)", True, True),
    ("not(unknown)", True, True),
    ('@"2026-12-04"', feel.evaluate('@"2026-12-04"'), True),
    ('< date("2026-12-04")', feel.evaluate('@"2026-12-03"'), True),
]


@pytest.mark.parametrize(("cell", "value", "met"), MET)
def test_a_value_meets_a_cell_or_does_not(cell: str, value: Any, met: bool) -> None:
    facts = {
        "limit": 10, "wanted": ["a", "b"], "yes": True, "no": False, "unknown": None,
        "origin": "linked",
    }  # fmt: skip

    assert feel.compile_unary(cell).matches(value, facts) is met


@pytest.mark.parametrize("cell", ["<", '"a",', "not(", "[1..", "1 2", "-, 1", "not()"])
def test_a_cell_that_makes_no_sense_is_refused(cell: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile_unary(cell)


def test_a_cell_may_ask_named_functions() -> None:
    cell = feel.compile_unary("limit()")

    assert cell.matches(3, {}, {"limit": lambda: 3}) is True
