"""Our own way over HTTP: the app behind Waitress in a process of its own, and people signed in.

`python -m bench.served URL PORT` is that process.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.stores import PASSWORD, email
from bench.work import Deed, Work
from forms import Form
from processes import library

SECRET = "a key for measuring and for nothing else"
_SIGN_IN = {"password": PASSWORD}
_TICKS = os.sysconf("SC_CLK_TCK")


class PageRefused(RuntimeError):
    """The server did not answer as it should; what it said comes with it."""


@dataclass
class Browser:
    """One person's browser: a connection that is kept open, and the cookie of the sign-in.

    It keeps no later cookie: the messages in them wait for a page, and no page is asked for.
    """

    connection: HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> None:
        self._ask("GET", path, "", 200)

    def post(self, path: str, typed: list[tuple[str, str]]) -> None:
        """Send a form, and be led on."""
        self._ask("POST", path, urlencode(typed), 302)

    def sign_in(self, name: str) -> None:
        answer = self._ask("POST", "/sign-in", urlencode(_SIGN_IN | {"email": email(name)}), 302)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value

    def _ask(self, method: str, path: str, body: str, expected: int) -> HTTPResponse:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        page = response.read().decode()
        if response.status != expected:
            raise PageRefused(f"{method} {path}: {response.status} {response.reason}\n{page}")
        return response


@dataclass
class Server:
    """A server that answers, and everybody of the work signed in to it."""

    process: subprocess.Popen[bytes]
    work: Work
    browsers: dict[str, Browser]

    def complete(self, key: str, deed: Deed) -> float:
        """Send a task's form and return the seconds until the answer came."""
        browser = self.browsers[deed.by]
        typed = as_posted(self.work.procedure.forms[deed.element], deed.answers)
        began = time.perf_counter()
        browser.post(f"/tasks/{key}", typed)
        return time.perf_counter() - began

    def list_tasks(self, person: str) -> float:
        """Ask for the list of tasks; return the seconds until the whole page came."""
        began = time.perf_counter()
        self.browsers[person].get("/tasks")
        return time.perf_counter() - began

    def cpu_seconds(self) -> float:
        """Return what the server has used of the processor since it began."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2]
        user, system = after_name.split()[11:13]
        return (int(user) + int(system)) / _TICKS


@contextmanager
def serve(url: str, work: Work) -> Iterator[Server]:
    """Start a server on a database, and stop it in the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.served", url, str(port)]
    process = subprocess.Popen(command, cwd=library.ROOT)
    try:
        _wait_for(port, process)
        browsers = {name: Browser(HTTPConnection("127.0.0.1", port)) for name in work.people}
        for name, browser in browsers.items():
            browser.sign_in(name)
        yield Server(process, work, browsers)
        for browser in browsers.values():
            browser.connection.close()
    finally:
        process.terminate()
        process.wait()


def as_posted(form: Form, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the answers as a browser sends them, with every question on the page."""
    typed = form.fill(answers)
    shown = [("_shown", key) for key in form.keys]
    return shown + [pair for key in form.keys for pair in _pairs(key, typed[key])]


def _pairs(name: str, typed: Any) -> Iterator[tuple[str, str]]:
    match typed:
        case dict():
            for part, value in typed.items():
                yield from _pairs(f"{name}-{part}", value)
        case [dict(), *_]:
            for number, row in enumerate(typed):
                yield from _pairs(f"{name}-{number}", row)
        case list():
            yield from ((name, each) for each in typed)
        case _:
            yield name, typed


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise PageRefused("The server did not begin to answer; what it said is above.")


def _main(url: str, port: int) -> None:
    from waitress import serve as answer

    from app import create_app
    from app.config import Settings

    settings = Settings(database_url=url, secret_key=SECRET)
    answer(create_app(settings), host="127.0.0.1", port=port, threads=settings.threads, ident=None)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
