"""What a table answers by its hit policy, and what it refuses."""

from typing import Any

import pytest

import feel
from tests.feel.tables import table

OVERLAPPING = ['<= 5 | "low"', '>= 5 | "high"', '5 | "high"', '[1..3] | "small"']


@pytest.mark.parametrize(
    ("policy", "n", "answer"),
    [
        ('hitPolicy="UNIQUE"', 4, "low"),
        ("", 4, "low"),
        ('hitPolicy="UNIQUE"', None, None),
        ('hitPolicy="ANY"', 9, "high"),
        ('hitPolicy="FIRST"', 5, "low"),
        ('hitPolicy="FIRST"', None, None),
        ('hitPolicy="RULE ORDER"', 5, ["low", "high", "high"]),
        ('hitPolicy="RULE ORDER"', None, []),
        ('hitPolicy="COLLECT"', 2, ["low", "small"]),
        ('hitPolicy="COLLECT"', None, []),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 5, 3),
        ('hitPolicy="COLLECT" aggregation="COUNT"', None, 0),
    ],
)
def test_the_hit_policy_makes_the_answer(policy: str, n: int | None, answer: Any) -> None:
    assert table(policy, OVERLAPPING).decide({"n": n}) == answer


WORDS = ['"a" | 1', '"a", "b" | 2', 'not("a") | 3', "- | 4", 'starts with(?, "b") | 5', "7 | 6"]


@pytest.mark.parametrize(
    ("n", "answer"),
    [("a", [1, 2, 4]), ("b", [2, 3, 4, 5]), ("bc", [3, 4, 5]), (7, [4, 6]), (None, [3, 4])],
)
def test_a_first_column_of_words_keeps_no_rule_from_its_value(n: Any, answer: list[int]) -> None:
    assert table('hitPolicy="COLLECT"', WORDS).decide({"n": n}) == answer


@pytest.mark.parametrize(
    ("policy", "n", "answer"),
    [
        ("PRIORITY", 2, "small"),
        ("PRIORITY", 9, "high"),
        ("OUTPUT ORDER", 2, ["small", "low"]),
        ("OUTPUT ORDER", 5, ["high", "high", "low"]),
    ],
)
def test_priority_is_the_order_of_the_allowed_outputs(policy: str, n: int, answer: Any) -> None:
    rules = table(f'hitPolicy="{policy}"', OVERLAPPING, output_values='"small", "high", "low"')

    assert rules.decide({"n": n}) == answer


@pytest.mark.parametrize(
    ("aggregation", "answer"), [("SUM", 35), ("MIN", 5), ("MAX", 20), ("COUNT", 3)]
)
def test_collect_makes_one_number_of_many(aggregation: str, answer: int) -> None:
    rows = ["> 0 | 10", "> 1 | 20", "> 2 | n", "> 9 | 1000"]
    rules = table(f'hitPolicy="COLLECT" aggregation="{aggregation}"', rows)

    assert rules.decide({"n": 5}) == answer
    assert rules.hit_policy == {"SUM": "C+", "MIN": "C<", "MAX": "C>", "COUNT": "C#"}[aggregation]


def test_several_outputs_come_by_name() -> None:
    rows = ['"case" | late | "BH-12" | n * 2', '- | - | "BH-13" | null']
    rules = table('hitPolicy="COLLECT"', rows, inputs=("scope", "true"), outputs=("rule", "amount"))

    assert rules.decide({"scope": "case", "late": True, "n": 5}) == [
        {"rule": "BH-12", "amount": 10},
        {"rule": "BH-13", "amount": None},
    ]
    assert rules.names == {"scope", "late", "n"}
    assert [rule.id for rule in rules.rules] == ["r1", "r2"]
    assert [output.name for output in rules.outputs] == ["rule", "amount"]


def test_overlap_under_unique_is_an_error_that_names_the_rules() -> None:
    with pytest.raises(feel.DecisionError, match=r"rules 1 \(r1\) and 2 \(r2\) and 3 \(r3\)"):
        table('hitPolicy="UNIQUE"', OVERLAPPING).decide({"n": 5})


def test_rules_that_say_different_things_under_any_are_an_error() -> None:
    with pytest.raises(feel.DecisionError, match="do not say the same"):
        table('hitPolicy="ANY"', OVERLAPPING).decide({"n": 5})


