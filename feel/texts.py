"""Write any value as text, the way FEEL reads it (DMN 1.3, 10.3.4.1, `string`)."""

from collections.abc import Mapping
from decimal import Decimal

from feel.limits import Run
from feel.temporal import text_of
from feel.values import Function, Range, Value, shaped


def written(run: Run, value: Value, *, quoted: bool = False) -> str:
    """Return the value as text. Texts inside lists and contexts are quoted, a text alone is not."""
    run.spend(1)
    if isinstance(value, str):
        return _quoted(value) if quoted else value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | Mapping | Range):
        return run.text(_compound(run, value))
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return text_of(value)


def _compound(run: Run, value: Value) -> str:
    def part(item: Value) -> str:
        return written(run, shaped(item), quoted=True)

    if isinstance(value, list):
        return f"[{', '.join(map(part, value))}]"
    if isinstance(value, Range):
        ends = (
            "" if value.start is None else part(value.start),
            ("" if value.end is None else part(value.end)),
        )
        low, high = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return f"{low}{ends[0]}..{ends[1]}{high}"
    return f"{{{', '.join(f'{_key(key)}: {part(item)}' for key, item in value.items())}}}"


def _key(key: str) -> str:
    return key if key.replace(" ", "_").isidentifier() else _quoted(key)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
