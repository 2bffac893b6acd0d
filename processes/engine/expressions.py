"""FEEL for the engine: what a diagram says is compiled once and kept by its text."""

import re
from functools import lru_cache

import feel

_DEADLINE = re.compile(r'\s*deadline\s*\(\s*"([^"\\]+)"\s*\)\s*')
_ISO_DURATION = re.compile(r"\s*(P(?:\d+[YMD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?)\s*")
_ISO_WEEKS = re.compile(r"\s*P(\d+)W\s*")


@lru_cache(maxsize=4096)
def compiled(text: str) -> feel.Expression:
    return feel.compile(text)


@lru_cache(maxsize=4096)
def deadline_rule(text: str) -> str | None:
    """Return the rule of an expression that is exactly `deadline("rule")`."""
    match = _DEADLINE.fullmatch(text)
    return match[1] if match else None


def duration_expression(text: str) -> str:
    """Return the FEEL of a duration that a modeller may also write bare, as in ISO 8601: `P1D`."""
    if weeks := _ISO_WEEKS.fullmatch(text):
        return f'duration("P{int(weeks[1]) * 7}D")'
    bare = _ISO_DURATION.fullmatch(text)
    return f'duration("{bare[1]}")' if bare else text
