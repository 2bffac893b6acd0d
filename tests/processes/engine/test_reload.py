"""Keeping an instance and loading it again changes nothing, wherever it stands."""

import random
from collections import Counter
from copy import deepcopy
from datetime import timedelta

import pytest

from processes.engine import Running, compile_processes, load_specs
from tests.processes.engine.case import Facts, name_of
from tests.processes.engine.pathway import DIAGRAMS

SPECS = load_specs(compile_processes({f"{name_of(d)}.bpmn": d for d in DIAGRAMS}))
RULES = ["tell", "discussion", "conference", "screen", "hold"]


@pytest.mark.parametrize("seed", range(30))
def test_a_case_loaded_at_every_step_goes_as_one_kept_in_memory(seed):
    chance = random.Random(seed)
    kept_world, memory_world = Facts(), Facts()
    memory = Running.start(SPECS, "pathway", memory_world)
    memory.advance()
    state = _started(kept_world)
    seen: Counter[int] = Counter()
    for _ in range(90):
        if memory.is_finished:
            break
        kept = Running.load(SPECS, state, kept_world)
        _live_one_step(chance, [(memory, memory_world), (kept, kept_world)])
        state = kept.dump()
        assert what_is_open(memory) == what_is_open(Running.load(SPECS, state, kept_world))
        assert memory_world.diary == kept_world.diary
        assert len(state) < 3_000
        seen[len(memory.stages())] += 1
    assert {code.code for code in memory.thrown} <= {"late", "follow_up"}
    assert max(seen) >= 1, "the walk never entered a stage"


def test_the_walks_reach_the_end_and_everything_drawn():
    ends, elements = 0, set()
    for seed in range(30):
        chance, world = random.Random(seed), Facts()
        running = Running.start(SPECS, "pathway", world)
        running.advance()
        for _ in range(90):
            elements |= {task.element for task in running.open_tasks()}
            elements |= {timer.element for timer in running.passed}
            if running.is_finished:
                ends += 1
                break
            _live_one_step(chance, [(running, world)])
    assert ends > 10
    assert elements >= {"schooling", "health", "check", "distribute", "hold_near", "close_case"}
    assert elements >= {"conference_due", "conference_near", "hold_due"}


def _started(world):
    running = Running.start(SPECS, "pathway", world)
    running.advance()
    return running.dump()


def _live_one_step(chance, sides):
    """Do the same to each side: time passes, a deadline moves, or somebody completes a task."""
    kind, pick = chance.random(), chance.random()
    hours, rule = chance.choice([3, 12, 24, 100]), chance.choice(RULES)
    facts = {
        "next_step": chance.choice(["again", "enquiry", "nothing"]),
        **{name: chance.random() < 0.6 for name in ("good", "ill", "homeless", "follow_up")},
    }
    for running, world in sides:
        if kind < 0.2:
            world.now += timedelta(hours=hours)
        elif kind < 0.35:
            world.deadlines[rule] = world.now + timedelta(hours=hours - 6)
        elif tasks := sorted(running.open_tasks(), key=lambda t: (t.process, t.element)):
            world.facts |= deepcopy(facts)
            world.decides = {"what_follows": {"next_step": facts["next_step"]}}
            running.complete(tasks[int(pick * len(tasks))].key)
        running.advance()


def what_is_open(running):
    return (
        sorted((t.process, t.element, t.lane) for t in running.open_tasks()),
        sorted((t.process, t.element, str(t.due_at)) for t in running.timers()),
        sorted((s.process, s.element) for s in running.stages()),
        running.is_finished,
    )
