"""The instruments of the browser tests see what they are for."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page


def test_axe_says_what_is_wrong_with_a_page(
    chromium: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = chromium.new_page()
    page.set_content(
        "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1><input></main>"
    )
    assert axe(page) == ["Form elements must have labels: input"]
