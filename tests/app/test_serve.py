"""The embedded server, started as a person starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.config import PROJECT
from tests.app.conftest import PROCEDURES

SERVE = [sys.executable, "-m", "flask", "--app", "app", "serve"]


@contextmanager
def serving(command: list[str] = SERVE, /, **environment: str) -> Iterator[subprocess.Popen[str]]:
    server = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "SAFEGUARDING_PROCEDURES": str(PROCEDURES), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with server:
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return {
        "SAFEGUARDING_DATABASE_URL": f"sqlite:///{tmp_path}/new folder/safeguarding.sqlite",
        "SAFEGUARDING_SECRET_KEY": "a key that only tests use, and nobody else",
        "SAFEGUARDING_PORT": port,
    }


def until(server: subprocess.Popen[str], beginning: str) -> str:
    assert server.stdout
    for line in server.stdout:
        if line.startswith(beginning):
            return line
    raise AssertionError(f"The server ended without “{beginning}”: {server.communicate()}")


def test_a_new_server_prepares_itself_answers_and_stops_when_told(environment: dict[str, str]):
    with serving(**environment) as server:
        address = until(server, "Serving on").split()[2]
        assert address == f"http://127.0.0.1:{environment['SAFEGUARDING_PORT']}"
        with pytest.raises(urllib.error.HTTPError) as waiting:
            urllib.request.urlopen(f"{address}/sign-in")
        assert waiting.value.code == 503
        assert "Getting ready" in waiting.value.read().decode()
        waiting.value.close()

        until(server, "16 invented people")
        with urllib.request.urlopen(f"{address}/sign-in") as page:
            assert "priya@example.org" in page.read().decode()

        server.send_signal(signal.SIGTERM)
        said, errors = server.communicate(timeout=60)
    assert (server.returncode, said, errors) == (0, "Stopped.\n", "")


def test_a_port_that_is_taken_is_a_sentence(environment: dict[str, str]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["SAFEGUARDING_PORT"])))
        taken.listen()
        with serving(**environment) as server:
            said, errors = server.communicate(timeout=60)
    assert (server.returncode, said) == (2, "")
    assert errors.endswith("cannot be listened on: Address already in use.\n")
    assert errors.count("\n") == 1


def test_a_host_that_has_no_address_is_a_sentence(environment: dict[str, str]):
    with serving(**{**environment, "SAFEGUARDING_HOST": "nowhere.invalid"}) as server:
        said, errors = server.communicate(timeout=60)
    assert (server.returncode, said) == (2, "")
    assert errors.startswith("nowhere.invalid:")
    assert errors.endswith("cannot be listened on: Cannot assign requested address.\n")
