"""How somebody works a page: with a pointer, or by the keyboard alone.

Both find a question by the name it is posted under, and leave it as it should be answered.
"""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 600
LETTERS = 4  # a year is typed whole
# how wide what has the focus is seen, if it is the target
HAS_FOCUS = """(wanted) => {
  const here = document.activeElement
  const isThere = here === wanted || (here.type === 'radio' && here.name === wanted.name)
  return isThere ? here.getBoundingClientRect().width : null
}"""

# how many stops lie between the focus and the target: somewhat too few rather than too many;
# none as long as Tab goes on from the beginning of the page, or from where its address leads
STOPS = """(wanted) => {
  const {DOCUMENT_POSITION_FOLLOWING: after, DOCUMENT_POSITION_PRECEDING: before} = Node
  const here = document.activeElement
  if (here === document.body) return null
  const groups = new Set([here.type === 'radio' ? here.name : ''])
  const stops = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
  return stops.filter(each => {
    const between = here.compareDocumentPosition(each) & after
      && wanted.compareDocumentPosition(each) & before
    if (!between || each.tabIndex < 0 || each.disabled || !each.checkVisibility()) return false
    const again = each.type === 'radio' && groups.has(each.name)
    groups.add(each.name)
    return !again
  }).length - 2
}"""


class Hand(Protocol):
    def press(self, page: Page, target: Locator) -> None: ...
    def write(self, page: Page, field: Locator, text: str) -> None: ...
    def choose(self, page: Page, radio: Locator, value: str) -> None: ...
    def select(self, page: Page, field: Locator, value: str) -> None: ...
    def tick(self, page: Page, box: Locator, on: bool) -> None: ...


class Pointer:
    """A mouse, or a finger."""

    def press(self, page: Page, target: Locator) -> None:
        target.click()

    def write(self, page: Page, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, page: Page, radio: Locator, value: str) -> None:
        radio.check()

    def select(self, page: Page, field: Locator, value: str) -> None:
        field.select_option(value)

    def tick(self, page: Page, box: Locator, on: bool) -> None:
        box.set_checked(on)


class Keyboard:
    """Tab, the arrows, the space bar, Enter and letters, and nothing else.

    A long text is begun letter by letter and goes on as one who dictates writes it: all at once.
    """

    def press(self, page: Page, target: Locator) -> None:
        self._reach(page, target)
        page.keyboard.press("Enter")

    def write(self, page: Page, field: Locator, text: str) -> None:
        self._reach(page, field)
        page.keyboard.press("Control+a")
        if not text:
            page.keyboard.press("Delete")
        page.keyboard.type(text[:LETTERS])
        if text[LETTERS:]:
            page.keyboard.insert_text(text[LETTERS:])

    def choose(self, page: Page, radio: Locator, value: str) -> None:
        self._reach(page, radio)
        page.keyboard.press("Space")
        for _ in range(30):
            if radio.is_checked():
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows never come to {value}")

    def select(self, page: Page, field: Locator, value: str) -> None:
        self._reach(page, field)
        page.keyboard.type(field.locator(f'option[value="{value}"]').inner_text())
        assert field.input_value() == value, f"typing its words does not choose {value}"

    def tick(self, page: Page, box: Locator, on: bool) -> None:
        if box.is_checked() != on:
            self._reach(page, box)
            page.keyboard.press("Space")

    def _reach(self, page: Page, target: Locator) -> None:
        """Press Tab until the target has the focus, and see that it can be seen there."""
        wanted = target.element_handle()
        between = page.evaluate(STOPS, wanted)
        if between is None:
            page.keyboard.press("Tab")
            between = page.evaluate(STOPS, wanted)
        for _ in range(between or 0):
            page.keyboard.press("Tab")
        for _ in range(MOST_TABS):
            if (width := page.evaluate(HAS_FOCUS, wanted)) is not None:
                break
            page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab never leads to {target}")
        assert width > 1, f"{target} has the focus and is not seen"
