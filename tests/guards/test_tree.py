"""What must hold of every file, whoever wrote it."""

from __future__ import annotations

import re

from tests.guards import tree

# A file is one thing that fits a reader's head. A longer one says here why it is still one thing.
LONG: dict[str, str] = {}

# Put together here, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("registry", "yarnpkg"),
        ("crates", "io"),
        ("deb", "debian"),
        ("archive", "ubuntu"),
    )
]
BELOW_APP = ("processes/*.py", "forms/*.py", "feel/*.py")


def test_a_file_stays_under_300_lines_or_says_why_not() -> None:
    long = {
        name
        for name, text in tree.texts("*.py", "*.html", "*.scss", "*.js")
        if len(text.splitlines()) > 300
    }
    assert long == set(LONG)


def test_no_file_names_a_package_registry() -> None:
    assert _lines("|".join(map(re.escape, REGISTRIES))) == []


def test_no_file_points_into_one_machine() -> None:
    assert _lines(r"(?<![\w.:/])/(?:work|root|home)/[\w.]") == []


def test_no_python_asks_which_area_it_is_in() -> None:
    areas = "|".join(folder.name for folder in (tree.ROOT / "bpmn").iterdir() if folder.is_dir())
    asks = _lines(rf"""[=!]=\s*["'](?:{areas})["']""", "*.py")
    assert [line for line in asks if not line.startswith("tests/")] == []


def test_nothing_below_app_reads_the_clock() -> None:
    clocks = re.compile(r"(datetime|date)\.(now|today|utcnow)|time\.(time|time_ns)")
    assert [at for at, called in tree.calls(*BELOW_APP) if clocks.fullmatch(called)] == []


def test_below_app_only_timers_commit_and_the_driver_what_only_read() -> None:
    commits = [at for at, called in tree.calls(*BELOW_APP) if called.endswith(".commit")]
    may = "processes/timers.py", "processes/postgresql.py"
    assert [at for at in commits if not at.startswith(may)] == []


def _lines(pattern: str, *files: str) -> list[str]:
    """Return where the pattern stands: "README.md:12"."""
    return [
        f"{name}:{number}"
        for name, text in tree.texts(*files)
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(pattern, line)
    ]
