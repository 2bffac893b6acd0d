"""Compiling diagrams: what is kept of them, and what is refused with a sentence."""

import json

import orjson
import pytest

from processes.engine import DiagramNotReadable, SpecsNotReadable, compile_processes, load_specs
from tests.processes.drawing import (
    call,
    decision,
    diagram,
    element,
    end,
    service,
    start,
    timer,
    user,
    way,
)
from tests.processes.engine.pathway import DIAGRAMS


def refused(content, file="p.bpmn"):
    with pytest.raises(DiagramNotReadable) as caught:
        compile_processes({file: content})
    assert caught.value.file == file
    return caught.value.element, caught.value.says


def test_a_compiled_procedure_is_json_and_loading_it_leaves_it_as_it_is():
    compiled = compile_processes({f"{n}.bpmn": d for n, d in enumerate(DIAGRAMS)})
    kept = orjson.dumps(compiled)

    specs = load_specs(compiled)

    assert orjson.dumps(compiled) == kept
    assert set(specs) == {"pathway", "referral", "discussion", "notes", "enquiry"}
    assert set(load_specs(json.loads(kept))) == set(specs)


def test_nothing_of_a_table_or_a_script_is_compiled_into_the_procedure():
    drawn = diagram("p", decision("decide", "what_follows"), way("start", "decide", "end"))

    compiled = compile_processes({"p.bpmn": drawn})

    task = compiled["processes"]["p"]["task_specs"]["decide"]
    assert task["decision"] == "what_follows"
    assert task["typename"] == "DecisionTask"


def test_what_another_release_compiled_is_not_loaded():
    with pytest.raises(SpecsNotReadable, match="format 0"):
        load_specs({"format": 0, "processes": {}})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not well-formed"),
        (b"\x00\xff\xfe", "not well-formed"),
        (b"<a><b></a>", "not well-formed"),
        (b"<a/>", "0 processes"),
        (b"not xml at all", "not well-formed"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (b"<a>" * 60 + b"</a>" * 60, "nested more than 40 deep"),
        (b"<a>" + b"x" * 2_000_000 + b"</a>", "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_diagram_is_refused(content, says):
    assert says in refused(content)[1]


def test_a_billion_laughs_are_not_laughed():
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12)
    )

    assert "DOCTYPE" in refused(f"<!DOCTYPE a [{laughs}]><a>&l11;</a>".encode())[1]


@pytest.mark.parametrize(
    ("drawn", "element", "says"),
    [
        (element("scriptTask", "s", "<bpmn:script>1</bpmn:script>"), "s", "not run"),
        (element("subProcess", "s"), "s", "not run"),
        (element("manualTask", "s"), "s", "not run"),
        (user("s", inner="<bpmn:multiInstanceLoopCharacteristics/>"), "s", "multiInstance"),
        (user("s", inner="<bpmn:standardLoopCharacteristics/>"), "s", "standardLoop"),
        (user("s", inner="<bpmn:dataInputAssociation/>"), "s", "dataInput"),
        (decision("s", " "), "s", "calledDecisionId"),
        (service("s", ""), "s", "serviceTaskOperator"),
        (call("s", "nowhere"), "s", "“nowhere”, which has no diagram"),
        (user("s") + timer("t", "s", duration="P1D", cancel="true"), "t", "non-interrupting"),
        (user("s") + timer("t", "s", duration=""), "t", "either a timeDate or a timeDuration"),
        (
            user("s") + timer("t", "s", inner="<bpmn:messageEventDefinition/>"),
            "t",
            "messageEventDefinition",
        ),
        (end("s", inner="<bpmn:signalEventDefinition/>"), "s", "signalEventDefinition"),
        (end("s", inner="<bpmn:escalationEventDefinition/>"), "s", "escalation code"),
        (element("intermediateCatchEvent", "s", "<bpmn:linkEventDefinition/>"), "s", "link"),
    ],
)
def test_an_element_outside_the_subset_is_refused_by_its_id(drawn, element, says):
    found, sentence = refused(diagram("p", drawn, way("start", "s")))

    assert found == element
    assert says in sentence


def test_a_start_event_that_waits_for_something_is_refused():
    drawn = diagram(
        "p", start("start", "<bpmn:timerEventDefinition/>"), user("a"), way("start", "a")
    )

    assert refused(drawn)[0] == "start"


def test_two_processes_in_one_file_are_refused():
    assert "2 processes" in refused(diagram("p", also='<bpmn:process id="q"/>'))[1]


def test_one_process_in_two_files_is_refused():
    drawn = diagram("p", way("start", "end"))

    with pytest.raises(DiagramNotReadable, match="p"):
        compile_processes({"p.bpmn": drawn, "q.bpmn": drawn})


def test_a_way_too_long_to_read_is_refused_and_not_followed():
    steps = [f"a{n}" for n in range(2_000)]
    drawn = diagram("p", *(user(s, why="") for s in steps), way("start", *steps, "end"))

    assert "too long" in refused(drawn)[1]


def test_escalations_of_two_files_may_have_the_same_id():
    def throws(process, code):
        drawn = diagram(process, end("over", throws=code), way("start", "over"))
        return drawn.replace(f"Escalation_{code}".encode(), b"Escalation_1")

    compiled = compile_processes({"p.bpmn": throws("p", "one"), "q.bpmn": throws("q", "two")})

    for process, code in {"p": "one", "q": "two"}.items():
        over = compiled["processes"][process]["task_specs"]["over"]
        assert over["event_definition"]["code"] == code
