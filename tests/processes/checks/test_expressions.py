"""FEEL in diagrams: it can be read, and reads and calls only what there is."""

import pytest

from tests.processes.checks.procedure import STRAIGHT, assert_found, late
from tests.processes.drawing import end, flow, timer, way, xor


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("harm =", "is not FEEL. Line 1"),
        ("__import__('os')", "is not FEEL"),
        ("hram = true", "reads “hram”, which no form asks"),
        ("system(harm)", "calls “system”, which is no function"),
        ('deadline("XX-99") != null', "“XX-99”, which has no row"),
        ("deadline(harm) != null", "Write the rule itself, in quotes"),
    ],
)
def test_a_condition_can_be_read_and_names_only_what_there_is(written, says):
    found = late(
        xor("which", default="d"),
        end("e"),
        way("start", "explain", "which"),
        flow("which", "end", id="d"),
        flow("which", "e", when=written, id="f"),
    )

    assert_found(found, "f", says)


def test_a_condition_may_read_answers_decisions_and_what_is_given():
    found = late(
        xor("which", default="d"),
        end("e"),
        way("start", "explain", "which"),
        flow("which", "end", id="d"),
        flow(
            "which",
            "e",
            when='harm and next_step = "nothing" and count(discussions) > 1 and about.rule != null',
        ),
    )

    assert found == []


@pytest.mark.parametrize(
    ("kind", "written", "says"),
    [
        ("date", 'date and time("2027-01-01T09:00:00")', "with its offset"),
        ("date", 'date("2027-01-01")', "with its offset"),
        ("date", "5", "with its offset"),
        ("date", "", "either a timeDate or a timeDuration"),
        ("duration", "1 day", "is not FEEL"),
        ("duration", "P1W2D", "reads “P1W2D”"),
        ("duration", '"P1D"', "is not a duration"),
        ("date", 'deadline("XX-99")', "no row"),
        ("date", "recieved_at", "reads “recieved_at”"),
    ],
)
def test_a_timer_gives_an_instant_or_a_duration(kind, written, says):
    found = late(STRAIGHT, timer("due", "explain", **{kind: written}), way("due", "end"))

    assert_found(found, "due", says)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("date", 'date and time("2027-01-01T09:00:00Z")'),
        ("date", 'received_at + duration("PT20H")'),
        ("duration", "P1D"),
        ("duration", 'duration("P1M")'),
    ],
)
def test_a_timer_may_be_any_instant_or_duration(kind, written):
    assert late(STRAIGHT, timer("due", "explain", **{kind: written}), way("due", "end")) == []


def test_a_repeating_timer_is_refused():
    cycle = "<bpmn:timeCycle>R/P1D</bpmn:timeCycle>"
    event = f"<bpmn:timerEventDefinition>{cycle}</bpmn:timerEventDefinition>"

    found = late(STRAIGHT, timer("due", "explain", inner=event), way("due", "end"))

    assert_found(found, "due", "either a timeDate or a timeDuration")
