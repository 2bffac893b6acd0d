"""Timer events: at which instant they fire, how often, and what may move them."""

from datetime import UTC, datetime, timedelta

import pytest

from processes.engine.timers import TimerHasNoInstant
from tests.processes.drawing import (
    both,
    call,
    diagram,
    end,
    flow,
    id_of,
    pause,
    throw,
    timer,
    user,
    way,
    xor,
)
from tests.processes.engine.case import MONDAY, Case, Facts


def hold(*timers):
    """A user task `hold` with timers on its border, all leading to one escalation `late`."""
    return diagram(
        "discussion",
        user("hold"),
        *timers,
        end("passed", throws="late"),
        way("start", "hold", "end"),
        *(way(id_of(t), "passed") for t in timers),
    )


def case_with(*timers, **facts):
    return Case(Facts(**facts), hold(*timers))


def test_a_deadline_fires_at_its_very_instant_and_leaves_the_task_open():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))
    case.world.deadlines["BH-12"] = MONDAY + timedelta(hours=8)

    case.wait(hours=7, minutes=59, seconds=59)
    assert case.codes() == []
    case.wait(seconds=1)

    assert case.codes() == ["late"]
    assert case.open() == ["hold"]


def test_an_escalation_says_which_timer_caused_it():
    case = case_with(
        timer("day", "hold", date='deadline("BH-12")'),
        timer("three_days", "hold", date='deadline("BH-11")'),
    )
    case.world.deadlines = {"BH-11": MONDAY + timedelta(days=3)}

    case.wait(days=4)

    (thrown,) = case.thrown
    assert (thrown.code, thrown.element, thrown.process) == ("late", "passed", "discussion")
    assert (thrown.timer.element, thrown.timer.rule) == ("three_days", "BH-11")
    assert thrown.timer.due_at == MONDAY + timedelta(days=3)


def test_timers_fire_in_the_order_in_which_they_were_due():
    case = case_with(
        timer("second", "hold", date='deadline("B")'), timer("first", "hold", date='deadline("A")')
    )
    case.world.deadlines = {"B": MONDAY + timedelta(days=3), "A": MONDAY + timedelta(days=2)}

    case.wait(days=10)

    assert case.passed == ["first", "second"]


def test_a_deadline_fires_once_however_often_time_is_looked_at():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))
    case.world.deadlines["BH-12"] = MONDAY

    for _ in range(3):
        case.wait(hours=1)

    assert case.passed == ["day"]
    assert case.due() == {"day": None}


def test_a_corrected_fact_moves_a_running_deadline():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))
    case.world.deadlines["BH-12"] = MONDAY + timedelta(hours=8)
    case.world.deadlines["BH-12"] += timedelta(days=1)

    case.wait(hours=20)
    assert case.passed == []
    case.wait(hours=12)

    assert case.passed == ["day"]


def test_a_deadline_moved_into_the_future_after_it_passed_is_armed_again():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))
    case.world.deadlines["BH-12"] = MONDAY + timedelta(hours=1)
    case.wait(hours=2)

    case.world.deadlines["BH-12"] = MONDAY + timedelta(days=2)
    assert case.due() == {"day": MONDAY + timedelta(days=2)}
    case.wait(days=3)

    assert case.codes() == ["late", "late"]


def test_a_deadline_that_does_not_count_yet_waits_until_it_does():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))

    case.wait(days=30)
    assert case.passed == []
    case.world.deadlines["BH-12"] = MONDAY + timedelta(days=29)
    case.wait(hours=0)

    assert case.passed == ["day"]


def test_any_instant_of_the_facts_can_be_a_timer_and_fires_once():
    case = case_with(
        timer("alert", "hold", date='received_at + duration("PT20H")'), received_at=MONDAY
    )
    assert case.due() == {"alert": MONDAY + timedelta(hours=20)}

    case.wait(hours=20)
    case.wait(hours=20)

    assert case.passed == ["alert"]


def test_completing_the_task_takes_its_timers_away():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))
    case.world.deadlines["BH-12"] = MONDAY + timedelta(hours=8)

    case.complete("hold")
    case.wait(days=2)

    assert case.is_finished
    assert case.passed == []


def test_a_process_ends_although_its_timer_has_fired():
    case = case_with(timer("day", "hold", date='deadline("BH-12")'))
    case.world.deadlines["BH-12"] = MONDAY
    case.wait(hours=1)

    case.complete("hold")

    assert case.is_finished


