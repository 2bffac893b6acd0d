"""What expressions come to that read no fact: it can be worked out when a procedure is checked."""

from dataclasses import dataclass
from typing import Any

import feel
from feel.limits import STEPS, Run

MOST_STEPS = 4 * STEPS  # of all of a procedure: looking at them takes a second or so


@dataclass(frozen=True)
class Constant:
    """A value, or why there is none: it takes too long, or is too large to hold."""

    value: Any = None
    says: str = ""


class Constants:
    def __init__(self) -> None:
        self._steps = MOST_STEPS
        self._known: dict[feel.Expression | feel.UnaryTests, Constant] = {}

    def of(self, asked: feel.Expression | feel.UnaryTests) -> Constant | None:
        """Return what an expression comes to, or None when that depends on facts."""
        if asked.names or asked.calls - feel.FUNCTIONS:
            return None
        if asked not in self._known:
            self._known[asked] = self._work_out(asked)
        return self._known[asked]

    def _work_out(self, asked: feel.Expression | feel.UnaryTests) -> Constant:
        run = Run({})
        run.steps = allowed = min(STEPS, self._steps)
        try:
            if isinstance(asked, feel.UnaryTests):
                return Constant(asked.matches(True, {}, run=run))
            return Constant(asked.evaluate({}, run=run))
        except feel.FeelRuntimeError as error:
            return Constant(says=str(error))
        finally:
            self._steps -= allowed - max(run.steps, 0)
