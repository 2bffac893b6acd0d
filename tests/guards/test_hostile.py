"""Hostile diagrams, tables, forms, scenarios and form posts: each refused with a sentence, the
process unharmed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import forms
from processes import scenarios
from processes.checks import check
from tests.guards import hostile
from tests.processes.checks.procedure import sound

SECONDS = 10  # of the processor, for the worst of them; an honest file takes hundredths
INSIDE = re.compile(
    r"Traceback|\w(Error|Exception)\b|<string>|<class|\b0x[0-9a-f]{4}|\bNone\b"
    r"|lxml|orjson|SpiffWorkflow|marshmallow|XML_PARSE"
)
FORM = forms.load(hostile.form(*hostile.ASKED), "asked.form")


@pytest.fixture(autouse=True)
def within_bounds() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SECONDS


def each(told: Iterable[tuple[str, Any, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("given", "says"), [pytest.param(given, says, id=name) for name, given, says in told]
    )


@each(
    (f"{file}: {name}", (file, content), says)
    for file, told in hostile.FILES.items()
    for name, content, says in told
)
def test_a_hostile_file_of_a_procedure_is_refused(given: tuple[str, bytes], says: str) -> None:
    file, content = given
    found = [problem for problem in check(sound() | {file: content}) if problem.file == file]
    assert_told(map(str, found), says)
    assert all(len(str(problem)) < 700 for problem in found)
    assert check(sound()) == []


@each(hostile.SCENARIOS)
def test_a_hostile_scenario_is_refused(given: bytes, says: str, tmp_path: Path) -> None:
    told = tmp_path / "told.yaml"
    told.write_bytes(given)
    with pytest.raises(scenarios.ScenarioUnreadable) as refused:
        scenarios.read(told)
    sentences = str(refused.value).splitlines()
    assert_told(sentences, says)
    assert all(re.match(r"told\.yaml:[0-9]+: ", sentence) for sentence in sentences)
    told.write_text(hostile.SCENARIO)
    assert scenarios.read(told).title == "A referral by night"


@each(hostile.POSTS)
def test_a_hostile_answer_is_refused(given: dict[str, Any], says: str) -> None:
    read = FORM.read_answers(given, {})
    assert_told(read.errors.values(), says)
    assert not any(read.values.values())
    assert FORM.read({"reason": "Late"}, {}).values["reason"] == "Late"


@pytest.mark.parametrize("name", ["role", "owner", "scope", "number", "_button", "reason-0-x"])
def test_only_what_a_form_asks_is_ever_read(name: str) -> None:
    for read in (FORM.read, FORM.read_answers):
        assert name not in read({name: "administrator"}, {"harm": True}).values


def test_what_cannot_be_kept_of_a_text_is_left_out() -> None:
    assert FORM.read({"reason": "a\x00b\ud800c\x1b"}, {}).values["reason"] == "abc"


def test_a_post_of_a_million_names_is_read_for_those_asked() -> None:
    posted = {f"rows-{row}-reason": "x" for row in range(1_000_000)}
    assert_told(FORM.read(posted, {}).errors.values(), "at most 50 rows")


def test_a_comment_in_a_table_harms_nobody() -> None:
    table = hostile.GOOD_TABLE.replace(b"<rule ", b"<!-- <script>() --><rule ", 1)
    assert check(sound() | {"what_follows.dmn": table}) == []


def assert_told(sentences: Iterable[str], says: str) -> None:
    whole = "\n".join(sentences)
    assert says in whole
    assert not INSIDE.search(whole), whole
