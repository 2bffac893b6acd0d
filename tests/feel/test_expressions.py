"""What expressions are worth: each line is an expression and its value, told in FEEL too."""

from decimal import Decimal
from typing import Any

import pytest

import feel

FACTS: dict[str, Any] = {
    "yes": True,
    "no": False,
    "unknown": None,
    "age": 15,
    "origin": "open_case",
    "concerns": ["neglect", "bruising"],
    "about": {"strength": "must", "nested": {"number": 2}},
    "discussions": [
        {"number": 1, "threshold": "met", "held": True},
        {"number": 2, "threshold": "undecided", "held": False},
        {"number": 3, "threshold": "met", "held": None},
    ],
}

EQUAL = [
    # numbers
    ("1 + 2 * 3", "7"),
    ("(1 + 2) * 3", "9"),
    ("2 ** 3 ** 2", "64"),
    ("-2 ** 2", "4"),
    ("10 - 2 - 3", "5"),
    ("7 / 2", "3.5"),
    ("1.20", "1.2"),
    (".5", "0.5"),
    ("1e3", "1000"),
    ("-(3)", "-3"),
    ("1 / 3 * 3", "0.9999999999999999999999999999999999"),
    # texts
    ('"a" + "b"', '"ab"'),
    (r'"caf\u00e9"', '"café"'),
    (r'"\U01F40E" = "🐎"', "true"),
    (r'"\uD83D\uDCA9" = "💩"', "true"),
    (r'string length("a\"b\\c")', "5"),
    # logic of three values
    ("true and true", "true"),
    ("false and unknown", "false"),
    ("unknown and false", "false"),
    ("true and unknown", "null"),
    ("true or unknown", "true"),
    ("unknown or true", "true"),
    ("false or unknown", "null"),
    ('true and "x"', "null"),
    ('false or "x"', "null"),
    ("not(true)", "false"),
    ("not(unknown)", "null"),
    ("not(no) and yes", "true"),
    # comparison
    ("1 = 1.0", "true"),
    ('1 = "1"', "null"),
    ("null = null", "true"),
    ("1 != null", "true"),
    ("unknown = false", "false"),
    ('"a" < "b"', "true"),
    ("1 < null", "null"),
    ("true < false", "null"),
    ("[1, [2]] = [1, [2]]", "true"),
    ("[1, 2] = [2, 1]", "false"),
    ('{a: 1, b: "x"} = {b: "x", a: 1}', "true"),
    ("{a: 1} = {b: 1}", "false"),
    ("[1..3] = [1..3]", "true"),
    ("[1..3] = [1..3)", "false"),
    ("age between 10 and 15", "true"),
    ("age between 16 and 20 or yes", "true"),
    ("unknown between 1 and 2", "null"),
    ("1 between null and 2", "null"),
    # if
    ('if yes then "a" else "b"', '"a"'),
    ('if unknown then "a" else "b"', '"b"'),
    ('if "true" then "a" else "b"', '"b"'),
    # names and paths
    ("origin", '"open_case"'),
    ("nothing", "null"),
    ("nothing.at.all", "null"),
    ("about.strength", '"must"'),
    ("about.nested.number + 1", "3"),
    ("discussions[1].number", "1"),
    ("discussions.number", "[1, 2, 3]"),
    ("discussions[-1].number", "3"),
    ("age.year", "null"),
    # lists and filters
    ("[1, 2, 3][2]", "2"),
    ("[1, 2, 3][-1]", "3"),
    ("[1, 2, 3][0]", "null"),
    ("[1, 2, 3][4]", "null"),
    ("[1, 2, 3][1.5]", "null"),
    ("[1, 2, 3][item > 1]", "[2, 3]"),
    ("[1, 2, 3][true]", "[1, 2, 3]"),
    ("[1, 2, 3][unknown]", "[]"),
    ("[1, 2, 3][about.nested.number]", "2"),
    ("age[1]", "15"),
    ("age[item > 20]", "[]"),
    ("unknown[1]", "null"),
    ('discussions[threshold = "met"].number', "[1, 3]"),
    ("discussions[item.number > 1 and held != true].number", "[2, 3]"),
    ("[{item: 1}, {item: 2}][item >= 2]", "[{item: 2}]"),
    ("[[1, 2], [3]][2][1]", "3"),
    # for, some, every
    ("for i in [1, 2] return i * 2", "[2, 4]"),
    ("for i in 3..1 return i", "[3, 2, 1]"),
    ("for i in [1..3) return i", "[1, 2]"),
    ("for i in 1..2, j in [10, 20] return i + j", "[11, 21, 12, 22]"),
    ("for i in [[1, 2], [3]], j in i return j", "[1, 2, 3]"),
    ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]"),
    ("for i in 5 return i", "[5]"),
    ("for i in unknown return i", "null"),
    ('for i in ["a"].."b" return i', "null"),
    ('for d in @"2026-12-31"..@"2027-01-01" return d', '[@"2026-12-31", @"2027-01-01"]'),
    ("some d in discussions satisfies d.number > 2", "true"),
    ("some d in discussions satisfies d.held", "true"),
    ("every d in discussions satisfies d.number > 0", "true"),
    ("every d in discussions satisfies d.held", "false"),
    ("every d in [true, null] satisfies d", "null"),
    ("some d in [false, null] satisfies d", "null"),
    ("some d in [] satisfies true", "false"),
    ("every d in [] satisfies false", "true"),
    ("some x in [1, 2], y in [2, 3] satisfies x > y", "false"),
    # in, and ranges
    ("5 in [1..5]", "true"),
    ("5 in [1..5)", "false"),
    ("5 in [1..5[", "false"),
    ("1 in ]1..5]", "false"),
    ("1 in (1..5)", "false"),
    ("5 in (> 1, < 0)", "true"),
    ("5 in > 5", "false"),
    ("5 in >= 5", "true"),
    ("5 in 5", "true"),
    ("5 in [3, 5]", "true"),
    ("5 in [[1..2], [4..6]]", "true"),
    ("[1, 2] in [[1, 2], [3]]", "true"),
    ("5 in (1, 2)", "false"),
    ("5 in (1 + 4)", "true"),
    ("(5 in [1..9]) and true", "true"),
    ("5 in not(5)", "false"),  # `not` negates a cell; here it is the function: of 5 it is null
    ("1 in not(2)", "false"),
    ("1 in (2, not(2))", "false"),
    ("true in not(false)", "true"),
    ('origin in ("open_case", "linked")', "true"),
    ("unknown in (1, 2)", "false"),
    ("null in (1, null)", "true"),
    ("[1..5].start", "1"),
    ("[1..5).end included", "false"),
    ("[1..5[.end included", "false"),
    ("2 in [1..[4, 5][1]]", "true"),
    ("3 in (< 5)", "true"),
    # contexts
    ("{a: 1, b: a + 1}.b", "2"),
    ('{"any key!": 1}', '{"any key!": 1}'),
    ("{a: {b: 2}}.a.b", "2"),
    ("{}.a", "null"),
    # functions
    ("(function(x, y) x - y)(5, 3)", "2"),
    ("(function(x, y) x - y)(y: 5, x: 3)", "-2"),
    ("{f: function(x) x * 2, g: f(4)}.g", "8"),
    ("(function(x) function(y) x + y)(1)(2)", "3"),
    ("(function(x) x)(1, 2)", "null"),
    ("(function(x: number) x)([3])", "3"),
    ('(function(x: number) x)("3")', "null"),
    ("nothing(1)", "null"),
    # comments
    ("1 /* one */ + 1 // two", "2"),
]


