"""Evidence with a referral, in a browser that runs no script: given, kept, removed, downloaded."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, FilePayload, Page, expect

from app import demo

Visit = Callable[..., Page]
Axe = Callable[[Page], list[str]]
LETTER: FilePayload = {
    "name": "letter.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7 a letter",
}
PAGE: FilePayload = {"name": "page.pdf", "mimeType": "application/pdf", "buffer": b"<html>"}
LONG: FilePayload = {
    "name": f"{'photograph' * 9}.png",
    "mimeType": "image/png",
    "buffer": b"\x89PNG\r\n\x1a\n",
}


def test_evidence_is_given_kept_removed_and_downloaded(
    chromium: Browser, served: tuple[object, str], visit: Visit, axe: Axe, width: int
):
    context = chromium.new_context(
        base_url=served[1],
        viewport={"width": width, "height": 900},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("priya@example.org")
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    # three are given, and one is not what it says; what is right is kept
    page.goto("/referrals/new/brighton_and_hove/referral")
    page.locator("#children-0-name").fill("Robin Vale")
    evidence = page.get_by_label("Is there evidence to keep with the referral?")
    evidence.set_input_files([LETTER, PAGE, LONG])
    page.get_by_role("button", name="Save and start").click()
    expect(page.get_by_role("link", name="“page.pdf” is not what its name says")).to_be_visible()
    expect(page.get_by_text("letter.pdf, 17 bytes").first).to_be_visible()
    looked_at = visit("priya", width)  # axe runs in the page, so this one lets scripts run
    looked_at.goto("/referrals/new/brighton_and_hove/referral")
    expect(looked_at.get_by_text("letter.pdf, 17 bytes").first).to_be_visible()
    assert axe(looked_at) == []
    assert looked_at.evaluate("document.documentElement.scrollWidth") <= width

    # one is removed, and the page is left and opened again
    page.get_by_role("button", name="Remove photograph").click()
    expect(page.get_by_role("button", name="Remove photograph")).to_have_count(0)
    page.goto("/referrals/new/brighton_and_hove/referral")
    expect(page.get_by_role("button", name="Remove letter.pdf")).to_be_visible()

    # and the rest is with the record
    received = {"day": "20", "month": "11", "year": "2026", "hour": "10", "minute": "30"}
    for part, text in received.items():
        page.locator(f"#referral_received_at-{part}").fill(text)
    page.get_by_role("button", name="Save and start").click()
    page.get_by_role("link", name="Record the referral").first.click()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="letter.pdf, 17 bytes").click()
    assert downloaded.value.suggested_filename == "letter.pdf"
    assert downloaded.value.path().read_bytes() == LETTER["buffer"]
    context.close()
