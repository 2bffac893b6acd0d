"""The commands that people are told of exist, and set-up installs what is declared."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards import tree

MAKEFILE = (tree.ROOT / "Makefile").read_text()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operating.md"])
def test_a_page_names_only_commands_that_make_knows(page: str) -> None:
    assert _named(page) <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_the_readme_names_the_two_commands() -> None:
    assert {"run", "test"} <= _named("README.md")


def test_help_lists_every_command() -> None:
    phony = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert [line.split()[1] for line in _make("help").stdout.splitlines()] == phony[0].split()


@pytest.mark.parametrize("which", ["run", "test"])
def test_every_declared_package_is_pinned_within_its_range(which: str) -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
    declared = {
        "run": project["project"]["dependencies"],
        "test": project["dependency-groups"]["test"],
    }
    pinned = _pins("run") | _pins(which)
    for requirement in map(Requirement, declared[which]):
        version = pinned.get(canonicalize_name(requirement.name), "nothing")
        assert version in requirement.specifier, f"{requirement} is pinned to {version}: make pins"


def test_the_code_keeps_to_its_style_types_and_import_contracts() -> None:
    lint = _make("lint")
    assert lint.returncode == 0, lint.stdout + lint.stderr


def _make(command: str) -> subprocess.CompletedProcess[str]:
    # without what a surrounding make says to make
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        ["make", command], cwd=tree.ROOT, env=environment, capture_output=True, text=True
    )


def _named(page: str) -> set[str]:
    """Return the make commands a page sets as code: `like this`, or fenced."""
    code = re.findall(r"```.*?```|`[^`]+`", (tree.ROOT / page).read_text(), re.DOTALL)
    return set(re.findall(r"\bmake ([a-z]+)", "\n".join(code)))


def _pins(which: str) -> dict[str, str]:
    lines = (tree.ROOT / "requirements" / f"{which}.txt").read_text().splitlines()
    pins = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in pins}
