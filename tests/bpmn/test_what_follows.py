"""What the decisions of a discussion lead to: each row of what_follows.dmn answers for one case."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bpmn.complete_record import PROCEDURES, table

NO_ENQUIRY = {"section_47_decided": False, "enquiry_running": False, "threshold": "not_met"}
NEEDED = NO_ENQUIRY | {"services_needed": True}
ENQUIRY = {"section_47_decided": True, "enquiry_running": False, "threshold": "met"}

DECIDED: list[tuple[dict[str, Any], str]] = [
    (ENQUIRY, "section_47_enquiry"),
    (ENQUIRY | {"enquiry_running": True}, "section_47_enquiry_running"),
    (NO_ENQUIRY | {"threshold": "undecided"}, "further_discussion"),
    (NEEDED | {"plan_exists": True}, "update_plan"),
    (NEEDED | {"plan_exists": False}, "create_plan"),
    (NO_ENQUIRY | {"services_needed": False}, "no_further_action"),
]


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize(("decided", "follows"), DECIDED, ids=[each for _, each in DECIDED])
def test_what_is_decided_leads_to_one_thing(procedure: str, decided: dict[str, Any], follows: str):
    assert table(procedure, "what_follows").decide(decided) == follows


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_row_is_shown(procedure: str):
    assert len(table(procedure, "what_follows").rules) == len(DECIDED)
