"""Functions over contexts (DMN 1.3, 10.3.4.6; 1.4 adds `context`, `put` and `merge`)."""

from collections.abc import Mapping
from typing import Any

from feel.builtins.registry import builtin
from feel.limits import Run
from feel.values import Value, kind, shaped

Context = Mapping[str, Any]


@builtin("get value(m: context, key: string)")
def get_value(run: Run, context: Context, key: str) -> Value:
    return shaped(context.get(key))


@builtin("get value(m: context, keys: list)")
def get_value_at(run: Run, context: Context, keys: list[Any]) -> Value:
    found: Value = context if keys else None
    for key in run.items(keys):
        if not isinstance(found, Mapping) or not isinstance(key, str):
            return None
        found = shaped(found.get(key))
    return found


@builtin("get entries(m: context)")
def get_entries(run: Run, context: Context) -> list[Value]:
    return run.items([{"key": key, "value": shaped(value)} for key, value in context.items()])


@builtin("context(entries: list)")
def context_(run: Run, entries: list[Any]) -> Value:
    made: dict[str, Value] = {}
    for entry in run.items(entries):
        if not isinstance(entry, Mapping) or not {"key", "value"} <= set(entry):
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in made:
            return None
        made[key] = shaped(entry["value"])
    return made


@builtin("context put(context: context, key: string, value: any)")
def context_put(run: Run, context: Context, key: str, value: Value) -> Value:
    run.spend(len(context))
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_at(run: Run, context: Context, keys: list[Any], value: Value) -> Value:
    if not keys or not all(isinstance(key, str) for key in run.items(keys)):
        return None
    run.spend(len(context))
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = shaped(context.get(keys[0]))
    changed = context_put_at(run, inner if kind(inner) == "context" else {}, keys[1:], value)
    return {**context, keys[0]: changed}


@builtin("context merge(contexts: list)")
def context_merge(run: Run, contexts: list[Any]) -> Value:
    made: dict[str, Value] = {}
    for context in run.items(contexts):
        if not isinstance(context, Mapping):
            return None
        run.spend(len(context))
        made.update(context)
    return made
