"""Call a function value, within the limit on how deep calls go."""

from feel import limits
from feel.errors import FeelRuntimeError
from feel.limits import Run
from feel.values import Function, Value


def invoke(
    run: Run, function: Function, values: list[Value], labels: tuple[str, ...] | None = None
) -> Value:
    """Call a function value; null when the values do not match its parameters (10.3.2.13)."""
    if labels is not None:
        given = dict(zip(labels, values, strict=True))
        if len(given) != len(labels) or set(given) != set(function.parameters):
            return None
        values = [given[name] for name in function.parameters]
    if len(values) != len(function.parameters):
        return None
    run.spend(1)
    run.depth += 1
    if run.depth > limits.CALL_DEPTH:
        raise FeelRuntimeError(
            "call depth", f"Functions call each other more than {limits.CALL_DEPTH} levels deep."
        )
    result = function.call(run, values)
    run.depth -= 1
    return result
