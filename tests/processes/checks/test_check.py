"""All rules together: nothing found, or everything at once."""

import pytest

from processes import library
from processes.checks import check
from tests.processes.checks.procedure import STRAIGHT, form, late, pathway, problems, sound
from tests.processes.drawing import diagram, documentation, element, start, user, way, xor


def test_a_sound_procedure_has_no_problems():
    assert check(sound()) == []


def test_diagrams_no_case_can_come_to_need_no_forms():
    """A local procedure has all of England's files, and need not use them all."""
    unused = diagram("unused", user("never_asked"), way("start", "never_asked", "end"))

    assert check(sound() | {"unused.bpmn": unused}) == []


def test_all_problems_are_told_at_once_and_sorted():
    files = sound() | {
        "pathway.bpmn": pathway(element("scriptTask", "s"), without=["no"]),
        "late.bpmn": b"<nonsense",
        "forms/hold.form": b"{}",
        "forms/explain.form": form("about"),
    }

    found = check(files)

    assert {p.file for p in found} == {
        "pathway.bpmn",
        "late.bpmn",
        "forms/hold.form",
        "forms/explain.form",
    }
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("forms/hold_strategy_discussion.form", b""),
        ("forms/hold_strategy_discussion.form", b'{"type": "default", "components": [{}]}'),
        ("deadlines.dmn", b"<"),
        ("what_follows.dmn", b"<"),
        ("strategy_discussion.bpmn", b"<"),
        ("pathway.bpmn", b"<"),
        ("procedure.toml", b"["),
    ],
)
def test_what_cannot_be_read_is_told_and_not_all_that_follows(name, broken):
    found = check({**library.read("slough").files, name: broken})

    assert [problem.file for problem in found] == [name]


def test_a_problem_says_where_it_is():
    (problem,) = late(STRAIGHT, xor("lost"), way("lost", "end"))

    assert str(problem).startswith("late.bpmn, lost: No way leads here from the start.")


def test_documentation_of_a_flow_or_event_is_no_problem():
    drawn = diagram("late", start(inner=documentation("Why")), user("explain"), STRAIGHT)

    assert problems(drawn) == []
