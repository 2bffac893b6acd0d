"""A running instance: where its tokens go, and what the world is asked and told."""

import pytest

from processes.engine import Running, TaskNotOpen
from processes.engine.running import ScriptsAreNotRun
from tests.processes.drawing import (
    both,
    call,
    decision,
    diagram,
    end,
    flow,
    line,
    service,
    terminate,
    throw,
    timer,
    user,
    way,
    xor,
)
from tests.processes.engine.case import Case, Facts


def test_an_open_task_knows_its_name_lane_documentation_and_process():
    drawn = diagram(
        "referral",
        user("record_referral", why="CF-17, WT-07", name="Record the referral"),
        way("start", "record_referral", "end"),
        lanes={"First response": ["record_referral"]},
    )

    (task,) = Case(Facts(), drawn).running.open_tasks()

    assert (task.name, task.lane) == ("Record the referral", "First response")
    assert (task.documentation, task.process, task.stage) == ("CF-17, WT-07", "referral", None)


def test_a_task_keeps_its_key_from_load_to_load():
    case = Case(Facts(), line("p", "a", "b"))

    assert case.key("a") == case.key("a")


def test_a_task_is_completed_once():
    case = Case(Facts(), line("p", "a", "b"))
    key = case.key("a")
    case.complete("a")

    with pytest.raises(TaskNotOpen):
        case.running.complete(key)
    with pytest.raises(TaskNotOpen):
        case.running.complete("not a key")


def test_a_call_runs_its_process_as_a_stage_and_tells_when_it_begins_and_ends():
    outer = diagram("outer", call("middle"), user("last"), way("start", "middle", "last", "end"))
    middle = diagram("middle", call("go_deep", "inner"), way("start", "go_deep", "end"))
    case = Case(Facts(), outer, middle, line("inner", "a"))

    first, second = case.running.stages()
    assert (first.process, first.element, first.parent) == ("middle", "middle", None)
    assert (second.process, second.element, second.parent) == ("inner", "go_deep", first.key)
    assert case.running.open_tasks()[0].stage == second.key
    case.complete("a")

    assert case.open() == ["last"]
    assert case.running.stages() == []
    assert case.world.diary == [
        ("began", "middle"), ("began", "inner"), ("ended", "inner"), ("ended", "middle"),
    ]  # fmt: skip


def test_one_call_follows_another_inside_a_called_process():
    """SpiffWorkflow's own loop stops when a stage ends in the same step as another begins."""
    middle = diagram(
        "middle", call("x", "one"), call("y", "two"), user("z"), way("start", "x", "y", "z", "end")
    )
    outer = diagram("outer", call("middle"), way("start", "middle", "end"))
    case = Case(Facts(), outer, middle, line("one", "a"), line("two", "b"))

    case.complete("a")
    assert case.open() == ["b"]
    case.complete("b")

    assert case.open() == ["z"]


def test_each_run_of_a_called_process_is_another_stage():
    pathway = diagram(
        "pathway",
        call("discussion"),
        xor("more", default="no"),
        way("start", "discussion", "more"),
        flow("more", "discussion", when="more = true"),
        flow("more", "end", id="no"),
    )
    case = Case(Facts(more=True), pathway, line("discussion", "hold"))
    keys = set()

    for _ in range(3):
        keys.add(case.running.stages()[0].key)
        case.complete("hold")
    case.complete("hold", more=False)

    assert len(keys) == 3
    assert case.is_finished


def test_facts_of_a_stage_are_read_inside_that_stage_only():
    discussion = diagram(
        "discussion",
        user("hold"),
        xor("phone", default="no"),
        user("authorise"),
        way("start", "hold", "phone"),
        flow("phone", "authorise", when='format = "telephone"'),
        flow("phone", "end", id="no"),
        way("authorise", "end"),
    )
    pathway = diagram("pathway", call("discussion"), way("start", "discussion", "end"))
    case = Case(Facts(format="meeting"), pathway, discussion)
    case.world.of_stage[case.running.stages()[0].key] = {"format": "telephone"}

    case.complete("hold")

    assert case.open() == ["authorise"]


