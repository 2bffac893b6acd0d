"""The main way through the pages, by keyboard alone and without JavaScript."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app import demo

Visit = Callable[..., Page]


# What has the focus, by the words beside it, and how wide it is.
FOCUS = """() => {
  const here = document.activeElement
  const label = here.labels && here.labels[0]
  const words = label ? label.innerText : here.innerText || here.value || ''
  return [words.trim().split('\\n')[0], here.getBoundingClientRect().width]
}"""


def tab_to(page: Page, name: str, most: int = 120) -> None:
    """Press Tab until the element with this name has the focus, which must be seen."""
    for _ in range(most):
        page.wait_for_load_state()
        page.keyboard.press("Tab")
        words, wide = page.evaluate(FOCUS)
        if words == name:
            assert wide > 1, f"“{name}” has the focus and is not seen"
            return
    raise AssertionError(f"Tab never leads to “{name}”")


def test_a_referral_is_made_by_keyboard_alone(visit: Visit):
    page = visit()
    page.goto("/sign-in")
    tab_to(page, "Email address")
    page.keyboard.type("priya@example.org")
    tab_to(page, "Password")
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks")

    tab_to(page, "Start a referral")
    page.keyboard.press("Enter")
    page.wait_for_url("**/referrals/new")
    tab_to(page, "England")
    page.keyboard.press("Space")
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/england/referral")
    expect(page.get_by_role("heading", level=1)).to_have_text("Record the referral")

    tab_to(page, "Name")
    page.keyboard.type("Keyboard Child")
    tab_to(page, "Add another child")
    page.keyboard.press("Enter")
    expect(page.locator("#children-0-name")).to_have_value("Keyboard Child")
    expect(page.locator("#children-1-name")).to_be_visible()

    # Enter in a field saves, as everywhere; what is missing is told first and leads to its question
    page.locator("#children-1-name").focus()
    page.keyboard.type("Second Child")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    here = page.evaluate("document.activeElement.closest('.govuk-form-group--error') !== null")
    assert here, "the first line of the summary leads to its question"


def test_the_skip_link_comes_first_and_leads_past_the_navigation(visit: Visit):
    page = visit("tom")
    page.goto("/tasks")
    tab_to(page, "Skip to the main content", most=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_task_is_done_without_javascript(chromium: Browser, served: tuple[Flask, str]):
    # given somebody whose browser runs no scripts
    context = chromium.new_context(base_url=served[1], java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("kit@example.org")
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    # when a discussion is planned, and its record begun
    page.goto("/cases")
    page.get_by_role("link", name="JR").click()
    page.get_by_role("link", name="Plan the strategy discussion").click()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Saved: Plan the strategy discussion.")).to_be_visible()
    page.get_by_role("link", name="Hold the strategy discussion").click()
    page.get_by_text("parts of this form").click()
    page.get_by_role("link", name="Why it was held").click()
    expect(page.get_by_role("heading", name="Why it was held")).to_be_in_viewport()
    page.locator("#concerns").fill("Words to keep.\nTwo lines.")
    rows = page.locator("#participants .app-rows__row")
    before = rows.count()
    page.locator("#participants").get_by_role("button", name="Add another").click()

    # then there is one row more, and what was typed is kept, also when something is missing
    expect(rows).to_have_count(before + 1)
    words = page.locator("#concerns")
    expect(words).to_have_value("Words to keep.\nTwo lines.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert page.title().startswith("Error: ")
    expect(words).to_have_value("Words to keep.\nTwo lines.")
    context.close()


def test_the_step_that_waits_is_in_sight_on_its_diagram(visit: Visit):
    page = visit("tom", width=375)
    page.goto("/cases/1")
    drawn = page.locator(".app-diagram-scroll").first
    drawn.scroll_into_view_if_needed()
    expect(drawn.locator(".app-diagram--open").first).to_be_in_viewport()
