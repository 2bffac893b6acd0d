"""What the checks let through, the engine runs to its end; what is well drawn, they let through."""

import random
import re
from typing import Any

import pytest

from processes.checks import OF_A_DIAGRAM
from processes.checks.diagram import Diagram
from processes.engine import Running, compile_processes, load_specs
from tests.processes.drawing import both, diagram, either, flow, user, way, xor
from tests.processes.engine.case import Facts


class Drawer:
    """Draws a diagram of nested blocks by chance: steps, choices, divisions and loops."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.drawn, self.number = [], 0

    def draw(self):
        way_in, way_out = self.block(3)
        return diagram("p", *self.drawn, way("start", way_in), way(way_out, "end"))

    def block(self, depth):
        """Draw a block and return where it begins and ends."""
        kinds = (
            [self.step] if depth == 0 else [self.step, self.row, self.split, self.split, self.loop]
        )
        return self.chance.choice(kinds)(depth)

    def step(self, depth):
        task = self.add(user)
        return task, task

    def row(self, depth):
        (first, a), (b, last) = self.block(depth - 1), self.block(depth - 1)
        self.drawn.append(way(a, b))
        return first, last

    def split(self, depth):
        kind: Any = self.chance.choice([xor, both, either])
        begin, end = self.name(), self.name()
        ways = range(self.chance.choice([2, 2, 3]))
        for n in ways:
            first, last = self.block(depth - 1)
            chosen = {"when": f"x{begin}{n} = true"} if n and kind is not both else {}
            self.drawn.append(flow(begin, first, id=f"{begin}_{n}", **chosen))
            self.drawn.append(way(last, end))
        self.drawn.append(kind(begin) if kind is both else kind(begin, default=f"{begin}_0"))
        self.drawn.append(kind(end))
        return begin, end

    def loop(self, depth):
        begin, end, after = self.name(), self.name(), self.name()
        first, last = self.block(depth - 1)
        self.drawn += [xor(begin), way(begin, first), way(last, end), xor(after)]
        self.drawn += [xor(end, default=f"{end}_on"), flow(end, after, id=f"{end}_on")]
        self.drawn.append(flow(end, begin, when=f"x{end} = true"))
        return begin, after

    def add(self, kind):
        name = self.name()
        self.drawn.append(kind(name))
        return name

    def name(self):
        self.number += 1
        return f"n{self.number}"


def misdrawn(chance, drawn):
    """Let one flow lead elsewhere."""
    text = drawn.decode()
    targets = re.findall(r'targetRef="(n\d+)"', text)
    places = [m.span(1) for m in re.finditer(r'targetRef="(n\d+)"', text)]
    a, b = chance.choice(places)
    return (text[:a] + chance.choice(targets) + text[b:]).encode()


def found(drawn):
    read = Diagram("p.bpmn", drawn)
    return [problem for rule in OF_A_DIAGRAM for problem in rule(read)]


def runs_to_its_end(drawn, chance):
    """Complete whatever is open, by chance, until the process has ended."""
    world = Facts()
    running = Running.start(load_specs(compile_processes({"p.bpmn": drawn})), "p", world)
    names = re.findall(r"(xn\d+) = true", drawn.decode())
    for step in range(400):
        likely = 0.5 if step < 200 else 0.05
        world.facts = {name: chance.random() < likely for name in names}
        running.advance()
        if running.is_finished:
            return True
        tasks = running.open_tasks()
        elements = [task.element for task in tasks]
        assert len(elements) == len(set(elements)), f"{elements} twice"
        running.complete(chance.choice(sorted(tasks, key=lambda t: t.element)).key)
    return False


@pytest.mark.parametrize("seed", range(60))
def test_what_is_well_drawn_is_found_sound_and_runs_to_its_end(seed):
    drawn = Drawer(seed).draw()

    assert found(drawn) == []
    assert runs_to_its_end(drawn, random.Random(seed))


def test_what_is_misdrawn_and_found_sound_runs_to_its_end():
    sound = unsound = 0
    for seed in range(150):
        chance = random.Random(seed)
        drawn = misdrawn(chance, Drawer(seed).draw())
        if found(drawn):
            unsound += 1
        else:
            sound += 1
            assert runs_to_its_end(drawn, chance), seed
    assert sound > 20
    assert unsound > 40
