"""docs/rules.md is true: every rule is listed, its places exist and name it, its tests show it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from processes import library, scenarios

ROOT = Path(__file__).parents[2]
COUNTS = {"CF": 30, "SL": 22, "BH": 18, "IC": 21, "WT": 16, "PR": 15}
RULES = [f"{area}-{number:02}" for area, most in COUNTS.items() for number in range(1, most + 1)]
RULE = re.compile(r"[A-Z]{2}-[0-9]{2}")


class Row(NamedTuple):
    rule: str
    places: list[str]
    shown_by: list[str]


@cache
def table() -> tuple[Row, ...]:
    built, _ = _halves()
    return tuple(
        Row(cells[0], *(re.findall("`([^`]+)`", cell) for cell in cells[1:]))
        for cells in _rows(built)
    )


@cache
def still_to_build() -> dict[str, str]:
    _, later = _halves()
    return {rule: missing for rule, missing in _rows(later)}


def _halves() -> list[str]:
    return (ROOT / "docs" / "rules.md").read_text().split("## What is still to be built")


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and RULE.fullmatch(cells[0]):
            yield cells


PLACES = [(row.rule, place) for row in table() for place in row.places]
SHOWN = [(row.rule, test) for row in table() for test in row.shown_by]


def test_every_rule_stands_in_the_list_once():
    listed = [row.rule for row in table()]

    assert sorted({*listed, *still_to_build()}) == sorted(RULES)
    assert len(listed) == len(set(listed))


def test_what_stands_only_under_still_to_be_built_is_said_by_name():
    only_later = [rule for rule in RULES if rule not in {row.rule for row in table()}]
    intro = _halves()[1].split("|")[0]

    assert RULE.findall(intro) == sorted(only_later)
    assert all(missing.endswith(".") for missing in still_to_build().values())


@pytest.mark.parametrize("row", table(), ids=lambda row: row.rule)
def test_a_rule_has_a_place_and_a_test(row: Row):
    assert row.places
    assert row.shown_by


@pytest.mark.parametrize(("rule", "place"), PLACES)
def test_a_place_exists_and_names_its_rule(rule: str, place: str):
    file, _, name = place.partition("#")
    said = SAID[Path(file).suffix](ROOT / file)

    assert name in said, f"{file} has no “{name}”"
    assert rule in RULE.findall(said[name]) or Path(file).suffix == ".toml"


@pytest.mark.parametrize(("rule", "test"), SHOWN)
def test_what_shows_a_rule_exists_and_says_so(rule: str, test: str):
    file, _, name = test.partition("::")
    if file.endswith(".yaml"):
        assert rule in _shown(ROOT / file)
    else:
        assert name in _functions(ROOT / file)


@pytest.mark.parametrize("procedure", library.names())
def test_everyone_who_is_asked_for_is_told_why(procedure: str):
    table = library.read(procedure).tables["participants"]
    why = [output.name for output in table.outputs].index("role_text")

    assert [row.id for row in table.rules if not row.outputs[why].evaluate({})] == []


@pytest.mark.parametrize("procedure", library.names())
def test_help_stands_at_the_threshold_question(procedure: str):
    form = json.loads(library.read(procedure).files["forms/hold_strategy_discussion.form"])
    parts = list(_components(form))
    [threshold] = [n for n, part in enumerate(parts) if part.get("key") == "threshold"]

    assert parts[threshold - 1]["type"] == "text"
    assert "not proof" in parts[threshold - 1]["text"]


@cache
def _elements(file: Path) -> dict[str, str]:
    """Return what each element of a diagram, or each row of a table, says in all its text."""
    return {
        element.attrib["id"]: " ".join(element.itertext())
        for element in etree.parse(file).iter("{*}*")
        if "id" in element.attrib
    }


@cache
def _questions(file: Path) -> dict[str, str]:
    return {
        part.get("key") or part.get("path") or part["id"]: str(part.get("properties"))
        for part in _components(json.loads(file.read_text()))
    }


def _components(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in form.get("components", []):
        yield part
        yield from _components(part)


@cache
def _settings(file: Path) -> dict[str, str]:
    return {key: str(value) for key, value in tomllib.loads(file.read_text()).items()}


SAID = {".bpmn": _elements, ".dmn": _elements, ".form": _questions, ".toml": _settings}


@cache
def _shown(file: Path) -> tuple[str, ...]:
    return tuple(scenarios.read(file).shows)


@cache
def _functions(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
