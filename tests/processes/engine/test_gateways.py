"""Gateways: which way a token goes, what a join waits for, and what never comes to a wait."""

import pytest

from processes.engine import ProcedureRunsAway, ProcedureStandsStill
from processes.engine.elements import NoFlowLeads
from tests.processes.drawing import both, call, diagram, either, flow, line, user, way, xor
from tests.processes.engine.case import Case, Facts


def test_a_gateway_follows_the_first_true_condition_in_the_order_of_the_file():
    drawn = diagram(
        "p",
        xor("which", default="otherwise"),
        *(user(n) for n in "abc"),
        flow("which", "b", when="risk > 2"),
        flow("which", "a", when="risk > 1"),
        flow("which", "c", id="otherwise"),
        way("start", "which"),
        *(way(n, "end") for n in "abc"),
    )

    assert Case(Facts(risk=3), drawn).open() == ["b"]
    assert Case(Facts(risk=2), drawn).open() == ["a"]
    assert Case(Facts(), drawn).open() == ["c"]


@pytest.mark.parametrize("value", [None, "yes", 1, "true"])
def test_only_true_is_true(value):
    drawn = diagram(
        "p",
        xor("which", default="otherwise"),
        user("a"),
        user("b"),
        flow("which", "a", when="answer"),
        flow("which", "b", id="otherwise"),
        way("start", "which"),
        way("a", "end"),
        way("b", "end"),
    )

    assert Case(Facts(answer=value), drawn).open() == ["b"]


@pytest.mark.parametrize("gateway", [xor, either])
def test_a_gateway_none_of_whose_conditions_is_true_says_so(gateway):
    drawn = diagram(
        "p",
        gateway("which"),
        user("a"),
        user("b"),
        flow("which", "a", when="false"),
        flow("which", "b", when="false"),
        way("start", "which"),
        way("a", "end"),
        way("b", "end"),
    )

    with pytest.raises(NoFlowLeads, match="“which” of p"):
        Case(Facts(), drawn)


def test_a_parallel_join_takes_a_token_from_each_side_again_in_each_round():
    drawn = diagram(
        "p",
        xor("again"),
        both("split"),
        user("a"),
        user("b"),
        both("join"),
        xor("done", default="not_done"),
        way("start", "again", "split", "a", "join", "done"),
        way("split", "b", "join"),
        flow("done", "end", when="done = true"),
        flow("done", "again", id="not_done"),
    )
    case = Case(Facts(done=False), drawn)

    for first, second in [("a", "b"), ("b", "a"), ("a", "b"), ("b", "a")]:
        case.complete(first)
        assert case.open() == [second]
        case.complete(second)
        assert sorted(case.open()) == ["a", "b"]


def test_an_inclusive_join_waits_for_a_called_process_on_one_of_its_ways():
    drawn = diagram(
        "p",
        either("which"),
        call("long"),
        xor("more", default="no"),
        user("extra"),
        user("short"),
        either("together"),
        user("after"),
        way("start", "which"),
        flow("which", "long", when="true"),
        flow("which", "short", when="true"),
        way("long", "more"),
        flow("more", "extra", when="false"),
        flow("more", "together", id="no"),
        way("extra", "together"),
        way("short", "together", "after", "end"),
    )
    case = Case(Facts(), drawn, line("long", "inside"))

    case.complete("short")
    assert case.open() == ["inside"]
    case.complete("inside")

    assert case.open() == ["after"]


def test_a_loop_without_a_task_is_stopped_and_named():
    drawn = diagram(
        "p",
        xor("merge"),
        xor("again", default="yes"),
        way("start", "merge", "again"),
        flow("again", "merge", id="yes"),
        flow("again", "end", when="false"),
    )

    with pytest.raises(ProcedureRunsAway, match="The process p takes more than 500 steps"):
        Case(Facts(), drawn)


def test_a_process_that_calls_itself_is_stopped_and_named():
    with pytest.raises(ProcedureRunsAway, match="more than 20 deep, and were stopped at “again”"):
        Case(Facts(), diagram("p", call("again", "p"), way("start", "again", "end")))


def test_a_join_that_never_opens_is_said_at_once():
    drawn = diagram(
        "p",
        xor("one", default="x"),
        user("a"),
        user("b"),
        both("join"),
        flow("one", "a", id="x"),
        flow("one", "b", when="false"),
        way("start", "one"),
        way("a", "join", "end"),
        way("b", "join"),
    )
    case = Case(Facts(), drawn)

    with pytest.raises(ProcedureStandsStill, match="waits at “join”"):
        case.complete("a")
