"""What is wrong for somebody at a keyboard is found, whatever it is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import keyboard

SKIP = '<a href="#main-content">Past the navigation</a>'
GOOD = """<h1>A page</h1>
<p><a href="/one">One</a> <label>Two <input name="two"></label></p>
<fieldset><legend>Three</legend>
<label><input type="radio" name="three" value="a">A</label>
<label><input type="radio" name="three" value="b">B</label></fieldset>
<button>Four</button>"""
TRAP = """<p id="trap"><button>In</button></p>
<script>trap.addEventListener('keydown', event => event.preventDefault())</script>"""
FAULTS = {
    "has no name: link": '<a href="/"><svg width="20" height="20"></svg></a>',
    "has no name: textbox": "<p>A label that is none <input></p>",
    "is out of turn by its tabindex": '<button tabindex="1">First of all</button>',
    "is hidden from the ear": '<p aria-hidden="true"><button>Unheard</button></p>',
    "does not show it": '<button style="outline: 0">Plain</button>',
    "is too small": '<button style="width: 1px; height: 1px; overflow: hidden">Small</button>',
    "is covered": '<p style="position: relative"><button>Under</button>'
    '<span style="position: absolute; inset: 0; background: white"></span></p>',
    "is read later": '<p style="display: flex; flex-direction: column-reverse">'
    '<a href="/a">Below</a><a href="/b">Above</a></p>',
    "Tab does not leave": TRAP,
    "Tab does not lead to button": f"{TRAP}<p><button>Out</button></p>",
}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def show(page: Page, content: str, skip: str = SKIP) -> None:
    page.set_content(f'<body>{skip}<main id="main-content" tabindex="-1">{content}</main>')


def test_nothing_is_wrong_with_a_page_that_is_right(page: Page):
    show(page, GOOD)
    assert keyboard.stops(page) == []


@pytest.mark.parametrize("says", FAULTS)
def test_a_fault_is_found(page: Page, says: str):
    show(page, GOOD + FAULTS[says])
    assert says in "\n".join(keyboard.stops(page))


def test_a_page_whose_navigation_cannot_be_skipped_is_found(page: Page):
    show(page, GOOD, skip="")
    assert keyboard.stops(page) == ["no link leads past the navigation first"]
