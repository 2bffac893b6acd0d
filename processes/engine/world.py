"""What the engine tells and asks the application: the words both sides share.

The engine keeps tokens and nothing else. Whatever it needs to know about the case it asks its
`World`, at the moment it needs it; whatever happens it tells it. `process` is always the diagram in
which the element is drawn; `stage` is the key of the run of a called process it concerns (None for
the instance's own process). A timer on the border of a call activity, and the path that leads
away from it, concern the stage which the activity runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Stage:
    """One run of a called process; `parent` is the key of the stage that called it."""

    key: str
    process: str
    element: str
    parent: str | None


@dataclass(frozen=True)
class OpenTask:
    """A user task that waits for a person."""

    key: str
    element: str
    name: str
    lane: str | None
    documentation: str
    process: str
    stage: str | None


@dataclass(frozen=True)
class WaitingTimer:
    """A timer that has been reached.

    `activity` is the key of the task or stage on whose border it is.
    `rule` is the rule it draws, when its expression is exactly `deadline("that rule")`.
    `due_at` is None while its expression gives no instant, or one it has already fired for.
    """

    key: str
    element: str
    name: str
    process: str
    stage: str | None
    activity: str | None
    rule: str | None
    due_at: datetime | None


@dataclass(frozen=True)
class Passed:
    """A timer fired: the instant `due_at` has been reached. `rule` as for `WaitingTimer`."""

    element: str
    name: str
    process: str
    stage: str | None
    rule: str | None
    due_at: datetime


@dataclass(frozen=True)
class Thrown:
    """A token reached an escalation event. `timer` is the timer that caused it, if one did."""

    code: str
    element: str
    name: str
    process: str
    stage: str | None
    timer: Passed | None


class World(Protocol):
    """The application, as the engine sees it during one transaction."""

    @property
    def now(self) -> datetime:
        """The one instant of this run, aware."""

    def context(self, process: str, stage: str | None) -> Mapping[str, Any]:
        """Return what expressions may read. Asked for each expression, so keep it at hand."""

    def functions(self, process: str, stage: str | None) -> Mapping[str, Callable[..., Any]]:
        """Return what expressions may call; `deadline` among them."""

    def began(self, stage: Stage) -> None:
        """A called process begins; told before anything in it is asked."""

    def ended(self, stage: Stage) -> None:
        """A called process has come to its end."""

    def decide(self, decision: str, process: str, stage: str | None) -> None:
        """A business rule task asks: evaluate the table and keep what it gives as facts."""

    def serve(self, operation: str, process: str, stage: str | None) -> None:
        """A service task asks: do what the operation names."""

    def passed(self, timer: Passed) -> None:
        """A timer fires; told before its token moves.

        From now on `deadline` gives null for this rule and instant.
        """
