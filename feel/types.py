"""Does a value conform to a type, and can it be made to (DMN 1.3, 10.3.2.9)?"""

from feel.limits import Run
from feel.syntax import Type
from feel.values import Function, Range, Value, kind, shaped

_ALIASES = {
    "dateTime": "date and time", "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration", "text": "string", "null": "Null",
}  # fmt: skip
_PLAIN = frozenset((
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration",
))  # fmt: skip


def conforms(run: Run, value: Value, wanted: Type) -> bool:
    """Is the value of the type? Null is of type Null, and an instance of nothing else."""
    if not _is_of(run, value, wanted):
        return False
    return wanted.allowed is None or bool(wanted.allowed(run, value))


def _is_of(run: Run, value: Value, wanted: Type) -> bool:
    name = _ALIASES.get(wanted.name, wanted.name)
    if name == "Any":
        return value is not None
    if name == "Null":
        return value is None
    if name in _PLAIN:
        return kind(value) == name
    rule = {"list": _list, "context": _context, "range": _range, "function": _function}.get(name)
    return rule(run, value, wanted) if rule else False


def _list(run: Run, value: Value, wanted: Type) -> bool:
    if not isinstance(value, list):
        return False
    return not wanted.of or all(_fits(run, shaped(item), wanted.of[0]) for item in run.items(value))


def _context(run: Run, value: Value, wanted: Type) -> bool:
    if kind(value) != "context":
        return False
    run.spend(1)
    return all(
        name in value and _fits(run, shaped(value[name]), type_)
        for name, type_ in zip(wanted.members, wanted.of, strict=True)
    )


def _range(run: Run, value: Value, wanted: Type) -> bool:
    if not isinstance(value, Range):
        return False
    ends = (value.start, value.end)
    return not wanted.of or all(end is None or conforms(run, end, wanted.of[0]) for end in ends)


def _function(run: Run, value: Value, wanted: Type) -> bool:
    if not isinstance(value, Function):
        return False
    return not wanted.of or len(wanted.of) - 1 == len(value.parameters)


def _fits(run: Run, value: Value, wanted: Type) -> bool:
    return value is None or conforms(run, value, wanted)


def fitted(run: Run, value: Value, wanted: Type) -> tuple[Value, bool]:
    """Return the value as the type asks, and whether it can be: a list of one for its item and
    an item for a list of it (DMN 1.3, 10.3.2.9.4). Null fits every type."""
    if wanted.name == "Any" or _fits(run, value, wanted):
        return value, True
    if wanted.name == "list" and not isinstance(value, list):
        return [value], _fits(run, [value], wanted)
    if wanted.name != "list" and isinstance(value, list) and len(value) == 1:
        only = shaped(value[0])
        return only, _fits(run, only, wanted)
    return None, False
