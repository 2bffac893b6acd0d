"""Names with spaces and symbols, and what an expression says it reads."""

import pytest

import feel


@pytest.mark.parametrize(
    ("expression", "context", "value"),
    [
        ("date of birth", {"date of birth": "x"}, "x"),
        ("date   of\nbirth", {"date of birth": "x"}, "x"),
        ("child's name", {"child's name": "Sam"}, "Sam"),
        ("Profit and Loss > 1", {"Profit and Loss": 2}, True),
        ("pre-school", {"pre-school": "x"}, "x"),
        ("pre - school", {"pre-school": "x"}, "x"),
        ("a-b", {"a": 3, "b": 1}, 2),
        ("a-b", {"a": 3, "b": 1, "a-b": 9}, 9),
        ("a+b.c", {"a+b": {"c": 1}}, 1),
        ("case.child's name", {"case": {"child's name": "Sam"}}, "Sam"),
        ("rows[pre-school = true].n", {"rows": [{"pre-school": True, "n": 1}]}, [1]),
        ("{a-b: 1, c: a-b + 1}.c", {}, 2),
        ("for x-y in [1, 2] return x-y", {}, [1, 2]),
        ("every i in in a list satisfies i > 0", {"in a list": [1]}, True),
        ("number + number(text)", {"number": 1, "text": "2"}, 3),
        ("count", {"count": 4}, 4),
        ("🐎.n", {"🐎": {"n": 1}}, 1),
    ],
)
def test_a_name_is_read_however_it_is_written(
    expression: str, context: dict[str, object], value: object
) -> None:
    assert feel.evaluate(expression, context) == value


def test_a_name_with_symbols_is_known_when_it_is_told() -> None:
    expression = feel.compile("pre-school = true", names=["pre-school"])

    assert expression.names == {"pre-school"}
    assert expression.evaluate({"pre-school": True}) is True


@pytest.mark.parametrize(
    ("expression", "names", "members", "calls"),
    [
        ('origin = "linked" or not(held)', {"origin", "held"}, set(), {"not"}),
        ("about.strength", {"about"}, {"strength"}, set()),
        ("discussions[1].held_at", {"discussions"}, {"held_at"}, set()),
        ('discussions[threshold = "met"]', {"discussions", "threshold"}, set(), set()),
        ("for x in xs return x + y", {"xs", "y"}, set(), set()),
        ("for x in xs, y in x return y", {"xs"}, set(), set()),
        ("some x in xs satisfies x > item", {"xs"}, set(), set()),
        ("{a: b, c: a + d}", {"b", "d"}, set(), set()),
        ("function(a) a + b", {"b"}, set(), set()),
        ('deadline("BH-12")', set(), set(), {"deadline"}),
        ("count(participants) < n", {"participants", "n"}, set(), {"count"}),
        ("date and time(d, t)", {"d", "t"}, set(), {"date and time"}),
        ("1 + 2", set(), set(), set()),
    ],
)
def test_an_expression_tells_what_it_reads_and_calls(
    expression: str, names: set[str], members: set[str], calls: set[str]
) -> None:
    compiled = feel.compile(expression)

    assert compiled.names == names
    assert compiled.members == members
    assert compiled.calls == calls


def test_unary_tests_tell_what_they_read_but_not_the_value_under_test() -> None:
    tests = feel.compile_unary("? > limit, starts with(?, prefix)")

    assert tests.names == {"limit", "prefix"}
    assert tests.calls == {"starts with"}


def test_named_functions_are_called_with_feel_values() -> None:
    given: list[object] = []

    def deadline(rule: str, number: object = None) -> object:
        given.append((rule, number))
        return 5

    expression = feel.compile('deadline("BH-12") + deadline(number: 2, rule: "x")')

    assert expression.evaluate({}, {"deadline": deadline}) == 10
    assert given == [("BH-12", None), ("x", 2)]


def test_a_fact_with_the_name_of_a_function_does_not_hide_it() -> None:
    assert feel.evaluate("count([1, 2]) + count", {"count": 3}) == 5


def test_there_is_no_clock_unless_it_is_given() -> None:
    assert feel.evaluate("now()") is None
    assert feel.compile("now()").evaluate({}, {"now": lambda: "noon"}) == "noon"


def test_an_error_of_a_named_function_is_not_hidden() -> None:
    def broken() -> None:
        raise LookupError("no such rule")

    with pytest.raises(LookupError, match="no such rule"):
        feel.compile("broken()").evaluate({}, {"broken": broken})
