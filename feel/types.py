"""Does a value conform to a type, and can it be made to (DMN 1.3, 10.3.2.9)?"""

from feel.limits import Run
from feel.syntax import Type
from feel.values import Function, Range, Value, kind, shaped

_ALIASES = {
    "dateTime": "date and time", "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration", "null": "Null",
}  # fmt: skip
_PLAIN = frozenset((
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration",
))  # fmt: skip


def conforms(run: Run, value: Value, wanted: Type, *, allowed: bool = False) -> bool:
    """Is the value an instance of the type; if `allowed`, is it also one of the values a file
    allows of it? Null is of type Null, and an instance of nothing else."""
    name = _ALIASES.get(wanted.name, wanted.name)
    if name == "Any":
        return value is not None
    if name == "Null":
        return value is None
    rule = _COMPOUND.get(name)
    if rule is None:
        fits = name in _PLAIN and kind(value) == name
    else:
        fits = rule(run, value, wanted, allowed)
    return fits and not (allowed and wanted.allowed and not wanted.allowed(run, value))


def fitted(run: Run, value: Value, wanted: Type) -> Value:
    """Return the value as the type asks: a list of one for its item, an item for a list of it,
    and null for what cannot be (DMN 1.3, 10.3.2.9.4). Null fits every type."""
    if _fits(run, value, wanted, True):
        return value
    if wanted.name == "list" and not isinstance(value, list):
        return [value] if _fits(run, [value], wanted, True) else None
    if wanted.name != "list" and isinstance(value, list) and len(value) == 1:
        only = shaped(value[0])
        return only if _fits(run, only, wanted, True) else None
    return None


def _fits(run: Run, value: Value, wanted: Type, allowed: bool) -> bool:
    return value is None or conforms(run, value, wanted, allowed=allowed)


def _list(run: Run, value: Value, wanted: Type, allowed: bool) -> bool:
    if not isinstance(value, list):
        return False
    if not wanted.of:
        return True
    return all(_fits(run, shaped(item), wanted.of[0], allowed) for item in run.items(value))


def _context(run: Run, value: Value, wanted: Type, allowed: bool) -> bool:
    if kind(value) != "context":
        return False
    run.spend(1)
    return all(
        name in value and _fits(run, shaped(value[name]), type_, allowed)
        for name, type_ in zip(wanted.members, wanted.of, strict=True)
    )


def _range(run: Run, value: Value, wanted: Type, allowed: bool) -> bool:
    if not isinstance(value, Range):
        return False
    return not wanted.of or all(
        _fits(run, end, wanted.of[0], allowed) for end in (value.start, value.end)
    )


def _function(run: Run, value: Value, wanted: Type, allowed: bool) -> bool:
    if not isinstance(value, Function):
        return False
    return not wanted.of or len(wanted.of) - 1 == len(value.parameters)


_COMPOUND = {"list": _list, "context": _context, "range": _range, "function": _function}
