"""The press: each paper is made in a process of its own, which ends with it and takes its memory.

What runs away, in an owner's template or in a text without end, is stopped; nobody else waits.
"""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import structlog

from papers.meeting import Meeting
from papers.paper import Answer, Paper, Row, Section, Table

SECONDS = 20
REFUSED = 3
_at_once = threading.BoundedSemaphore(2)

log = structlog.get_logger()


class PaperNotMade(Exception):
    """A paper could not be made; the message says why, to whoever asked for it."""


def pdf(paper: Paper) -> bytes:
    """Return a paper as PDF."""
    return _run(do="pdf", paper=asdict(paper))


def docx(template: bytes, paper: Paper) -> bytes:
    """Return a paper as DOCX, in the form its template gives it."""
    return _run(do="docx", paper=asdict(paper), template=_text(template))


def calendar_file(meeting: Meeting) -> bytes:
    """Return a meeting as a file for one person's calendar."""
    return _run(do="calendar", meeting=asdict(meeting))


@lru_cache(maxsize=64)
def problems(
    template: bytes, texts: frozenset[str] = frozenset(), tables: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Say everything that keeps a template from being used.

    It may ask for the answers named `texts` and `tables`; one for records of every kind knows no
    names, and has to show all sections.
    """
    shown = ["title", "reference", *([] if texts or tables else ["about", "sections"])]
    sample = asdict(_sample(texts, tables))
    try:
        found = _run(do="problems", paper=sample, template=_text(template), shown=shown)
    except PaperNotMade as error:
        return (str(error),)
    return tuple(orjson.loads(found))


def _run(**order: Any) -> bytes:
    if not _at_once.acquire(timeout=SECONDS):
        raise PaperNotMade("Other papers are being made. Try again in a minute.")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "papers"],
            input=orjson.dumps(order),
            capture_output=True,
            cwd=Path(__file__).parent.parent,
            env={},  # it needs no settings, and no secrets
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperNotMade(_too_long()) from error
    finally:
        _at_once.release()
    if done.returncode == REFUSED:
        raise PaperNotMade(done.stdout.decode())
    if done.returncode == -signal.SIGXCPU:
        raise PaperNotMade(_too_long())
    if done.returncode:
        log.error("a paper could not be made", says=done.stderr.decode(errors="replace")[-500:])
        raise PaperNotMade("It could not be made. Tell your administrator: the log says why.")
    return done.stdout


def _too_long() -> str:
    return f"It took longer than {SECONDS} seconds, and was stopped."


def _sample(texts: Iterable[str], tables: Iterable[str]) -> Paper:
    """Return a paper whose every word can be told from every other."""
    table = Table(["A column"], [Row(["A cell"], "Beneath a row")])
    answers = [Answer("A question", "An answer"), Answer("A list", table=table)]
    return Paper(
        title="A title",
        reference="REF-1",
        marking="A marking",
        copy="Whose copy",
        about=[("A label", "What it says")],
        sections=[Section("A heading", answers)],
        answers={each: Answer(each, "An answer") for each in texts}
        | {each: Answer(each, table=table) for each in tables},
    )


def _text(template: bytes) -> str:
    return base64.b64encode(template).decode()
