"""Functions over texts (DMN 1.3, 10.3.4.3). Positions count characters from 1."""

import re
from decimal import Decimal

from feel import limits, matching
from feel.builtins.registry import builtin
from feel.limits import Run
from feel.patterns import NotAPattern
from feel.texts import written
from feel.values import Value


@builtin("string(from: any)")
def string(run: Run, value: Value) -> str | None:
    return None if value is None else run.text(written(run, value))


@builtin("string length(string: string)")
def string_length(run: Run, text: str) -> Decimal:
    return Decimal(len(text))


@builtin("substring(string: string, start position: number, length?: number)")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    place = int(start)
    if not place or abs(place) > len(text) or (length is not None and length < 1):
        return None
    first = place - 1 if place > 0 else len(text) + place
    return text[first:] if length is None else text[first : first + int(length)]


@builtin("upper case(string: string)")
def upper_case(run: Run, text: str) -> str:
    return run.text(text.upper())


@builtin("lower case(string: string)")
def lower_case(run: Run, text: str) -> str:
    return run.text(text.lower())


@builtin("substring before(string: string, match: string)")
def substring_before(run: Run, text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after(string: string, match: string)")
def substring_after(run: Run, text: str, match: str) -> str:
    if not match:
        return text
    return text.partition(match)[2]


@builtin("contains(string: string, match: string)")
def contains(run: Run, text: str, match: str) -> bool:
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(run: Run, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(run: Run, text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("string join(list: list, delimiter?: string|null)")
def string_join(run: Run, items: list[Value], delimiter: str | None = None) -> str | None:
    parts = [part for part in items if part is not None]
    if not all(isinstance(part, str) for part in parts):
        return None
    run.spend(sum(map(len, parts)) // 16 + len(parts))
    return run.text((delimiter or "").join(parts))


@builtin("matches(input: string, pattern: string, flags?: string|null)")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    try:
        return matching.search(run, matching.program(pattern, flags or ""), text) is not None
    except NotAPattern:
        return None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string|null)")
def replace(
    run: Run, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str | None:
    try:
        program = matching.program(pattern, flags or "")
        parts = _replacement(replacement, "q" in (flags or ""), program.slots // 2 - 1)
        made, place, size = [], 0, 0
        for places in matching.matches(run, program, text):
            new = [part if isinstance(part, str) else _group(text, places, part)
                   for part in parts]  # fmt: skip
            made.append(run.text(text[place : places[0]] + "".join(new)))
            place = places[1] or 0
            size += len(made[-1])
            limits.length(size)
        return run.text("".join(made) + text[place:])
    except NotAPattern:
        return None


def _group(text: str, places: matching.Places, number: int) -> str:
    start, end = places[2 * number], places[2 * number + 1]
    return "" if start is None or end is None else text[start:end]


def _replacement(text: str, literal: bool, groups: int) -> list[str | int]:
    """Cut a replacement into texts and the numbers of groups: `$1`; `\\$` is a dollar sign."""
    if literal:
        return [text]
    parts: list[str | int] = []
    for found in re.finditer(r"\$([0-9]+)|\\([\\$])|([^\\$]+)|(.)", text, re.DOTALL):
        number, escaped, plain, wrong = found.groups()
        if wrong:
            raise NotAPattern
        if number is None:
            parts.append(escaped or plain)
            continue
        kept = len(number)
        while kept > 1 and int(number[:kept]) > groups:
            kept -= 1  # `$12` is group 1 and a 2 when there are not twelve groups
        parts += [int(number[:kept]) if int(number[:kept]) <= groups else "", number[kept:]]
    return parts


@builtin("split(string: string, delimiter: string)")
def split(run: Run, text: str, delimiter: str) -> list[Value] | None:
    try:
        parts, place = [], 0
        for places in matching.matches(run, matching.program(delimiter), text):
            parts.append(text[place : places[0]])
            place = places[1] or 0
        return run.items([*parts, text[place:]])
    except NotAPattern:
        return None
