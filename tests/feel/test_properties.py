"""Whatever is written, only a FeelError comes out; whatever is a value, writes and reads back."""

import string
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import feel
from feel.temporal import text_of

QUICK = settings(max_examples=150, deadline=None)
WORDS = st.sampled_from(
    (
        "and or not( if then else for in return some every satisfies between instance of ( ) [ ]"
        ' true null function( { } .. , : . + - * / ** < >= = != ? @ "a" @"P1D" 1 2.5 a b count('
        " sort( date( string( number list< item partial //"
    ).split()
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.decimals(-(10**6), 10**6, allow_nan=False, places=3)
    | st.text(string.printable, max_size=8)
    | st.dates()
    | st.timedeltas(timedelta(-999), timedelta(999))
    | st.datetimes()
    | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)


def tried(text: str, context: dict[str, Any]) -> None:
    """Compile and evaluate; anything but a FeelError is a failure."""
    try:
        feel.compile(text).evaluate(context)
    except feel.FeelError:
        return


@QUICK
@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_a_syntax_error(text: str) -> None:
    tried(text, {})


@QUICK
@given(st.lists(WORDS, max_size=14), st.dictionaries(st.sampled_from("ab"), VALUES))
def test_any_words_of_the_language_give_a_value_or_a_feel_error(
    words: list[str], context: dict[str, Any]
) -> None:
    tried(" ".join(words), context)


@QUICK
@given(st.lists(WORDS, max_size=8), VALUES)
def test_any_cell_is_met_or_not_or_a_feel_error(words: list[str], value: Any) -> None:
    try:
        met = feel.compile_unary(" ".join(words)).matches(value, {"a": value})
    except feel.FeelError:
        return
    assert met in (True, False)


@QUICK
@given(VALUES, VALUES, st.sampled_from(["+", "-", "*", "/", "**", "<", ">=", "=", "in", "and"]))
def test_any_operator_on_any_values_gives_a_value(a: Any, b: Any, operator: str) -> None:
    feel.compile(f"a {operator} b").evaluate({"a": a, "b": b})


@QUICK
@given(VALUES, VALUES, st.sampled_from(sorted(feel.FUNCTIONS)))
def test_any_function_of_any_values_gives_a_value_or_passes_a_limit(
    a: Any, b: Any, name: str
) -> None:
    tried(f"[{name}(a), {name}(a, b), {name}(b, a, b)]", {"a": a, "b": b})


@QUICK
@given(VALUES)
def test_a_value_equals_itself(value: Any) -> None:
    assert feel.compile("x = x").evaluate({"x": value}) is True


@QUICK
@given(st.dates() | st.datetimes() | st.times() | st.timedeltas(timedelta(-9999), timedelta(9999)))
def test_a_moment_written_reads_back_the_same(value: date | datetime | time | timedelta) -> None:
    assert feel.evaluate(f'@"{text_of(value)}"') == value


@QUICK
@given(st.datetimes(datetime(1980, 1, 1), datetime(2036, 1, 1)), st.integers(-9999, 9999))
def test_hours_added_to_an_instant_are_real_hours(start: datetime, hours: int) -> None:
    facts = {"start": f"{start.replace(microsecond=0).isoformat()}@Europe/London", "h": hours}
    expression = feel.compile(
        '((date and time(start) + h * @"PT1H") - date and time(start)) / @"PT1H"'
    )

    assert expression.evaluate(facts) == hours


@QUICK
@given(st.lists(st.integers(-99, 99), max_size=12))
def test_sort_filter_and_count_agree_with_python(numbers: list[int]) -> None:
    facts = {"numbers": numbers}

    assert feel.evaluate("sort(numbers, function(x, y) x < y)", facts) == sorted(numbers)
    assert feel.evaluate("count(numbers[item > 0])", facts) == sum(n > 0 for n in numbers)
    assert feel.evaluate("numbers[1]", facts) == (Decimal(numbers[0]) if numbers else None)


@QUICK
@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50))
def test_a_range_holds_what_lies_between_its_ends(n: int, low: int, high: int) -> None:
    facts = {"n": n, "low": low, "high": high}

    assert feel.evaluate("n in [low..high]", facts) is (low <= n <= high)
    assert feel.evaluate("n in (low..high)", facts) is (low < n < high)
    assert feel.evaluate("n between low and high", facts) is (low <= n <= high)
