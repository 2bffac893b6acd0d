"""What was measured, as a table for people: `bench/results.md`, and on the screen."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from bench.measures import BARE, CPU, HTTP, OURS, STATEMENTS, STOCK, Results, Sizes
from bench.work import Work

Row = tuple[str, ...]
STORM = "## A storm of timers"
_HOW = """\
Everything was measured in one run, in {rounds} rounds that take turns: ours, ours over HTTP, stock,
bare. A figure is the median of the rounds, a ratio the median of each round's own ratio. Each
database was new, and warmed up by a case that is not counted. The work is the scenario
`everything_in_time`: {tasks} tasks from referral to conference, with {narrative} characters of
narrative in each form that asks for any; {cases} cases a round, one after another.

- **ours**: `cases.complete_task`, from locking the case to the commit: what is known of it is read,
  what must hold at signing is asked, the record and its facts are written, the tokens move on,
  every deadline is worked out anew, and open tasks, timers and history are written.
- **ours over HTTP**: the app behind Waitress in a process of its own, asked by somebody signed in,
  from sending the form to the whole answer. The processor time is the server's.
- **stock SpiffWorkflow**: version {spiff}, the same diagrams read by its own parser; form answers
  are its task data; its own JSON, with the specifications inside, is read, moved on and written in
  one transaction with the same rows for tasks, records, facts, timers and history. Conditions and
  decision tables are evaluated by our FEEL, and the deadlines worked out by our table. It does less
  than ours: nobody takes part in anything, nothing is carried forward, and nothing is asked at
  signing.
- **bare transaction**: the statements and parameters that ours sent, and its commits, sent again
  through the database's driver to a copy of the same database, with nothing between.
- **firing**: {timers} timers that are due at one instant, each in a case of its own.
- **listing**: the first page of {open_tasks} open tasks over HTTP. Stock has no such table: it
  loads each instance and asks it for what is ready. That was measured for {sample} instances and
  counted up to {open_tasks} tasks.
"""


@dataclass(frozen=True)
class Measured:
    """All that was measured on one kind of database."""

    store: str
    version: str
    completing: Results
    completing_at_length: Results
    firing: Results
    listing: Results
    size: Results
    size_of_long: Results


def write(path: Path, measured: list[Measured], sizes: Sizes, work: Work, now: datetime) -> str:
    """Write the results and return them as the text that was written."""
    how = _HOW.format(
        **vars(sizes) | {"open_tasks": f"{sizes.open_tasks:,}"},
        tasks=len(work.tasks),
        narrative=work.narrative,
        spiff=version("SpiffWorkflow"),
    )
    parts = [
        "# How fast it is\n",
        f"Measured on {now:%d %B %Y} by `make bench`. Look at the ratios: the other numbers are"
        " those of the\nmachine and of what else it was doing.\n",
        _machine(measured),
        *(_about(each) for each in measured),
        "## How it was measured\n",
        how,
    ]
    text = "\n".join(parts) + _storm_in(path)
    path.write_text(text)
    return text


def write_storm(path: Path, said: str) -> None:
    """Write what a storm of timers was like under the other results, in place of an earlier one."""
    text = path.read_text() if path.exists() else ""
    path.write_text(text.removesuffix(_storm_in(path)) + f"\n{STORM}\n\n{said}")


def _storm_in(path: Path) -> str:
    text = path.read_text() if path.exists() else ""
    return text[text.index(f"\n{STORM}") :] if f"\n{STORM}" in text else ""


def _machine(measured: list[Measured]) -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    stores = "; ".join(f"{each.store} {each.version}" for each in measured)
    system = f"{platform.system()} {platform.release()}; Python {platform.python_version()}"
    return (
        f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB;"
        f" {system};\n{stores}.\n"
    )


def _about(measured: Measured) -> str:
    rows = [*_rates(measured), *_list(measured.listing), *_state(measured)]
    head = ("what", "measured", "beside stock", "beside bare")
    return f"## {measured.store}\n\n" + "\n".join(_lines(head, rows)) + "\n"


def _rates(measured: Measured) -> Iterator[Row]:
    completing, firing = measured.completing, measured.firing
    for name, results, ways in (
        ("completing a task", completing, (OURS, HTTP, STOCK, BARE)),
        ("firing a timer", firing, (OURS, STOCK, BARE)),
    ):
        for way in ways:
            rate = results.median(way)
            said = f"{rate:,.0f} a second ({1000 / rate:.1f} ms)"
            yield f"{name}, {way}", said, *_beside(results, way)
    long = measured.completing_at_length
    for way in (OURS, STOCK):
        said = f"{long.median(way):,.0f} a second ({1000 / long.median(way):.1f} ms)"
        times = f"{long.ratio(OURS, STOCK):.1f} times" if way == OURS else ""
        yield f"completing a task, 4 kB typed in each form, {way}", said, times, ""
    spent = completing.median(CPU)
    yield "completing a task over HTTP, processor time of the server", f"{spent:.1f} ms", "", ""
    statements = f"{completing.median(STATEMENTS):.1f} statements"
    yield "completing a task, on average", statements, "", ""


def _beside(results: Results, way: str) -> tuple[str, str]:
    """Return how many times stock's rate this is, and what part of the bare one."""
    if way not in (OURS, HTTP):
        return "", ""
    return f"{results.ratio(way, STOCK):.1f} times", f"1/{results.ratio(BARE, way):.1f}"


def _list(listing: Results) -> Iterator[Row]:
    ours, stock, bare = (listing.median(way) for way in (HTTP, STOCK, BARE))
    times = f"{stock / ours:,.0f} times"
    yield f"the list of tasks, {HTTP}", f"{ours:.0f} ms", times, f"{ours / bare:.0f} times as long"
    yield f"the list of tasks, {STOCK} (counted up)", f"{stock / 1000:,.0f} s", "", ""
    asked = f"{listing.median(STATEMENTS):.0f} statements"
    yield "the list of tasks, the bare selects", f"{bare:.1f} ms, {asked}", "", ""


def _state(measured: Measured) -> Iterator[Row]:
    for said, results in (
        ("", measured.size),
        (", 4 kB typed in each form", measured.size_of_long),
    ):
        for when in ("at the end", "largest"):
            ours, stock = (results.median(f"{way}, {when}") for way in (OURS, STOCK))
            kept = f"{ours / 1000:.1f} kB; stock {stock / 1000:.0f} kB"
            yield f"a case's state, {when}{said}", kept, f"1/{stock / ours:.0f}", ""


def _lines(head: Row, rows: list[Row]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for number, row in enumerate((head, *rows)):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"| {' | '.join('-' * width for width in widths)} |"
