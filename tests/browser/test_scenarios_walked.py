"""The three long scenarios, walked in a browser by the people they name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from processes import library, scenarios
from tests.browser.conftest import serving
from tests.browser.hands import Keyboard
from tests.browser.walk import Walk

SCENARIOS = Path(__file__).parent.parent.parent / "bpmn"


@pytest.fixture
def walk(chromium: Browser, tmp_path: Path) -> Callable[..., list[str]]:
    """Walk a scenario to its end; return the steps, and what does not hold after each."""

    def walked(name: str, **how: Any) -> list[str]:
        folder, file = name.split("/")
        scenario = scenarios.read(SCENARIOS / folder / "scenarios" / f"{file}.yaml")
        with serving(tmp_path, with_demo=False) as (app, address):
            walk = Walk(
                scenario, library.read(folder), app=app, address=address, browser=chromium, **how
            )
            try:
                outcomes = walk.outcomes()
            finally:
                walk.close()
        return [line for line in scenarios.lines(scenario, outcomes) if "✔" not in line]

    return walked


def test_s1_is_walked_by_people_signed_in_side_by_side(walk: Callable[..., list[str]]):
    found = walk("brighton_and_hove/s1_three_siblings")
    assert [each for each in found if "✖" in each] == [], "\n".join(found)


def test_s2_is_walked_on_a_phone(walk: Callable[..., list[str]]):
    found = walk("family_community_services/s2a_enquiry_before_discussion", width=375)
    assert [each for each in found if "✖" in each] == [], "\n".join(found)


def test_s3_is_walked_by_keyboard_alone(walk: Callable[..., list[str]]):
    found = walk("slough/s3_open_case_deferred", hand=Keyboard())
    assert [each for each in found if "✖" in each] == [], "\n".join(found)