def test_a_business_rule_task_asks_the_world_and_the_next_gateway_sees_the_answer():
    drawn = diagram(
        "p",
        decision("decide", "what_follows"),
        xor("next", default="no"),
        user("a"),
        way("start", "decide", "next"),
        flow("next", "a", when='next_step = "a"'),
        flow("next", "end", id="no"),
        way("a", "end"),
    )
    world = Facts()
    world.decides["what_follows"] = {"next_step": "a"}

    assert Case(world, drawn).open() == ["a"]
    assert world.diary == [("decided", "what_follows")]


def test_a_service_task_asks_the_world_for_its_operation():
    world = Facts()

    drawn = diagram(
        "p",
        service("start_linked_case", "start_linked_case"),
        way("start", "start_linked_case", "end"),
    )
    Case(world, drawn)

    assert world.diary == [("served", "start_linked_case")]


def test_an_escalation_on_the_way_is_told_and_the_way_goes_on():
    inner = diagram(
        "inner", throw("ask", "alleged_abuser"), user("a"), way("start", "ask", "a", "end")
    )
    outer = diagram("outer", call("inner"), user("b"), way("start", "inner", "b", "end"))
    case = Case(Facts(), outer, inner)

    (thrown,) = case.thrown
    assert (thrown.code, thrown.process, thrown.timer) == ("alleged_abuser", "inner", None)
    assert thrown.stage == case.running.stages()[0].key
    case.complete("a")
    assert case.open() == ["b"]


def test_an_escalation_end_event_ends_the_stage_as_any_end_does():
    inner = diagram("inner", end("over", throws="follow_up"), way("start", "over"))
    case = Case(
        Facts(),
        diagram("outer", call("inner"), user("b"), way("start", "inner", "b", "end")),
        inner,
    )

    assert case.codes() == ["follow_up"]
    assert case.open() == ["b"]


def test_a_terminate_event_ends_its_own_process_with_all_that_runs_in_it():
    middle = diagram(
        "middle",
        both("split"),
        user("a"),
        call("inner"),
        terminate("stop"),
        way("start", "split", "a", "stop"),
        way("split", "inner", "end"),
    )
    outer = diagram("outer", call("middle"), user("b"), way("start", "middle", "b", "end"))
    case = Case(Facts(), outer, middle, line("inner", "c"))

    case.complete("a")

    assert case.open() == ["b"]
    assert case.running.stages() == []
    assert case.world.diary[-2:] == [("ended", "inner"), ("ended", "middle")]


def test_several_tokens_may_come_to_one_end():
    drawn = diagram(
        "p",
        both("split"),
        user("a"),
        user("b"),
        way("start", "split", "a", "end"),
        way("split", "b", "end"),
    )
    case = Case(Facts(), drawn)

    case.complete("b")
    assert not case.is_finished
    case.complete("a")

    assert case.is_finished


def test_a_long_life_neither_grows_nor_slows():
    pathway = diagram(
        "pathway", call("review"), xor("again", default="yes"), way("start", "review", "again"),
        flow("again", "review", id="yes"), flow("again", "end", when="over = true"),
    )  # fmt: skip
    case = Case(Facts(), pathway, line("review", "hold", "write"))
    first = len(case.state)

    for _ in range(400):
        case.complete(case.open()[0])

    assert len(case.state) == first


def test_what_a_removed_token_had_begun_goes_with_it():
    """The checks refuse a call on the path of a timer; an old procedure may still have one."""
    drawn = diagram(
        "p",
        user("a"),
        timer("due", "a", duration="P1D"),
        call("review"),
        end("over"),
        user("b"),
        way("start", "a", "b", "end"),
        way("due", "review", "over"),
    )
    inner = diagram("review", user("c"), timer("c_due", "c", duration="P1D"), end("late"),
                    way("start", "c", "end"), way("c_due", "late"))  # fmt: skip
    case = Case(Facts(), drawn, inner)
    case.wait(days=1)
    assert sorted(case.open()) == ["a", "c"]

    case.complete("a")

    assert (case.open(), case.due(), case.running.stages()) == (["b"], {}, [])


def test_a_script_is_never_run():
    running = Case(Facts(), line("p", "a")).running
    (task,) = running._tokens(16)

    with pytest.raises(ScriptsAreNotRun, match="“a” has a script"):
        running.execute(task, "import os")


def test_start_refuses_a_process_the_procedure_does_not_have():
    case = Case(Facts(), line("p", "a"))

    with pytest.raises(Exception, match="the process q"):
        Running.start(case.specs, "q", case.world)
