"""What may stand in a diagram: each rule refuses what it is about, and says what to do."""

import pytest

from tests.processes.checks.procedure import STRAIGHT, assert_found, late, problems
from tests.processes.drawing import (
    diagram,
    element,
    end,
    extension,
    start,
    throw,
    timer,
    user,
    way,
    xor,
)


@pytest.mark.parametrize(
    ("drawn", "place", "says"),
    [
        (element("scriptTask", "s"), "s", "Scripts are never run"),
        (element("task", "s"), "s", "Make it a user task"),
        (element("manualTask", "s"), "s", "Make it a user task"),
        (element("sendTask", "s"), "s", "A send task is not run"),
        (element("receiveTask", "s"), "s", "A receive task is not run"),
        (element("subProcess", "s"), "s", "a file of its own"),
        (element("subProcess", "s", triggeredByEvent="true"), "s", "a file of its own"),
        (element("transaction", "s"), "s", "Transactions are not run"),
        (element("adHocSubProcess", "s"), "s", "ad-hoc"),
        (element("eventBasedGateway", "s"), "s", "event-based"),
        (element("complexGateway", "s"), "s", "complex gateway"),
        (element("dataObject", "s"), "s", "Data objects are not read"),
        (element("dataObjectReference", "s"), "s", "Data objects are not read"),
        (element("dataStoreReference", "s"), "s", "not run"),
        (element("ioSpecification", "s"), "s", "not run"),
        (element("choreographyTask", "s"), "s", "not run"),
    ],
)
def test_elements_that_would_be_ignored_or_misread_are_refused(drawn, place, says):
    assert_found(late(drawn, STRAIGHT), place, says)


@pytest.mark.parametrize(
    ("inner", "says"),
    [
        ("<bpmn:multiInstanceLoopCharacteristics/>", "Several instances"),
        ("<bpmn:standardLoopCharacteristics/>", "Draw the loop with a gateway"),
        ("<bpmn:dataInputAssociation/>", "not run"),
        ("<bpmn:script>print(1)</bpmn:script>", "not run"),
        (extension("<spiffworkflow:preScript>x</spiffworkflow:preScript>"), "Scripts are never"),
        (extension("<spiffworkflow:postScript>x</spiffworkflow:postScript>"), "Scripts are never"),
        (extension("<spiffworkflow:variableName>x</spiffworkflow:variableName>"), "variableName"),
    ],
)
def test_what_stands_inside_an_element_is_refused_unless_it_is_read(inner, says):
    drawn = diagram("late", user("explain", inner=inner), STRAIGHT)

    assert_found(problems(drawn), "explain", says)


def test_attributes_of_other_engines_are_refused():
    drawn = diagram("late", user("explain"), STRAIGHT).replace(
        b'id="explain"', b'id="explain" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:formKey="x"'
    )

    assert_found(problems(drawn), "explain", "formKey=“x” is not read")


@pytest.mark.parametrize(
    ("drawn", "place", "says"),
    [
        (start("start", "<bpmn:messageEventDefinition/>"), "start", "A message event"),
        (start("start", "<bpmn:timerEventDefinition/>"), "start", "A timer event"),
        (end("end", inner="<bpmn:signalEventDefinition/>"), "end", "A signal event"),
        (end("end", inner="<bpmn:errorEventDefinition/>"), "end", "A error event"),
        (end("end", inner="<bpmn:compensateEventDefinition/>"), "end", "A compensate event"),
        (throw("t", None), "t", "says nothing of what it waits for or throws"),
        (element("intermediateThrowEvent", "t", "<bpmn:linkEventDefinition/>"), "t", "A link"),
        (element("intermediateCatchEvent", "t", "<bpmn:signalEventDefinition/>"), "t", "A signal"),
        (
            end("end", inner="<bpmn:terminateEventDefinition/><bpmn:errorEventDefinition/>"),
            "end",
            "one kind only",
        ),
        (timer("t", "explain", inner="<bpmn:messageEventDefinition/>"), "t", "A message event"),
        (timer("t", "explain", duration="P1D", cancel="true"), "t", "draw it non-interrupting"),
        (timer("t", "start", duration="P1D"), "t", "not on the border of a user task"),
        (timer("t", "nothing", duration="P1D"), "t", "not on the border of a user task"),
    ],
)
def test_events_of_other_kinds_are_refused(drawn, place, says):
    assert_found(late(drawn, STRAIGHT), place, says)


@pytest.mark.parametrize(
    ("also", "says"),
    [
        ('<bpmn:message id="m"/>', "A message is not run"),
        ('<bpmn:signal id="m"/>', "A signal is not run"),
        ('<bpmn:dataStore id="m"/>', "A data store is not run"),
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="m" processRef="other"/>'
            "</bpmn:collaboration>",
            "Draw one pool",
        ),
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="p" processRef="late"/>'
            '<bpmn:messageFlow id="m"/></bpmn:collaboration>',
            "Messages between pools",
        ),
    ],
)
def test_what_stands_beside_the_process_is_refused_unless_it_is_read(also, says):
    assert_found(late(STRAIGHT, also=also), "m", says)


def test_one_pool_with_lanes_is_read():
    pool = '<bpmn:participant id="p" processRef="late"/>'

    assert late(STRAIGHT, also=f'<bpmn:collaboration id="c">{pool}</bpmn:collaboration>') == []


def test_a_process_is_named_like_its_file():
    drawn = diagram("too_late", user("explain"), STRAIGHT)

    assert_found(problems(drawn), "too_late", "has to be the file's name, late")


def test_a_process_that_is_not_executable_is_refused():
    drawn = diagram("late", user("explain"), STRAIGHT)
    drawn = drawn.replace(b'isExecutable="true"', b'isExecutable="false"')

    assert_found(problems(drawn), "late", "Mark it executable")


def test_a_file_has_exactly_one_process():
    assert_found(late(STRAIGHT, also='<bpmn:process id="other"/>'), "", "2 processes")


def test_two_elements_with_one_id_are_refused():
    assert_found(late(STRAIGHT, end("explain")), "explain", "2 elements have this id")


@pytest.mark.parametrize("id", ["Start", "End", "Root", "late.EndJoin", "a b", "1st"])
def test_ids_of_the_engines_own_are_refused(id):
    found = late(way("start", "explain", id), end(id))

    assert_found(found, id, "Choose another")


def test_the_id_of_a_user_task_is_a_name_of_a_form():
    drawn = diagram("late", user("Activity_0xyz"), way("start", "Activity_0xyz", "end"))

    assert_found(problems(drawn), "Activity_0xyz", "its form's name")


def test_a_diagram_too_large_to_read_is_refused():
    steps = [f"gate_{n}" for n in range(160)]

    found = late(*(xor(s) for s in steps), way("start", "explain", *steps, "end"))

    assert_found(found, "late", "more than 150")
