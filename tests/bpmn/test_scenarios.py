"""Every scenario holds, the scenarios take every flow of every diagram, and they test something.
None of them asks more of the database than completing a task may.

To show that they do, ten of them are replayed on a procedure from which the deadline row, the
signing row or the diagram element they are about has been taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from processes import library, scenarios
from processes.library import Procedure
from processes.scenarios import names
from processes.scenarios.replay import Replay
from tests.bpmn import flows, statements
from tests.bpmn.flows import Flow

FILES = sorted(flows.ROOT.glob("*/scenarios/*.yaml"))
NAMES = [f"{file.parent.parent.name}/{file.stem}" for file in FILES]


@cache
def procedure(name: str) -> Procedure:
    return library.read(name)


@dataclass(frozen=True)
class Replayed:
    """What came of a scenario, the flows that it took, and what each completion asked."""

    outcomes: list[scenarios.Outcome]
    flows: frozenset[Flow]
    completions: list[list[str]]


@cache
def replayed(file: Path) -> Replayed:
    scenario = scenarios.read(file)
    names.check(scenario, procedure(scenario.procedure))
    run = Replay(scenario, procedure(scenario.procedure))
    asked = statements.listen(run.engine)
    with flows.watched() as taken:
        outcomes = run.outcomes()
    run.engine.dispose()
    return Replayed(outcomes, frozenset(taken), statements.completions(asked))


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_the_scenario_holds(file: Path):
    outcomes = replayed(file).outcomes

    assert outcomes, "the scenario expects nothing"
    assert [(one.line, one.sentence, one.found) for one in outcomes if not one.holds] == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_completing_a_task_asks_at_most_15_statements(file: Path):
    done = replayed(file).completions

    completes = any(step.action == "complete" for step in scenarios.read(file).steps)
    assert bool(done) == completes
    assert [each for each in done if len(each) > statements.allowed(each)] == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_scenario_stands_in_the_folder_of_its_procedure(file: Path):
    assert scenarios.read(file).procedure == file.parent.parent.name


def test_every_flow_of_every_diagram_is_taken_by_a_scenario():
    taken = {
        (diagram, flow)
        for file in FILES
        for diagram in flows.diagrams_of(file.parent.parent.name)
        for flow in replayed(file).flows
        if flow[0] == diagram.stem
    }

    assert [
        f"{diagram.parent.name}/{diagram.name}#{name}"
        for diagram in sorted(flows.ROOT.glob("*/*.bpmn"))
        for flow, name in flows.drawn(diagram).items()
        if (diagram, flow) not in taken
    ] == []


@pytest.mark.parametrize(
    ("scenario", "table", "row"),
    [
        ("brighton_and_hove/s1_three_siblings", "deadlines.dmn", "row_bh_05"),
        ("brighton_and_hove/s1_three_siblings", "signing.dmn", "ic_16_date"),
        ("brighton_and_hove/same_night", "deadlines.dmn", "row_bh_13"),
        ("brighton_and_hove/s1_three_siblings", "participants.dmn", "bh_10_ward"),
        ("family_community_services/s2a_enquiry_before_discussion", "deadlines.dmn", "row_cf_06"),
        ("family_community_services/s2c_held_five_minutes_late", "deadlines.dmn", "row_cf_16"),
        ("family_community_services/s2a_enquiry_before_discussion", "signing.dmn", "cf_29_review"),
        ("slough/s3_deferral_asked_too_late", "signing.dmn", "wt_07_approve_late"),
        ("slough/s3_open_case_deferred", "signing.dmn", "sl_04_date"),
        ("england/three_ways_on", "what_follows.dmn", "plan_to_update"),
    ],
)
def test_a_scenario_fails_without_the_row_it_is_about(scenario: str, table: str, row: str):
    assert fails(scenario, without(procedure(scenario.split("/")[0]), table, row))


@pytest.mark.parametrize(
    ("scenario", "diagram", "element"),
    [
        ("brighton_and_hove/record_sent_late", "distribution.bpmn", "sent_within_1_working_day"),
        ("england/assessment_takes_too_long", "pathway.bpmn", "within_45_working_days"),
        ("slough/nobody_screens", "referral.bpmn", "within_24_hours"),
    ],
)
def test_a_scenario_fails_without_the_timer_it_is_about(scenario: str, diagram: str, element: str):
    assert fails(scenario, without(procedure(scenario.split("/")[0]), diagram, element))


@pytest.mark.parametrize(
    ("scenario", "diagram", "element"),
    [
        ("brighton_and_hove/s1_three_siblings", "distribution.bpmn", "authorise_notes"),
        ("slough/s3_open_case_deferred", "strategy_discussion.bpmn", "decide_follow_up_meeting"),
    ],
)
def test_a_scenario_fails_when_the_task_it_is_about_is_passed_by(
    scenario: str, diagram: str, element: str
):
    assert fails(scenario, passing_by(procedure(scenario.split("/")[0]), diagram, element))


def fails(scenario: str, changed: Procedure) -> bool:
    folder, name = scenario.split("/")
    told = scenarios.read(flows.ROOT / folder / "scenarios" / f"{name}.yaml")
    try:
        outcomes = scenarios.replay(told, changed)
    except scenarios.ScenarioUnreadable:
        return True  # it names a rule that is gone
    return not all(one.holds for one in outcomes)


def without(procedure: Procedure, file: str, element: str) -> Procedure:
    """Return the procedure without one row or element, and without the flows at it."""
    root = etree.fromstring(procedure.files[file])
    at_it = f"//*[@id='{element}' or @sourceRef='{element}' or @bpmnElement='{element}']"
    found = root.xpath(f"{at_it} | //*[text()='{element}']")
    assert found
    for one in found:
        one.getparent().remove(one)
    return changed(procedure, file, root)


def passing_by(procedure: Procedure, file: str, task: str) -> Procedure:
    """Return the procedure with every flow into a task led to where the task leads."""
    root = etree.fromstring(procedure.files[file])
    (onward,) = root.xpath(f"//*[@sourceRef='{task}']/@targetRef")
    for flow in root.xpath(f"//*[@targetRef='{task}']"):
        flow.set("targetRef", onward)
        (incoming,) = root.xpath(f"//*[@id='{task}']/*[text()='{flow.get('id')}']")
        etree.SubElement(root.xpath(f"//*[@id='{onward}']")[0], incoming.tag).text = flow.get("id")
    return changed(procedure, file, root)


def changed(procedure: Procedure, file: str, root: etree._Element) -> Procedure:
    return Procedure(procedure.name, {**procedure.files, file: etree.tostring(root)})
