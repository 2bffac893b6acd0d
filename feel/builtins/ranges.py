"""How points and ranges stand to each other (DMN 1.3, 10.3.4.7, table 78).

A point is compared as the range that holds only itself, which gives every form of a function
from one rule. An end that is missing lies before, or after, everything.
"""

from collections.abc import Callable

from feel.builtins.registry import builtin
from feel.limits import Run
from feel.values import Range, Value, equal
from feel.values import before as precedes

_POINT = "number|string|date|time|date and time|days and time duration|years and months duration"
Rule = Callable[[Run, Range, Range], bool | None]


class _Incomparable(Exception):
    """Two ends are of different kinds; the answer is null."""


def _span(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _declare(name: str, forms: str, rule: Rule) -> None:
    """Declare the forms of a function: p is a point and r a range."""

    def body(run: Run, one: Value, other: Value) -> bool | None:
        try:
            return rule(run, _span(one), _span(other))
        except _Incomparable:
            return None

    for form in forms.split():
        first, second = (
            f"{'point' if part == 'p' else 'range'}{place if form[0] == form[1] else ''}: "
            f"{_POINT if part == 'p' else 'range'}"
            for place, part in enumerate(form, 1)
        )
        builtin(f"{name}({first}, {second})")(body)


def _less(one: Value, other: Value) -> bool:
    answer = precedes(one, other)
    if answer is None:
        raise _Incomparable
    return answer


def _same(run: Run, one: Value, other: Value) -> bool:
    if one is None or other is None:
        return False
    answer = equal(run, one, other)
    if answer is None:
        raise _Incomparable
    return answer


def _before(run: Run, a: Range, b: Range) -> bool:
    if a.end is None or b.start is None:
        return False
    if _less(a.end, b.start):
        return True
    return _same(run, a.end, b.start) and not (a.end_included and b.start_included)


def _meets(run: Run, a: Range, b: Range) -> bool:
    return a.end_included and b.start_included and _same(run, a.end, b.start)


def _overlaps(run: Run, a: Range, b: Range) -> bool:
    return not _before(run, a, b) and not _before(run, b, a)


def _starts_first(run: Run, a: Range, b: Range) -> bool:
    """Does a begin where b does or earlier?"""
    if a.start is None or b.start is None:
        return a.start is None
    if _same(run, a.start, b.start):
        return a.start_included or not b.start_included
    return _less(a.start, b.start)


def _ends_last(run: Run, a: Range, b: Range) -> bool:
    """Does a end where b does or later?"""
    if a.end is None or b.end is None:
        return a.end is None
    if _same(run, a.end, b.end):
        return a.end_included or not b.end_included
    return _less(b.end, a.end)


def _overlaps_before(run: Run, a: Range, b: Range) -> bool:
    first = _starts_first(run, a, b) and not _starts_first(run, b, a)
    return first and _overlaps(run, a, b) and _ends_last(run, b, a)


def _overlaps_after(run: Run, a: Range, b: Range) -> bool:
    last = _ends_last(run, a, b) and not _ends_last(run, b, a)
    return last and _overlaps(run, a, b) and _starts_first(run, b, a)


def _includes(run: Run, a: Range, b: Range) -> bool:
    return _starts_first(run, a, b) and _ends_last(run, a, b)


def _starts(run: Run, a: Range, b: Range) -> bool:
    alike = _same(run, a.start, b.start) and a.start_included == b.start_included
    return alike and _ends_last(run, b, a)


def _finishes(run: Run, a: Range, b: Range) -> bool:
    alike = _same(run, a.end, b.end) and a.end_included == b.end_included
    return alike and _starts_first(run, b, a)


def _coincides(run: Run, a: Range, b: Range) -> bool:
    bounds = (a.start_included, a.end_included) == (b.start_included, b.end_included)
    return _same(run, a.start, b.start) and _same(run, a.end, b.end) and bounds


def _reversed(rule: Rule) -> Rule:
    return lambda run, a, b: rule(run, b, a)


for _name, _forms, _rule in (
    ("before", "pp pr rp rr", _before), ("after", "pp pr rp rr", _reversed(_before)),
    ("meets", "rr", _meets), ("met by", "rr", _reversed(_meets)),
    ("overlaps", "rr", _overlaps), ("overlaps before", "rr", _overlaps_before),
    ("overlaps after", "rr", _overlaps_after),
    ("includes", "rp rr", _includes), ("during", "pr rr", _reversed(_includes)),
    ("starts", "pr rr", _starts), ("started by", "rp rr", _reversed(_starts)),
    ("finishes", "pr rr", _finishes), ("finished by", "rp rr", _reversed(_finishes)),
    ("coincides", "pp rr", _coincides),
):  # fmt: skip
    _declare(_name, _forms, _rule)
