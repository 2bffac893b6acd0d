"""Nothing typed is lost when the browser, the session or the server goes amid a long form."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import select

from app import create_app, demo, migrations
from app.config import Settings
from processes import database, library
from processes.models import Draft, Task

ROOT = Path(__file__).parent.parent.parent
KEY = "a key that only tests use, and nobody else"
STORY = "Maya says that she was hit with a belt. The bruises are fresh, and they have a pattern."
SAVED_WITHIN = 20_000  # milliseconds; it is three seconds on a machine that is not busy
MOST_BYTES = 60_000


def sign_in(browser: Browser, address: str, **more: object) -> Page:
    context = browser.new_context(base_url=address, **more)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("kit@example.org")
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def longest(url: str) -> list[str]:
    """Return the addresses of the discussions that wait to be recorded."""
    engine = database.connect(url)
    with database.reading(engine)() as session:
        keys = select(Task.key).where(Task.element == "hold_strategy_discussion")
        found = [f"/tasks/{key}" for key in session.scalars(keys.order_by(Task.key))]
    engine.dispose()
    return found


@pytest.fixture
def discussion(served: tuple[Flask, str]) -> Iterator[str]:
    """The page of a discussion to be recorded, with no draft of it before or after."""
    engine = served[0].extensions["engine"]
    yield longest(engine.url.render_as_string(hide_password=False))[0]
    with database.writing(engine).begin() as session:
        for draft in session.scalars(select(Draft)):
            session.delete(draft)


def saves_all(request: Request) -> bool:
    return request.method == "POST" and "a+pattern." in (request.post_data or "")


def type_a_story(page: Page, address: str) -> None:
    """Type as a person does, and wait no longer than three seconds."""
    page.goto(address)
    page.locator("#concerns").fill("")  # what is carried forward stands there
    with page.expect_event("requestfinished", saves_all, timeout=SAVED_WITHIN):
        page.locator("#concerns").press_sequentially(STORY, delay=2)
    expect(page.locator(".app-draft__says")).to_contain_text("Saved")


def find_it(browser: Browser, address: str, place: str) -> None:
    """Fail unless the story is there on another device."""
    page = sign_in(browser, address)
    page.goto(place)
    expect(page.get_by_text("is here.")).to_be_visible()
    expect(page.locator("#concerns")).to_have_value(STORY)
    page.context.close()


def test_the_browser_is_gone(chromium: Browser, served: tuple[Flask, str], discussion: str):
    page = sign_in(chromium, served[1])
    type_a_story(page, discussion)
    page.context.close()
    find_it(chromium, served[1], discussion)


def test_the_page_is_left_before_it_was_saved(
    chromium: Browser, served: tuple[Flask, str], discussion: str
):
    page = sign_in(chromium, served[1])
    page.goto(discussion)
    page.locator("#concerns").fill(STORY)
    page.goto("/tasks")
    find_it(chromium, served[1], discussion)
    page.context.close()


def test_the_session_is_gone(chromium: Browser, served: tuple[Flask, str], discussion: str):
    # given a page that is open when its session is cleared
    page = sign_in(chromium, served[1])
    page.goto(discussion)
    page.context.clear_cookies()
    page.locator("#concerns").fill(STORY)
    expect(page.get_by_text("You have been signed out.").first).to_be_visible(timeout=SAVED_WITHIN)

    # when the person signs in again in another tab
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in (opens in a new tab)").click()
    tab = opened.value
    tab.get_by_label("Email address").fill("kit@example.org")
    tab.get_by_label("Password").fill(demo.PASSWORD)
    tab.get_by_role("button", name="Sign in").click()

    # then the page, still open, saves what was typed
    expect(page.locator(".app-draft__says")).to_contain_text("Saved", timeout=20_000)
    find_it(chromium, served[1], discussion)
    page.context.close()


def test_the_session_has_ended_for_lack_of_use(
    chromium: Browser, served: tuple[Flask, str], discussion: str
):
    page = sign_in(chromium, served[1])
    page.goto(discussion)
    with time_machine.travel(datetime.now(UTC).timestamp() + 2 * 3600):
        page.locator("#concerns").fill(STORY)
        says = page.locator(".app-draft__says")
        expect(says).to_contain_text("What you typed is kept.", timeout=SAVED_WITHIN)
        find_it(chromium, served[1], discussion)
    page.context.close()


def test_the_server_is_killed(chromium: Browser, tmp_path: Path):
    url = f"sqlite:///{tmp_path}/killed.sqlite"
    _prepare(url)
    place, port = longest(url)[0], _free_port()
    address = f"http://127.0.0.1:{port}"

    # given a story in the middle of the form when the server is killed, and more typed after
    with _server(url, port) as process:
        page = sign_in(chromium, address)
        type_a_story(page, place)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    page.locator("#concerns").press_sequentially(" More.", delay=2)
    expect(page.get_by_text("Not saved: the server").first).to_be_visible(timeout=SAVED_WITHIN)

    # when it is back, then the open page goes on saving, and all of it is there elsewhere
    with _server(url, port):
        expect(page.locator(".app-draft__says")).to_contain_text("Saved", timeout=20_000)
        other = sign_in(chromium, address)
        other.goto(place)
        expect(other.locator("#concerns")).to_have_value(f"{STORY} More.")
        other.context.close()
        page.context.close()


def test_two_devices_are_told_of_each_other(
    chromium: Browser, served: tuple[Flask, str], discussion: str
):
    desk, phone = (sign_in(chromium, served[1]) for _ in range(2))
    phone.goto(discussion)
    type_a_story(desk, discussion)
    phone.locator("#concerns").fill("Typed on the phone.")
    said = phone.get_by_text("You have also typed on another device").last
    expect(said).to_be_visible(timeout=SAVED_WITHIN)
    with phone.expect_popup() as opened:
        phone.get_by_role("link", name="Look at that draft").click()
    expect(opened.value.locator("#concerns")).to_have_value(STORY)
    for page in (desk, phone):
        page.context.close()


def test_a_task_is_put_off_and_taken_up_again_without_javascript(
    chromium: Browser, served: tuple[Flask, str], discussion: str
):
    page = sign_in(chromium, served[1], java_script_enabled=False)
    page.goto(discussion)
    page.locator("#concerns").fill(STORY)
    page.get_by_role("button", name="Save and finish later").click()
    expect(page.get_by_text("Your draft is kept.")).to_be_visible()
    page.goto(discussion)
    expect(page.locator("#concerns")).to_have_value(STORY)
    page.get_by_text("Throw this draft away").click()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#concerns")).not_to_have_value(STORY)
    page.context.close()


def test_the_longest_form_weighs_less_than_60_kb_with_its_styles_and_scripts(
    chromium: Browser, served: tuple[Flask, str], discussion: str
):
    page = sign_in(chromium, served[1])
    weights: dict[str, int] = {}
    page.on("response", lambda got: weights.update({got.url: len(gzip.compress(got.body()))}))
    page.goto(discussion)
    page.wait_for_load_state("networkidle")
    assert any("draft.js" in url for url in weights)
    assert any("app.css" in url for url in weights)
    assert sum(weights.values()) < MOST_BYTES, weights
    page.context.close()


def _prepare(url: str) -> None:
    settings = Settings(database_url=url, secret_key=KEY, argon2_memory=8, argon2_time=1, demo=True)
    app, now = create_app(settings), datetime.now(UTC)
    engine = app.extensions["engine"]
    migrations.upgrade(engine)
    with database.writing(engine).begin() as session:
        for name in library.names():
            library.publish(session, library.read(name), by=None, now=now)
        demo.add(session, app.extensions["doorkeeper"].hasher, settings.procedures, now)
    engine.dispose()


@contextmanager
def _server(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve in a process of its own; it may be killed."""
    told = {
        "SAFEGUARDING_DATABASE_URL": url,
        "SAFEGUARDING_SECRET_KEY": KEY,
        "SAFEGUARDING_PORT": str(port),
        "SAFEGUARDING_DEMO": "yes",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **told}, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert b"Serving" in process.stdout.readline()
        _wait_for(port)
        yield process
        process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("The server does not answer.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
