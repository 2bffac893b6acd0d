"""The machine's Chromium, for the tests that need a browser; `python -m tests.chromium` gets one.

Playwright's own download is refused in closed networks, so the system's browser comes first, then
the distribution's package, then that download. No test is skipped for want of a browser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The first lets root start it; the last four keep it from looking for its maker's hosts.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """No Chromium starts on this machine."""


def find() -> str:
    """Return the path of a Chromium that starts on this machine."""
    for path in filter(None, map(shutil.which, NAMES)):
        if _starts(path):
            return path
    if _starts(own := _playwrights_own()):
        return own
    raise NoChromium(
        "The browser tests need Chromium, and none starts on this machine. "
        "Its administrator can install it: sudo apt-get install chromium"
    )


def get() -> None:
    """Make sure that there is a Chromium, by the first way that gives one."""
    playwright = [sys.executable, "-m", "playwright", "install"]
    deps = ["--with-deps"] if os.geteuid() == 0 else []
    for command in ([], ["tools/apt", "chromium"], [*playwright, *deps, "chromium"]):
        if command:
            print("Getting Chromium for the browser tests.", flush=True)
            subprocess.run(command, cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL)
        try:
            find()
        except NoChromium as problem:
            said = str(problem)
        else:
            return
    sys.exit(said)


def _starts(path: str) -> bool:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _playwrights_own() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    get()
