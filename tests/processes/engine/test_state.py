"""The kept state: what it refuses, and what becomes of it when the diagram has changed."""

from datetime import timedelta

import orjson
import pytest

from processes.engine import (
    NoPlaceForToken,
    Running,
    StateNotReadable,
    compile_processes,
    load_specs,
)
from tests.processes.drawing import call, diagram, end, id_of, timer, user, way
from tests.processes.engine.case import MONDAY, Case, Facts


def discussion(*steps, timers=(), name="discussion"):
    """User tasks one after the other, with timers on their borders."""
    return diagram(
        name,
        *(user(step) for step in steps),
        *timers,
        end("passed", throws="late"),
        way("start", *steps, "end"),
        *(way(id_of(t), "passed") for t in timers),
    )


def moved(case, *diagrams):
    """The same kept state under other diagrams."""
    files = {f"{number}.bpmn": d for number, d in enumerate(diagrams)}
    return Running.load(load_specs(compile_processes(files)), case.state, case.world)


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"null", b'{"format": 99}', b"\x00"])
def test_what_is_no_state_of_this_release_is_not_loaded(state):
    case = Case(Facts(), discussion("hold"))

    with pytest.raises(StateNotReadable):
        Running.load(case.specs, state, case.world)


def test_a_finished_case_can_be_loaded_and_has_nothing_open():
    case = Case(Facts(), discussion("hold"))
    case.complete("hold")

    assert case.is_finished
    assert (case.open(), case.due(), case.running.stages()) == ([], {}, [])


def test_a_state_holds_tokens_and_no_facts():
    case = Case(Facts(secret="the child said"), discussion("hold", "sign"))
    case.complete("hold", concern="bruising")

    assert orjson.loads(case.state)["tokens"] == [[0, "sign", 16, case.key("sign")]]


def test_a_running_case_goes_on_under_a_diagram_with_a_step_more():
    case = Case(Facts(), discussion("plan", "hold"))
    running = moved(case, discussion("plan", "check", "hold"))

    running.complete(case.key("plan"))
    running.advance()

    assert [task.element for task in running.open_tasks()] == ["check"]


def test_a_running_duration_keeps_its_end_when_the_diagram_changes():
    waits = timer("near", "hold", duration="P1D")
    case = Case(Facts(), discussion("hold", timers=[waits]))
    case.wait(hours=20)

    running = moved(case, discussion("hold", timers=[timer("near", "hold", duration="P5D")]))

    assert running.timers()[0].due_at == MONDAY + timedelta(days=1)


def test_a_token_whose_element_is_gone_is_said_with_its_name():
    case = Case(Facts(), discussion("plan", "hold"))

    with pytest.raises(NoPlaceForToken, match="the element “plan” of discussion"):
        moved(case, discussion("hold"))


def test_a_stage_whose_process_is_gone_is_said_with_its_name():
    pathway = diagram("pathway", call("discussion"), way("start", "discussion", "end"))
    case = Case(Facts(), pathway, discussion("hold"))
    other = diagram("pathway", call("discussion", "meeting"), way("start", "discussion", "end"))

    with pytest.raises(NoPlaceForToken, match="the process discussion"):
        moved(case, other, discussion("hold", name="meeting"))
