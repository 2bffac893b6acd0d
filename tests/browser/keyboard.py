"""What Tab meets on a page: every stop once, in the order it is read, named, in sight and marked.

One evaluation puts the focus on each stop in turn and looks. Then Tab is pressed, to see that the
browser goes the same way; on a long page so many times that every kind of stop is met.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# Returns how many stops there are, and what is wrong with them; the first has the focus then.
LOOK = """() => {
  const wrong = []
  const says = each =>
    `${each.localName} ${each.name ?? ''} “${(each.labels?.[0] ?? each).innerText?.slice(0, 60)}”`
  const found = (each, fault) => wrong.push(`${fault}: ${says(each)}`)

  const all = [...document.querySelectorAll('*')].filter(each => each.tabIndex >= 0
    && !each.disabled && each.type !== 'hidden' && each.checkVisibility({visibilityProperty: true}))
  const groups = new Map()
  for (const each of all.filter(each => each.type === 'radio')) {
    if (each.checked || !groups.has(each.name)) groups.set(each.name, each)
  }
  const stops = all.filter(each => each.type !== 'radio' || groups.get(each.name) === each)

  // our radios and checkboxes are transparent: their label draws them
  const look = style => [style.outline, style.boxShadow, style.backgroundColor].join()
  const marks = each => look(getComputedStyle(each)) +
    [...each.labels ?? []].map(label => look(getComputedStyle(label, '::before'))).join()
  const isThere = (each, box) => {
    const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    return each.contains(there) || (there?.localName === 'label' && there.contains(each))
  }

  let before = null
  document.activeElement?.blur()
  for (const each of stops) {
    if (each.tabIndex > 0) found(each, 'is out of turn by its tabindex')
    if (each.closest('[aria-hidden=true], [inert]')) found(each, 'is hidden from the ear')
    const bare = marks(each)
    each.focus()
    if (document.activeElement !== each) found(each, 'does not take the focus')
    if (marks(each) === bare) found(each, 'has the focus and does not show it')
    const [box] = each.getClientRects()
    if (box.width < 8 || box.height < 8) found(each, 'is too small to be seen')
    else if (!isThere(each, box)) found(each, 'is covered or out of sight')
    if (!each.closest('main')) continue
    // each is beneath the one before it, or to its right: in the same line, or the next column
    const here = {left: box.x + scrollX, top: box.y + scrollY}
    if (before && here.top < before.top - 4 && here.left <= before.left + 4)
      found(each, 'comes after what is read later')
    before = here
  }

  const skip = stops[0]
  if (skip?.hash !== '#main-content' || document.querySelector(skip.hash)?.localName !== 'main')
    wrong.push('no link leads past the navigation first')
  window.looked = {stops, says, met: []}
  document.addEventListener('focusin', event => window.looked.met.push(event.target))
  scrollTo(0, 0)
  skip?.focus()
  return [stops.length, wrong]
}"""
# Returns where Tab led otherwise than the stops follow each other.
COMPARE = """(pressed) => {
  const {stops, says, met} = window.looked
  const wanted = stops.slice(0, pressed)
  const at = wanted.findIndex((each, n) => met[n] !== each)
  if (at >= 0) return [`Tab does not lead to ${says(wanted[at])}`]
  const last = stops.at(-1)
  const isStuck = pressed === stops.length && stops.length > 1 && document.activeElement === last
  return isStuck ? [`Tab does not leave ${says(last)}`] : []
}"""
TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
MOST_PRESSED = 60
# focused by the page itself and then read as a whole, so they need no name of their own
READ_WHOLE = ("RootWebArea", "generic", "main", "group")


def stops(page: Page, *, pressing: bool = True) -> list[str]:
    """Return what is wrong for somebody who goes through the page with Tab."""
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", TAB)  # so that the focus is marked as at a keyboard
    count, wrong = page.evaluate(LOOK)
    pressed = min(count, MOST_PRESSED) if pressing else 0
    for _ in range(pressed):
        session.send("Input.dispatchKeyEvent", TAB)
    unnamed = _unnamed(session.send("Accessibility.getFullAXTree")["nodes"])
    session.detach()
    return [*wrong, *page.evaluate(COMPARE, pressed), *unnamed]


def _unnamed(nodes: list[dict[str, Any]]) -> list[str]:
    """Return what can have the focus and has no name for those who hear the page."""
    return [
        f"has no name: {node['role']['value']}"
        for node in nodes
        if any(each["name"] == "focusable" for each in node.get("properties", []))
        and node["role"]["value"] not in READ_WHOLE
        and not node["name"]["value"].strip()
    ]
