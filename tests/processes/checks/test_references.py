"""What tasks, lanes, calls and escalations name has to be there."""

import pytest

from processes.checks import check
from tests.processes.checks.procedure import STRAIGHT, assert_found, late, problems, sound
from tests.processes.drawing import (
    call,
    decision,
    diagram,
    end,
    service,
    throw,
    timer,
    user,
    way,
)


@pytest.mark.parametrize(
    ("drawn", "place", "says"),
    [
        (user("hold", why=""), "hold", "Say why it is asked"),
        (user("hold", name=" "), "hold", "It has no name"),
        (user("no_form"), "no_form", "Add forms/no_form.form"),
    ],
)
def test_a_task_has_a_name_a_reason_and_a_form(drawn, place, says):
    found = late(drawn, way("start", "explain", place, "end"))

    assert_found(found, place, says)


def test_a_timer_and_a_called_process_have_a_name():
    timed = timer("due", "explain", date='deadline("WT-01")').replace('name="due"', 'name=" "')
    called = call("discussion").replace('name="discussion"', 'name=""')
    found = late(timed, way("due", "end"), called, way("start", "explain", "discussion", "end"))

    assert [p.element for p in found if p.says.startswith("It has no name.")] == [
        "discussion",
        "due",
    ]


@pytest.mark.parametrize(
    ("lanes", "place", "says"),
    [
        ({}, "explain", "in no lane"),
        ({"Social worker": ["explain"], "Chair": ["explain"]}, "explain", "several lanes"),
        ({"Wizard": ["explain"]}, "lane_0", "The lane “Wizard” has no role"),
    ],
)
def test_a_task_stands_in_one_lane_that_has_a_role(lanes, place, says):
    assert_found(late(STRAIGHT, lanes=lanes), place, says)


@pytest.mark.parametrize(
    ("drawn", "place", "says"),
    [
        (call("s", "nowhere"), "s", "“nowhere”, which is not drawn"),
        (call("s", "late"), "s", "the process calls itself"),
        (throw("s", "nowhere"), "s", "“nowhere” names no process"),
        (decision("s", "nowhere"), "s", "Add nowhere.dmn"),
        (decision("s", ""), "s", "names no decision table"),
        (service("s", "format_disk"), "s", "one of: start_linked_case"),
    ],
)
def test_what_a_diagram_names_elsewhere_has_to_be_there(drawn, place, says):
    assert_found(late(drawn, way("start", "explain", place, "end")), place, says)


def test_an_escalation_without_a_code_is_refused():
    found = late(
        end("s", inner='<bpmn:escalationEventDefinition escalationRef="none"/>'),
        way("start", "explain", "s"),
    )

    assert_found(found, "s", "no escalation code")


def test_processes_that_call_each_other_in_a_circle_are_refused():
    drawn = diagram("late", call("discussion"), way("start", "discussion", "end"))
    other = diagram("discussion", call("late"), way("start", "late", "end"))

    assert_found(problems(drawn, discussion=other), "discussion", "the process calls itself")


def test_one_process_in_two_files_is_refused():
    files = sound() | {"other.bpmn": diagram("late", user("explain"), STRAIGHT)}

    assert any("draws a process of the same id" in p.says for p in check(files))
