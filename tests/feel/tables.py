"""Write decision tables for tests as lists of rows."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import feel

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(inside: str, namespace: str = DMN_13) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{namespace}" '
        f'id="file" name="file" namespace="https://example.org/file">{inside}</definitions>'
    ).encode()


def table(policy: str, rows: Sequence[str], **columns: Any) -> feel.DecisionTable:
    """Read a table whose rows are cells with `|` between: inputs, then outputs."""
    return feel.read_dmn(dmn(decision(policy, rows, **columns)), "test.dmn")["rules"]


def decision(
    policy: str,
    rows: Sequence[str],
    inputs: Sequence[str] = ("n",),
    outputs: Sequence[str] = ("says",),
    input_values: str = "",
    output_values: str = "",
    default: str = "",
) -> str:
    columns = "".join(
        f'<input label="{name}"><inputExpression>{_text(name)}</inputExpression>'
        f"{_named('inputValues', input_values)}</input>"
        for name in inputs
    ) + "".join(
        f'<output name="{name}">{_named("outputValues", output_values)}'
        f"{_named('defaultOutputEntry', default)}</output>"
        for name in outputs
    )
    rules = "".join(_rule(number, row, len(inputs)) for number, row in enumerate(rows, 1))
    return (
        f'<decision id="rules" name="Rules"><decisionTable {policy}>'
        f"{columns}{rules}</decisionTable></decision>"
    )


def _rule(number: int, row: str, inputs: int) -> str:
    cells = [cell.strip() for cell in row.split("|")]
    return (
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry>{_text(cell)}</inputEntry>" for cell in cells[:inputs])
        + "".join(f"<outputEntry>{_text(cell)}</outputEntry>" for cell in cells[inputs:])
        + "</rule>"
    )


def _text(words: str) -> str:
    return f"<text>{escape(words)}</text>"


def _named(tag: str, words: str) -> str:
    return f"<{tag}>{_text(words)}</{tag}>" if words else ""
