"""Hostile expressions are stopped, by name of the limit, and reach nothing."""

import time
from typing import Any

import pytest

import feel


class Secret:
    """A value from outside with attributes that an expression must not reach."""

    password = "swordfish"

    def __call__(self) -> str:
        return "called"


@pytest.mark.parametrize(
    "expression",
    [
        "x.password", "x.__class__", 'get value(x, "password")', "x()", "x.__call__()",
        "text.upper", "text.__class__", "text.format", "list.append", "list.__len__", "day.ctime",
        "day.replace", "number.real", "f.call", "f.parameters", "span.start_included", "eval",
        "__import__", "length.total_seconds", "dictionary.keys", "dictionary.items()",
    ],
)  # fmt: skip
def test_no_attribute_of_a_value_is_ever_reached(expression: str) -> None:
    context: dict[str, Any] = {
        "x": Secret(), "text": "a", "list": [], "number": 1,
        "day": feel.evaluate('@"2026-12-04"'), "f": feel.evaluate("function(a) a"),
        "span": feel.evaluate("[1..2]"), "length": feel.evaluate('@"P1D"'), "dictionary": {"a": 1},
    }  # fmt: skip

    assert feel.evaluate(expression, context) in (None, [])


def test_a_value_of_no_kind_is_null() -> None:
    assert feel.evaluate("x", {"x": Secret()}) is None
    assert feel.evaluate("[x, 1]", {"x": object()}) == [None, 1]
    assert feel.evaluate("everything", {"everything": {"x": Secret()}}) == {"x": None}


DOUBLING = "{a0: [1, 1]" + "".join(f", a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 45))
HOSTILE = [
    ("9 ** 9 ** 9 ** 9 ** 9", "number size"),
    ("10 ** 6144 * 10", "number size"),
    ("exp(10 ** 9)", "number size"),
    ("for i in 1..10 ** 30 return i", "list length"),
    ("for i in 1..10 ** 9 return 1", "list length"),
    ("some i in 1..10 ** 9 satisfies false", "steps"),
    ("for i in 1..1000, j in 1..1000, k in 1..1000 return 1", "list length"),
    ("every i in 1..1000, j in 1..10000 satisfies true", "steps"),
    ("{f: function(n) f2(n), x: 1}.f(1)", None),
    ("(function(g) g(g))(function(g) g(g))", "call depth"),
    ("{g: function(s, n) if n = 0 then 1 else s(s, n - 1) + s(s, n - 1)}.g(g, 1)", None),
    ("{f: function(s, n) if n = 0 then 1 else s(s, n - 1) + s(s, n - 1), r: f(f, 35)}.r", "steps"),
    (DOUBLING + "}", "steps"),
    (DOUBLING + ", z: flatten(a44)}.z", None),
    (DOUBLING + ", z: string(a44)}.z", None),
    (DOUBLING + ", z: a44 = [a43, a43]}.z", "steps"),
    ("count(flatten(for i in 1..1000 return for j in 1..1000 return 1))", "steps"),
    ('{a: for i in 1..40 return if i = 1 then "ab" else partial[-1] + partial[-1]}.a', None),
    ("sort(for i in 1..40000 return -i, function(x, y) x < y)", "steps"),
    ("distinct values(for i in 1..20000 return i)", "steps"),
    ("for i in 1..40000 return count(partial)", "steps"),
    ('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")', None),
    ('matches(text, "(x+x+)+y")', None),
    ('matches(text, "((((a*)*)*)*)*b")', None),
    ('matches(text, "(.*)(.*)(.*)(.*)(.*)(.*)b")', None),
    ('matches(text, "(a{0,99}){0,99}b")', None),
    ('replace(text, "a", text)', "text length"),
    ('split(text, "(a|aa)+?b|a")', None),
    ("string join(for i in 1..1000 return text)", None),
    ("decimal(1 / 3, 10 ** 20)", None),
    ("modulo(10 ** 6144, 3)", None),
    ('date and time("9999-12-31T23:59:59@Etc/GMT+12") + @"P1D"', None),
    ('@"0001-01-01T00:00:00+14:00" = @"0001-01-01T00:00:00Z"', None),
    ('@"9999-12-31T23:59:59-14:00" < @"9999-12-31T23:59:59Z"', None),
    ('@"0001-01-01T00:00:00+14:00" - @"0001-01-01"', None),
]


@pytest.mark.parametrize(("expression", "limit"), HOSTILE)
def test_a_hostile_expression_ends_soon_and_says_why(expression: str, limit: str | None) -> None:
    start = time.process_time()

    try:
        feel.compile(expression).evaluate({"text": "a" * 20_000})
        stopped_by, sentence = None, "."
    except feel.FeelRuntimeError as error:
        stopped_by, sentence = error.limit, str(error)

    assert limit in (None, stopped_by)  # None: either way will do
    assert sentence.endswith(".")
    assert time.process_time() - start < 5


def test_a_pattern_that_is_too_large_is_no_pattern() -> None:
    assert feel.evaluate('matches("a", "((a{1000}){1000}){1000}")') is None
    assert feel.evaluate("matches(x, x)", {"x": "a" * 3_000}) is None
    assert feel.evaluate("matches(x, x)", {"x": "(" * 1_000 + ")" * 1_000}) is None


def test_a_very_deep_value_from_outside_is_stopped() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]

    for expression in ("deep", "deep = [deep]", "string(deep)", "flatten(deep)"):
        with pytest.raises(feel.FeelRuntimeError):
            feel.evaluate(expression, {"deep": deep})


def test_one_limit_passed_leaves_the_expression_usable() -> None:
    expression = feel.compile("count(for i in 1..n return i)")

    with pytest.raises(feel.FeelRuntimeError, match="list of more than"):
        expression.evaluate({"n": 10**7})
    assert expression.evaluate({"n": 3}) == 3
