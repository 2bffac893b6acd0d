"""Patterns an owner may ask an answer to match, kept to those that cannot take long to try.

A pattern is tried on at most 200 characters, and the ways there are to try it are counted before it
is accepted: each repetition multiplies them. Repeated groups, which multiply without end, and
looking back or around are refused.
"""

from __future__ import annotations

import re

LONGEST_TEXT = 200
LONGEST_PATTERN = 200
MOST_WAYS = 10_000_000
_REPEAT = re.compile(r"[*+?]|\{([0-9]*)(,?)([0-9]*)\}")


class PatternRefused(Exception):
    """A pattern is not one, or could take too long to try."""


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern to search an answer for, as form-js does; \\d and \\w mean ASCII."""
    if len(pattern) > LONGEST_PATTERN:
        raise PatternRefused(f"The pattern is longer than {LONGEST_PATTERN} characters.")
    if re.search(r"\\[1-9]|\(\?(?!:)", pattern):
        raise PatternRefused("The pattern looks back or around: write it without (?…) and \\1.")
    plain = re.sub(r"\\.", "x", pattern)
    if re.search(r"\[\^?\]?[^\]]*?(\[|--|&&|~~|\|\|)", plain):
        raise PatternRefused(
            "The pattern has a set within a set: list its signs once, as [a-z0-9]."
        )
    bare = re.sub(r"\[\^?\]?[^\]]*\]", "x", plain)
    if re.search(r"\)[*+{]", bare):
        raise PatternRefused("The pattern repeats a group: repeat single characters only.")
    if _ways(bare) > MOST_WAYS:
        raise PatternRefused(
            "The pattern could take too long to try: begin it with ^ and repeat fewer things."
        )
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError) as error:
        raise PatternRefused(f"This is not a pattern: {error}.") from error


def _ways(bare: str) -> int:
    """Count, from above, the ways to lay a pattern over a text."""
    ways = 1 if bare.startswith("^") else LONGEST_TEXT
    for repeat in _REPEAT.finditer(bare):
        ways *= _times(repeat)
    return ways << bare.count("|")


def _times(repeat: re.Match[str]) -> int:
    if repeat[0] == "?":
        return 2
    if repeat[0] in "*+" or (repeat[2] and not repeat[3]):
        return LONGEST_TEXT
    least, most = int(repeat[1] or 0), int(repeat[3] or repeat[1] or 0)
    return max(1, min(most, LONGEST_TEXT) - least + 1)