@pytest.mark.parametrize(("expression", "value"), EQUAL)
def test_an_expression_has_its_value(expression: str, value: str) -> None:
    wanted = feel.evaluate(value)

    found = feel.evaluate(expression, FACTS)

    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    "expression",
    ['"a" + 1', "1 + null", "true + true", "1 / 0", "[1] * 2", '-"x"', "{} + {}", "0 ** -1"],
)
def test_arithmetic_without_meaning_is_null(expression: str) -> None:
    assert feel.evaluate(expression) is None


@pytest.mark.parametrize(
    ("value", "type_", "answer"),
    [
        ("1", "number", True),
        ("1", "string", False),
        ("null", "number", False),
        ("null", "Any", False),
        ("null", "Null", True),
        ("{}", "Any", True),
        ('date("2026-01-01")', "date", True),
        ('@"2026-01-01T00:00:00"', "date", False),
        ('@"2026-01-01T00:00:00"', "date and time", True),
        ('@"P1D"', "days and time duration", True),
        ('@"P1Y"', "days and time duration", False),
        ("[1, 2]", "list<number>", True),
        ('[1, "a"]', "list<number>", False),
        ("[1, [2]]", "list<Any>", True),
        ("{a: 1, b: 2}", "context<a: number>", True),
        ("{a: 1}", "context<a: string>", False),
        ("[1..2]", "range<number>", True),
        ("(function(a) a)", "function<Any>->Any", True),
        ("(function(a) a)", "function<>->Any", False),
        ("1", "no such type", False),
    ],
)
def test_instance_of_tells_the_type(value: str, type_: str, answer: bool) -> None:
    assert feel.evaluate(f"{value} instance of {type_}") is answer


def test_numbers_come_back_as_decimals_wherever_they_stand() -> None:
    value = feel.evaluate("{mine: facts, one: n}", {"facts": {"list": [1, {"deep": 2}]}, "n": 3})

    assert value == {"mine": {"list": [1, {"deep": 2}]}, "one": 3}
    assert isinstance(value["mine"]["list"][1]["deep"], Decimal)


def test_a_float_is_taken_as_it_is_written() -> None:
    assert feel.evaluate("x + 0.2", {"x": 0.1}) == Decimal("0.3")


def test_the_context_is_never_changed() -> None:
    facts = {"list": [1, 2], "more": {"a": 1}}

    feel.evaluate("append(list, 3)", facts)
    feel.evaluate('context put(more, "b", 2)', facts)

    assert facts == {"list": [1, 2], "more": {"a": 1}}


def test_a_compiled_expression_is_asked_again_with_other_facts() -> None:
    expression = feel.compile("age >= 16")

    assert [expression.evaluate({"age": age}) for age in (15, 16, None)] == [False, True, None]


def test_compiling_the_same_text_twice_compiles_once() -> None:
    assert feel.compile("a + b") is feel.compile("a + b")
