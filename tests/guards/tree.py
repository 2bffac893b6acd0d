"""The project's own files, for the tests that read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@cache
def files(*patterns: str) -> list[Path]:
    """Return the project's files by name: committed ones, and new ones that are not ignored."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--",
            *patterns,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return sorted(path for path in set(paths) if path.is_file())


def texts(*patterns: str) -> Iterator[tuple[str, str]]:
    """Yield the name and text of every file that is text."""
    for path in files(*patterns):
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def calls(*patterns: str) -> Iterator[tuple[str, str]]:
    """Yield where each call stands, "processes/cases.py:12", and what it calls, "session.add"."""
    for name, text in texts(*patterns):
        for node in ast.walk(ast.parse(text, name)):
            if isinstance(node, ast.Call):
                yield f"{name}:{node.lineno}", ast.unparse(node.func)
