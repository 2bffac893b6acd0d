"""Functions over texts (DMN 1.3, 10.3.4.3). Positions count characters from 1."""

import re
from decimal import Decimal

from feel.builtins.registry import builtin
from feel.limits import Run
from feel.texts import written
from feel.values import Value, shaped


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
