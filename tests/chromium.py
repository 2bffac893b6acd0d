"""The machine's Chromium, for the tests that need a browser; `python -m tests.chromium` gets one.

Playwright's own download is refused in closed networks, so the system's browser comes first, then
the distribution's package, then that download. No test is skipped for want of a browser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The suggestions of an address bar nobody sees took half the time of the processor. The last flag
# of its name counts, so what Playwright turns off and matters here is said again.
TURNED_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
# The first lets root start it; the last four keep it from looking for its maker's hosts.
FLAGS = (
    "--no-sandbox",
    f"--disable-features={','.join(TURNED_OFF)}",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium: the machine's, else Playwright's own."""
    path = next((path for path in map(shutil.which, NAMES) if path and _starts(path)), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def get() -> None:
    """Make sure that Chromium starts, by installing it if need be."""
    if _works():
        return
    print("Getting Chromium for the browser tests.", flush=True)
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if os.geteuid() == 0:
        download.append("--with-deps")
    # Playwright needs libatomic1 itself.
    for command in (["tools/apt", "chromium", "libatomic1"], download):
        subprocess.run(command, cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL)
        if _works():
            return
    sys.exit(
        "The browser tests need Chromium, and none starts on this machine. Its administrator can "
        "install it: sudo apt-get install chromium libatomic1. Then run this again."
    )


def _works() -> bool:
    # in a process of its own: a driver that lacks a library writes straight to the terminal
    trial = "from tests.chromium import browser\nwith browser(): pass"
    return (
        subprocess.run([sys.executable, "-c", trial], cwd=ROOT, capture_output=True).returncode == 0
    )


def _starts(path: str) -> bool:
    # on Ubuntu, chromium-browser may be a script that only says where to get one
    return subprocess.run([path, "--version"], capture_output=True).returncode == 0


if __name__ == "__main__":
    get()