@pytest.mark.parametrize(
    ("written", "due_at"),
    [
        ("P1D", MONDAY + timedelta(days=1)),
        (" PT36H ", MONDAY + timedelta(hours=36)),
        ("P2W", MONDAY + timedelta(days=14)),
        ("P1M", datetime(2027, 4, 1, 9, tzinfo=UTC)),
        ('duration("PT90M")', MONDAY + timedelta(minutes=90)),
        ("grace", MONDAY + timedelta(hours=5)),
    ],
)
def test_a_duration_is_counted_from_when_its_timer_starts(written, due_at):
    case = case_with(timer("wait", "hold", duration=written), grace=timedelta(hours=5))

    assert case.due() == {"wait": due_at}


def test_a_month_ends_on_the_last_day_of_a_shorter_month():
    world = Facts(now=datetime(2027, 1, 31, 9, tzinfo=UTC))
    case = Case(world, hold(timer("wait", "hold", duration="P1M")))

    assert case.due() == {"wait": datetime(2027, 2, 28, 9, tzinfo=UTC)}


def test_a_duration_keeps_its_end_whatever_happens_to_the_facts():
    case = case_with(timer("wait", "hold", duration="grace"), grace=timedelta(hours=5))

    case.world.facts["grace"] = timedelta(hours=50)
    case.wait(hours=5)

    assert case.passed == ["wait"]


def test_a_token_waits_at_an_intermediate_timer():
    case = Case(
        Facts(),
        diagram("p", pause("cool", duration="P1D"), user("a"), way("start", "cool", "a", "end")),
    )

    case.wait(hours=23)
    assert case.open() == []
    case.wait(hours=1)

    assert case.open() == ["a"]
    assert case.passed == ["cool"]


def test_an_intermediate_timer_whose_instant_is_past_is_not_waited_for():
    drawn = diagram(
        "p", pause("cool", date='deadline("X")'), user("a"), way("start", "cool", "a", "end")
    )
    world = Facts()
    world.deadlines["X"] = MONDAY - timedelta(days=1)

    assert Case(world, drawn).open() == ["a"]


@pytest.mark.parametrize("value", [datetime(2027, 3, 1, 9), "tomorrow", 5])
def test_a_timer_refuses_what_is_not_an_instant_with_an_offset(value):
    with pytest.raises(TimerHasNoInstant, match="“day” of discussion needs"):
        case_with(timer("day", "hold", date="when"), when=value)


def test_a_timers_path_may_divide_and_throw_before_it_ends():
    drawn = diagram(
        "p",
        user("hold"),
        timer("day", "hold", date='deadline("X")'),
        xor("how_bad", default="mild"),
        throw("tell", "manager"),
        end("noted"),
        way("start", "hold", "end"),
        way("day", "how_bad"),
        flow("how_bad", "tell", when="bad = true"),
        flow("how_bad", "noted", id="mild"),
        way("tell", "noted"),
    )
    world = Facts(bad=True)
    world.deadlines["X"] = MONDAY
    case = Case(world, drawn)

    assert case.codes() == ["manager"]
    assert case.thrown[0].timer.rule == "X"
    assert case.open() == ["hold"]


def test_a_timer_on_a_call_activity_asks_within_the_stage_it_runs():
    pathway = diagram(
        "pathway",
        call("enquiry"),
        timer("conference", "enquiry", date="own_deadline"),
        end("passed", throws="late"),
        way("start", "enquiry", "end"),
        way("conference", "passed"),
    )
    enquiry = diagram("enquiry", user("carry_out"), way("start", "carry_out", "end"))
    case = Case(Facts(), pathway, enquiry)
    (stage,) = case.running.stages()
    case.world.of_stage[stage.key] = {"own_deadline": MONDAY + timedelta(days=15)}

    case.wait(days=15)

    (thrown,) = case.thrown
    assert (thrown.process, thrown.stage, thrown.timer.stage) == ("pathway", stage.key, stage.key)
    assert case.open() == ["carry_out"]
    assert case.running.timers()[0].activity == stage.key


def test_timers_of_parallel_tasks_do_not_disturb_each_other():
    drawn = diagram(
        "p",
        both("split"),
        both("join"),
        *(user(n) for n in "ab"),
        *(timer(f"{n}_due", n, date=f'deadline("{n}")') for n in "ab"),
        end("passed", throws="late"),
        way("start", "split", "a", "join", "end"),
        way("split", "b", "join"),
        *(way(f"{n}_due", "passed") for n in "ab"),
    )
    case = Case(Facts(), drawn)
    case.world.deadlines = {"a": MONDAY + timedelta(days=1), "b": MONDAY + timedelta(days=2)}

    case.wait(days=1)
    case.complete("a")
    case.wait(days=1)
    assert case.open() == ["b"]
    case.complete("b")

    assert case.passed == ["a_due", "b_due"]
    assert case.is_finished
