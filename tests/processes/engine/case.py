"""A world for the engine's tests: facts in a dictionary, a clock that is set, and a diary."""

from datetime import UTC, datetime, timedelta

from processes.engine import Running, compile_processes, load_specs

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Facts:
    """The application, as the engine sees it. `deadlines` maps a rule to the instant it passes."""

    def __init__(self, now=MONDAY, **facts):
        self.now = now
        self.facts = dict(facts)
        self.of_stage = {}
        self.deadlines = {}
        self.told = set()
        self.diary = []
        self.decides = {}

    def context(self, process, stage):
        return self.facts | self.of_stage.get(stage, {})

    def functions(self, process, stage):
        return {"deadline": self.deadline}

    def deadline(self, rule):
        at = self.deadlines.get(rule)
        return None if (rule, at) in self.told else at

    def passed(self, timer):
        self.diary.append(("passed", timer.element))
        if timer.rule:
            self.told.add((timer.rule, timer.due_at))

    def began(self, stage):
        self.diary.append(("began", stage.process))

    def ended(self, stage):
        self.diary.append(("ended", stage.process))

    def decide(self, decision, process, stage):
        self.diary.append(("decided", decision))
        self.facts |= self.decides.get(decision, {})

    def serve(self, operation, process, stage):
        self.diary.append(("served", operation))


class Case:
    """One instance that is kept and loaded again at every step, as in the application."""

    def __init__(self, world, *diagrams, process=None):
        files = {f"{name_of(d)}.bpmn": d for d in diagrams}
        self.specs = load_specs(compile_processes(files))
        self.world = world
        self.thrown, self.passed = [], []
        self._keep(Running.start(self.specs, process or name_of(diagrams[0]), world))

    @property
    def running(self):
        return Running.load(self.specs, self.state, self.world)

    def complete(self, element, **facts):
        self.world.facts |= facts
        running = self.running
        running.complete(self.key(element))
        self._keep(running)

    def wait(self, **time):
        self.world.now += timedelta(**time)
        self._keep(self.running)

    def key(self, element):
        return next(task.key for task in self.running.open_tasks() if task.element == element)

    def open(self):
        return [task.element for task in self.running.open_tasks()]

    def due(self):
        return {timer.element: timer.due_at for timer in self.running.timers()}

    def codes(self):
        return [thrown.code for thrown in self.thrown]

    @property
    def is_finished(self):
        return self.running.is_finished

    def _keep(self, running):
        running.advance()
        self.thrown += running.thrown
        self.passed += [timer.element for timer in running.passed]
        self.state = running.dump()


def name_of(diagram):
    return diagram.decode().split('<bpmn:process id="')[1].split('"')[0]
