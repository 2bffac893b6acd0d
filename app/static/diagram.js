// Brings the step that waits now into sight, in each diagram that is wider than its place.
// Without it the diagram begins at its start and can be scrolled.

for (const place of document.querySelectorAll(".app-diagram-scroll")) {
  place.closest("details")?.addEventListener("toggle", () => show(place))
  show(place)
}

function show(place) {
  const step = place.querySelector(".app-diagram--open") ?? [...place.querySelectorAll(".app-diagram--done")].at(-1)
  if (!step) return
  const frame = place.getBoundingClientRect(), box = step.getBoundingClientRect()
  place.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2
  place.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2
}