def test_a_default_is_the_answer_when_no_rule_holds() -> None:
    for policy in ("UNIQUE", "FIRST", "ANY"):
        rules = table(f'hitPolicy="{policy}"', ['1 | "one"'], default='"none"')
        assert rules.decide({"n": 2}) == "none"
    assert table('hitPolicy="COLLECT"', ['1 | "one"'], default='"none"').decide({"n": 2}) == [
        "none"
    ]


def test_an_input_that_is_not_allowed_is_an_error_but_a_missing_one_is_not() -> None:
    rules = table('hitPolicy="FIRST"', ['- | "yes"'], input_values="1, 2")

    assert rules.decide({"n": 2}) == "yes"
    assert rules.decide({}) == "yes"
    with pytest.raises(feel.DecisionError, match="the input “n” is not one of its allowed values"):
        rules.decide({"n": 3})


def test_an_output_that_is_not_allowed_is_an_error() -> None:
    rules = table('hitPolicy="FIRST"', ["- | n"], output_values='"a", "b"')

    assert rules.decide({"n": "a"}) == "a"
    with pytest.raises(feel.DecisionError, match=r"rule 1 \(r1\) gives “says” a value"):
        rules.decide({"n": "c"})


def test_cells_may_ask_named_functions() -> None:
    rules = table('hitPolicy="FIRST"', ['due() | "late"'], inputs=("true",))

    assert rules.decide({}, {"due": lambda: True}) == "late"
    assert rules.decide({}, {"due": lambda: False}) is None
    assert rules.calls == {"due"}


def test_a_limit_stops_a_table_too() -> None:
    with pytest.raises(feel.FeelRuntimeError):
        table('hitPolicy="FIRST"', ["- | count(for i in 1..10**9 return i)"]).decide({"n": 1})


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        (['1 | "a"', '2 | "b"'], []),
        (['1 | "a"', '1 | "b"'], [(1, 2)]),
        (['- | "a"', 'limit | "b"'], [(1, 2)]),
        (['[1..5] | "a"', '> 5 | "b"'], []),
        (['[1..5] | "a"', '>= 5 | "b"'], [(1, 2)]),
        (['"a", "b" | 1', '"b", "c" | 2', '"d" | 3'], [(1, 2)]),
        (['limit > 3 | "a"', 'limit  >  3 | "b"'], [(1, 2)]),
        (['limit > 3 | "a"', 'limit < 3 | "b"'], []),
        (['not("a") | 1', '"b" | 2'], [(1, 2)]),
        (['not(1) | "a"', '2 | "b"'], [(1, 2)]),
        (['not(1) | "a"', '1 | "b"'], []),
        (['not(1, 2) | "a"', '[1..2] | "b"'], []),
        (['not(9) | "a"', '< 5 | "b"'], [(1, 2)]),
        (['not(< 5) | "a"', '< 5 | "b"'], []),
        (['not(1) | "a"', 'not(2) | "b"'], [(1, 2)]),  # nothing at all meets both
        (['not(1) | "a"', 'null | "b"'], [(1, 2)]),
        (['!= 1 | "a"', '2 | "b"'], [(1, 2)]),
        (['!= 1 | "a"', '1 | "b"'], []),
        (['not(limit) | "a"', '2 | "b"'], []),
        (['< date("2026-01-01") | 1', 'date("2025-06-01") | 2'], [(1, 2)]),
        (['-1 | "a"', '< 0 | "b"', 'true | "c"'], [(1, 2)]),
    ],
)
def test_rules_sure_to_overlap_are_found_before_the_table_is_used(
    rows: list[str], pairs: list[tuple[int, int]]
) -> None:
    found = table('hitPolicy="UNIQUE"', rows).overlaps()

    assert [(overlap.one.number, overlap.other.number) for overlap in found] == pairs


def test_rules_overlap_only_when_every_column_does() -> None:
    rows = ['1 | "a" | 1', '1 | "b" | 2', '- | "b" | 3']
    found = table('hitPolicy="UNIQUE"', rows, inputs=("n", "m")).overlaps()

    assert [str(overlap) for overlap in found] == ["Rules 2 (r2) and 3 (r3) can hold together."]
