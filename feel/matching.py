"""Run a pattern over a text in time that is its length times the text's, never more.

All the ways a pattern can match are followed side by side, the preferred first (Pike's method),
so no pattern can make it go back over the text again and again. Every move is paid for.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from feel.limits import Run
from feel.patterns import NotAPattern, Part, Pattern, Predicate, pattern

_MOST_STEPS = 5_000  # of a program
Places = tuple[int | None, ...]  # where the whole and each group begin and end, in pairs


class Step(NamedTuple):
    """`one`: take a character that fits; `split`: go on at `to`, in that order of preference;
    `save`: note the place; `start`, `end`: only there; `done`."""

    kind: str
    fits: Predicate = bool
    to: tuple[int, ...] = ()
    slot: int = 0


class Program(NamedTuple):
    steps: tuple[Step, ...]
    slots: int
    lines: bool  # do ^ and $ hold at every line?


@lru_cache(maxsize=256)
def program(text: str, flags: str = "") -> Program:
    """Return the steps of a pattern; raises NotAPattern."""
    found: Pattern = pattern(text, flags)
    steps: list[Step] = [Step("save", slot=0)]
    _write(found.part, steps)
    steps += [Step("save", slot=1), Step("done")]
    return Program(tuple(steps), 2 * (found.groups + 1), "m" in found.flags)


def _write(part: Part, steps: list[Step]) -> None:
    if len(steps) > _MOST_STEPS:
        raise NotAPattern
    writer = _WRITERS.get(part.kind)
    if writer:
        writer(part, steps)
    else:
        steps.append(Step(part.kind, part.fits))


def _write_all(part: Part, steps: list[Step]) -> None:
    for each in part.parts:
        _write(each, steps)


def _write_group(part: Part, steps: list[Step]) -> None:
    if not part.number:
        _write(part.parts[0], steps)
        return
    steps.append(Step("save", slot=2 * part.number))
    _write(part.parts[0], steps)
    steps.append(Step("save", slot=2 * part.number + 1))


def _write_choice(part: Part, steps: list[Step]) -> None:
    fork = len(steps)
    steps.append(Step("split"))
    starts, ends = [], []
    for each in part.parts:
        starts.append(len(steps))
        _write(each, steps)
        ends.append(len(steps))
        steps.append(Step("split"))
    steps[fork] = Step("split", to=tuple(starts))
    for end in ends:
        steps[end] = Step("split", to=(len(steps),))


def _write_repeat(part: Part, steps: list[Step]) -> None:
    inner = part.parts[0]
    for _ in range(part.least):
        _write(inner, steps)
    if part.most is None:
        fork = len(steps)
        steps.append(Step("split"))
        _write(inner, steps)
        steps.append(Step("split", to=(fork,)))
        steps[fork] = _fork(part, fork + 1, len(steps))
        return
    forks = []
    for _ in range(part.most - part.least):
        forks.append(len(steps))
        steps.append(Step("split"))
        _write(inner, steps)
    for fork in forks:
        steps[fork] = _fork(part, fork + 1, len(steps))


_WRITERS = {
    "all": _write_all, "any": _write_choice, "repeat": _write_repeat, "group": _write_group,
}  # fmt: skip


def _fork(part: Part, inside: int, after: int) -> Step:
    return Step("split", to=(after, inside) if part.lazy else (inside, after))


def search(run: Run, found: Program, text: str, start: int = 0) -> Places | None:
    """Return where the first match from `start` lies, preferring as the pattern says."""
    best: Places | None = None
    threads: list[tuple[int, Places]] = []
    for place in range(start, len(text) + 1):
        if best is None:
            seen = {index for index, _ in threads}
            _follow(found, 0, place, text, (None,) * found.slots, threads, seen)
        run.spend(1 + len(threads))
        threads, match = _advance(found, threads, place, text)
        if match is not None:
            best = match
        if not threads and best is not None:
            break
    return best


def _advance(
    found: Program, threads: list[tuple[int, Places]], place: int, text: str
) -> tuple[list[tuple[int, Places]], Places | None]:
    """Take the character at `place`. What is preferred less than a match is dropped."""
    after: list[tuple[int, Places]] = []
    seen: set[int] = set()
    for index, places in threads:
        step = found.steps[index]
        if step.kind == "done":
            return after, places
        if place < len(text) and step.fits(text[place]):
            _follow(found, index + 1, place + 1, text, places, after, seen)
    return after, None


def _follow(
    found: Program,
    index: int,
    place: int,
    text: str,
    places: Places,
    threads: list[tuple[int, Places]],
    seen: set[int],
) -> None:
    """Add all the steps that can be reached without taking a character, in order."""
    waiting = [(index, places)]
    while waiting:
        index, places = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        step = found.steps[index]
        if step.kind == "split":
            waiting.extend((to, places) for to in reversed(step.to))
        elif step.kind == "save":
            noted = (*places[: step.slot], place, *places[step.slot + 1 :])
            waiting.append((index + 1, noted))
        elif step.kind in ("start", "end"):
            if _holds(step.kind, place, text, found.lines):
                waiting.append((index + 1, places))
        else:
            threads.append((index, places))


def _holds(kind: str, place: int, text: str, lines: bool) -> bool:
    if kind == "start":
        return place == 0 or (lines and text[place - 1] == "\n")
    return place == len(text) or (lines and text[place] == "\n")


def matches(run: Run, found: Program, text: str) -> Iterator[Places]:
    """Yield the matches one after another; a pattern that matches nothing is no pattern here."""
    if search(run, found, "") is not None:
        raise NotAPattern
    place = 0
    while place <= len(text) and (places := search(run, found, text, place)) is not None:
        yield places
        place = places[1] or 0
