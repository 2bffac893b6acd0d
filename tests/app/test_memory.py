"""The embedded server stays small, also after people have worked in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from app.config import PROJECT
from app.demo import PASSWORD
from tests.app.test_serve import environment, serving, until

__all__ = ["environment"]

MOST = 100 * 1024  # kB
EACH = 2  # pages of a kind: of an address with whatever tells one case, task or record from another
PEOPLE = ("priya", "tom", "casey", "robin", "alex")

# rich, which only tools of the tests need, would be read by structlog, and take 5 MB of its own
WITHOUT_RICH = "import sys; sys.modules['rich'] = None; from flask.cli import main; main()"


def open_page(browser: OpenerDirector, address: str, posted: bytes | None = None) -> str:
    request = Request(address, posted, {"Sec-Fetch-Site": "same-origin"})
    try:
        with browser.open(request, timeout=60) as page:
            is_page = page.headers.get_content_type() == "text/html"
            return page.read().decode() if is_page else ""
    except HTTPError as refused:
        with refused:
            if refused.code >= 500:
                raise
        return ""


def crawl(browser: OpenerDirector, address: str) -> int:
    """Follow what links there are, to a few pages of each kind; return how many were opened."""
    kinds: Counter[str] = Counter()
    seen, waiting = {"/sign-out"}, ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{32}|\d+|=[^&]*", "…", path)
        if path in seen or kinds[kind] == EACH or path.startswith("/static/"):
            continue
        seen.add(path)
        kinds[kind] += 1
        links = re.findall(r'href="(/[^"#]*)', open_page(browser, urljoin(address, path)))
        waiting += [link.replace("&amp;", "&") for link in links]
    return kinds.total()


def memory(server: subprocess.Popen[str]) -> int:
    """Return how much memory is resident, in kB."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])


def test_the_server_with_the_demonstration_stays_under_100_mb(environment: dict[str, str]):
    environment["SAFEGUARDING_PROCEDURES"] = str(PROJECT)
    command = [sys.executable, "-c", WITHOUT_RICH, "--app", "app", "serve"]
    with serving(command, **environment) as server:
        address = until(server, "Serving on").split()[2]
        until(server, "16 invented people")
        pages = 0
        for person in PEOPLE:
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            who = {"email": f"{person}@example.org", "password": PASSWORD}
            assert "Sign out" in open_page(browser, f"{address}/sign-in", urlencode(who).encode())
            pages += crawl(browser, address)
        assert pages > 150
        assert memory(server) < MOST
