"""The way through a diagram: dead ends, choices, loops, timer paths, and joins."""

import pytest

from tests.processes.checks.procedure import STRAIGHT, assert_found, late, problems
from tests.processes.drawing import (
    both,
    call,
    decision,
    diagram,
    either,
    end,
    flow,
    pause,
    start,
    terminate,
    timer,
    user,
    way,
    xor,
)


@pytest.mark.parametrize(
    ("drawn", "place", "says"),
    [
        (start("again") + way("again", "end") + STRAIGHT, "again", "one start event"),
        (STRAIGHT + way("explain", "nowhere"), "explain_to_nowhere", "which is not drawn"),
        (STRAIGHT + flow("start", "explain", id="f"), "start", "2 flows lead to explain"),
        (STRAIGHT + way("end", "explain"), "end", "here the way ends"),
        (STRAIGHT + way("explain", "start"), "start", "nothing can come here"),
        (way("start", "explain"), "explain", "Draw the way to an end"),
        (STRAIGHT + end("e") + way("explain", "e"), "explain", "Draw a gateway"),
        (STRAIGHT + end("e") + way("start", "e"), "start", "Draw a gateway"),
        (STRAIGHT + xor("lost") + way("lost", "end"), "lost", "No way leads here"),
        (
            way("start", "explain", "a", "explain") + xor("a"),
            "explain",
            "From here no way leads to an end",
        ),
    ],
)
def test_ways_that_lead_nowhere_or_from_nowhere_are_refused(drawn, place, says):
    assert_found(late(drawn), place, says)


def test_a_process_without_a_start_is_refused():
    drawn = diagram("late", user("explain"), way("explain", "end"))

    assert_found(
        problems(drawn.replace(b'<bpmn:startEvent id="start"></bpmn:startEvent>', b"")),
        "late",
        "no start event",
    )


def choice(*flows, default=None, gateway=xor):
    return late(
        gateway("which", default=default), way("start", "explain", "which"), *flows, end("e")
    )


@pytest.mark.parametrize("gateway", [xor, either])
def test_a_choice_without_a_default_is_refused(gateway):
    found = choice(
        flow("which", "end", when="true"), flow("which", "e", when="false"), gateway=gateway
    )

    assert_found(found, "which", "no default flow")


def test_a_default_that_is_not_one_of_its_flows_is_refused():
    found = choice(
        flow("which", "end", when="true"),
        flow("which", "e", when="false"),
        default="start_to_explain",
    )

    assert_found(found, "which", "no default flow")


def test_a_condition_on_the_default_flow_is_refused():
    found = choice(
        flow("which", "end", when="true", id="d"), flow("which", "e", when="false"), default="d"
    )

    assert_found(found, "d", "which nobody asks")


@pytest.mark.parametrize("condition", [None, "", "  "])
def test_a_flow_out_of_a_choice_without_a_condition_is_refused(condition):
    found = choice(
        flow("which", "end", id="d"), flow("which", "e", when=condition, id="f"), default="d"
    )

    assert_found(found, "f", "without a condition")


def test_a_condition_where_nothing_is_chosen_is_refused():
    found = late(flow("start", "explain", when="true", id="f"), way("explain", "end"))

    assert_found(found, "f", "its condition is never asked")


def test_a_default_where_nothing_is_chosen_is_refused():
    drawn = diagram("late", user("explain", default="explain_to_end"), STRAIGHT)

    assert_found(problems(drawn), "explain", "nothing is chosen here")


def test_a_loop_without_a_task_is_refused():
    found = late(
        xor("a"),
        xor("b", default="out"),
        way("start", "explain", "a", "b"),
        flow("b", "a", when="true"),
        flow("b", "end", id="out"),
    )

    assert_found(found, "a", "A loop through a, b has no user task")


def on_time(*path):
    return late(STRAIGHT, timer("due", "explain", duration="P1D"), *path)


