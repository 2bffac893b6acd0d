"""Mistakes are told where they are, in words a procedure owner understands."""

import pytest

import feel


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a and", 1, 6, "I expected a value after `and`, but it ends here."),
        ("", 1, 1, "I expected a value, but it ends here."),
        ("a = = b", 1, 5, "I expected a value after `=`, not `=`."),
        ("(1 + 2", 1, 7, "I expected `)` to close the bracket"),
        ("1 2", 1, 3, "I expected `and`, `or`, a comparison or the end, not `2`."),
        ("if a then b", 1, 12, "I expected `else`"),
        ("if a", 1, 5, "I expected `then`"),
        ("for x in y", 1, 11, "I expected `return`"),
        ("for x return x", 1, 15, "I expected `in` between the name and the list"),
        ("some x in y", 1, 12, "I expected `satisfies`"),
        ("[1, 2", 1, 6, "I expected `]` to close the list"),
        ("[1, ]", 1, 5, "I expected a value after `,`, not `]`."),
        ("[1..2", 1, 6, "I expected `]` or `)` to close the range"),
        ("{a 1}", 1, 6, "I expected `:`"),
        ("{a: 1", 1, 6, "I expected `}` to close the context"),
        ("{a: 1, a: 2}", 1, 9, "`a` is given twice."),
        ("f(1", 1, 4, "I expected `)` to close the call"),
        ("f(a: 1, 2)", 1, 9, "Name all the values in the brackets, or none."),
        ('"open', 1, 1, "This text is never closed"),
        ("/* open", 1, 1, "This comment is never closed"),
        ("'linked'", 1, 1, "straight double quotes"),
        ("“linked”", 1, 1, "straight double quotes"),
        ("a && b", 1, 3, "I do not know the character `&`."),
        ("a == b", 1, 4, "I expected a value after `=`, not `=`."),
        ("x between 1", 1, 12, "I expected `and` between the lower and the upper value"),
        ("x instance number", 1, 12, "I expected `of`"),
        ("x instance of", 1, 14, "I expected the name of a type"),
        ('@"soon"', 1, 2, "is not a date, time or duration I know."),
        ("@5", 1, 2, "in double quotes after `@`"),
        ("a.", 1, 3, "I expected a name"),
        ("function(x, x) x", 1, 13, "`x` is given twice."),
        ("function(x) external {java: 1}", 1, 13, "another language are refused"),
        ("a\n  and and", 2, 7, "I expected a value after `and`, not `and`."),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.message
    assert caught.value.text == text
    assert str(caught.value).startswith(f"Line {line}, column {column}: ")


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, "[" * 10_000, "{a:" * 5_000, "-" * 10_000 + "1", "if " * 5_000, "f(" * 5_000,
     "1" + "+1" * 9_000, "a" + ".a" * 9_000, "x" + "[1]" * 5_000, "1" + " in 1" * 3_000,
     "not(" * 4_000, "function(x) " * 1_500, "for x in " * 2_000,
     "x instance of " + "list<" * 3_000,
     "1 +" * 6_000, "a" * 30_000],
)  # fmt: skip
def test_what_is_nested_or_chained_too_far_is_refused_in_words(text: str) -> None:
    for compile_ in (feel.compile, feel.compile_unary):
        with pytest.raises(feel.FeelSyntaxError):
            compile_(text)


def test_a_long_chain_of_or_is_no_deep_nesting() -> None:
    text = " or ".join(f'rule = "BH-{number}"' for number in range(500))

    assert feel.evaluate(text, {"rule": "BH-499"}) is True