@pytest.mark.parametrize(
    ("drawn", "place", "says"),
    [
        (user("hold") + way("due", "hold", "end"), "hold", "would keep the stage from ending"),
        (call("discussion") + way("due", "discussion", "end"), "discussion", "keep the stage"),
        (decision("d", "what_follows") + way("due", "d", "end"), "d", "keep the stage"),
        (pause("p", duration="P1D") + way("due", "p", "end"), "p", "keep the stage"),
        (terminate("stop") + way("due", "stop"), "stop", "never ends anything"),
        (way("due", "explain"), "explain", "would keep the stage from ending"),
    ],
)
def test_the_path_of_a_timer_asks_nobody_and_ends_nothing(drawn, place, says):
    assert_found(on_time(drawn), place, says)


def test_the_path_of_a_timer_does_not_return_to_the_way():
    found = late(
        xor("together"),
        way("start", "explain", "together", "end"),
        timer("due", "explain", duration="P1D"),
        way("due", "together"),
    )

    assert_found(found, "together", "leads back into the way")


def test_several_timers_may_lead_to_one_escalation():
    found = late(
        STRAIGHT,
        timer("a", "explain", duration="P1D"),
        timer("b", "explain", duration="P2D"),
        end("passed", throws="discussion"),
        way("a", "passed"),
        way("b", "passed"),
    )

    assert found == []


def test_a_parallel_join_behind_a_choice_is_refused():
    found = late(
        xor("one", default="d"),
        both("join"),
        way("start", "explain", "one"),
        flow("one", "join", id="d"),
        flow("one", "hold", when="true"),
        user("hold"),
        way("hold", "join", "end"),
    )

    assert_found(found, "join", "It can wait for ever")


def test_a_choice_joined_by_the_parallel_join_itself_is_refused():
    """The mistake of the ways “referral?”: yes and no both lead into the join."""
    found = late(
        both("split"),
        both("join"),
        xor("one", default="d"),
        user("hold"),
        way("start", "split", "explain", "join", "end"),
        way("split", "one"),
        flow("one", "hold", when="true"),
        flow("one", "join", id="d"),
        way("hold", "join"),
    )

    assert_found(found, "join", "It can wait for ever")


@pytest.mark.parametrize("meet", [xor("meet"), ""])
def test_parallel_ways_that_meet_without_a_join_are_refused(meet):
    after = "meet" if meet else "sign"
    found = late(
        both("split"),
        user("hold"),
        user("sign"),
        meet,
        way("start", "split", "explain", after),
        way("split", "hold", after),
        way(*(["meet"] if meet else []), "sign", "end"),
    )

    assert_found(found, after, "Two tokens can come through here")


def test_parallel_ways_with_loops_choices_and_one_end_each_are_sound():
    found = late(
        both("split"),
        both("join"),
        xor("again"),
        xor("good", default="d"),
        xor("bad", default="b"),
        either("some", default="none"),
        either("all"),
        user("hold"),
        way("start", "split", "again", "explain", "good"),
        flow("good", "join", id="d"),
        flow("good", "again", when="true"),
        way("split", "bad"),
        flow("bad", "hold", when="true"),
        flow("bad", "merge", id="b"),
        xor("merge"),
        way("hold", "merge", "join", "some"),
        flow("some", "all", id="none"),
        flow("some", "record_referral", when="true"),
        user("record_referral"),
        way("record_referral", "all", "end"),
    )

    assert found == []


def test_a_diagram_that_can_go_in_too_many_ways_is_refused_and_not_played_to_the_end():
    rows = range(12)
    found = late(
        both("split"),
        both("join"),
        way("start", "explain", "split"),
        way("join", "end"),
        *(
            xor(f"m{n}") + xor(f"a{n}", default=f"d{n}") + xor(f"b{n}", default=f"e{n}")
            for n in rows
        ),
        *(way("split", f"m{n}", f"a{n}") + flow(f"a{n}", f"b{n}", id=f"d{n}") for n in rows),
        *(flow(f"a{n}", f"m{n}", when="true") + flow(f"b{n}", "join", id=f"e{n}") for n in rows),
        *(flow(f"b{n}", f"m{n}", when="true") for n in rows),
    )

    assert_found(found, "late", "too many ways")
