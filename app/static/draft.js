// Keeps what is typed into a page's form as a draft: soon after a change, and when the page is left.
// Without it the form's own button does the same. What the words say is in one place, below.

const says = {
  kept: (ago) => `Saved ${ago}`,
  now: "just now",
  seconds: (count) => `${count} seconds ago`,
  minutes: (count) => (count === 1 ? "1 minute ago" : `${count} minutes ago`),
  first: "Your draft is saved, and goes on being saved by itself.",
  again: "Your draft is saved again.",
  failed: "Not saved: the server does not answer. Trying again; leave this page open.",
  signedOut: "You have been signed out.",
  signIn: "Sign in (opens in a new tab), then come back here",
  typedIsKept: "What you typed is kept.",
  typedWaits: "What you typed since is saved when you are signed in again.",
  refused: "Not saved: this page may not be used any more. Copy what you need before you leave it.",
  elsewhere: (at) => `You have also typed on another device, ${at}.`,
  look: "Look at that draft (opens in a new tab)",
}
const SOON = 1500, PATIENCE = [2000, 4000, 8000, 15000], LARGEST_AT_THE_END = 60000

const here = document.querySelector("[data-draft]")
const form = here.closest("form")
const [shown, spoken] = here.querySelectorAll("p")

let changed = false // since what was saved last
let sending = null, timer = null, savedAt = null, failures = 0, left = false

form.addEventListener("input", change)
form.addEventListener("change", change)
document.addEventListener("submit", leave)
document.addEventListener("visibilitychange", () => document.hidden && saveAtTheEnd())
window.addEventListener("pagehide", saveAtTheEnd)
window.addEventListener("pageshow", () => { left = false })
window.setInterval(tellHowLongAgo, 1000)

function change() {
  changed = true
  plan(SOON)
}

function plan(wait) {
  timer ??= window.setTimeout(() => { timer = null; save() }, wait)
}

function save() {
  if (!changed || sending || left) return
  changed = false
  sending = send(false).then(saved, failed).finally(() => {
    sending = null
    if (changed) plan(failures ? PATIENCE[Math.min(failures, PATIENCE.length) - 1] : SOON)
  })
}

// The page may be gone before the answer comes, so nothing waits for it.
function saveAtTheEnd() {
  if (!changed || left) return
  changed = false
  send(true).then(saved, failed)
}

function send(isTheEnd) {
  const typed = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value)
  typed.append("_button", "keep")
  const keepalive = isTheEnd && typed.toString().length < LARGEST_AT_THE_END
  return fetch(here.dataset.draft, { method: "POST", body: typed, keepalive, redirect: "error" })
}

async function saved(response) {
  if (response.status === 401) return signedOut(await response.json())
  if (response.status === 403 || response.status === 404) return refused()
  if (!response.ok) return failed()
  const answer = await response.json()
  if (!answer.kept) return
  if (!savedAt || failures) speak(savedAt ? says.again : says.first)
  failures = 0
  savedAt = Date.now()
  tellHowLongAgo()
  answer.others.forEach(tellOfAnother)
}

function failed() {
  changed = true
  failures += 1
  plan(PATIENCE[Math.min(failures, PATIENCE.length) - 1])
  if (failures === 1) speak(says.failed)
  show(says.failed)
}

function signedOut(answer) {
  changed = changed || !answer.kept
  failures += 1
  plan(PATIENCE.at(-1))
  const words = `${says.signedOut} ${answer.kept ? says.typedIsKept : says.typedWaits}`
  if (failures === 1) speak(words)
  show(words, says.signIn, here.dataset.signIn)
}

function refused() {
  speak(says.refused)
  show(says.refused)
}

const told = new Set()
function tellOfAnother(other) {
  if (told.has(other.href)) return
  told.add(other.href)
  const line = document.createElement("p")
  line.className = "app-draft__says"
  here.append(line)
  write(line, says.elsewhere(other.at), says.look, other.href)
  speak(says.elsewhere(other.at))
}

function tellHowLongAgo() {
  if (!savedAt || failures) return
  const seconds = Math.round((Date.now() - savedAt) / 1000)
  const ago = seconds < 2 ? says.now : seconds < 60 ? says.seconds(seconds) : says.minutes(Math.floor(seconds / 60))
  show(says.kept(ago))
}

// A form that is sent must not be overtaken by a draft of it that is still on its way.
function leave(event) {
  if (sending && event.target === form) {
    event.preventDefault()
    sending.finally(() => form.requestSubmit(event.submitter))
  } else {
    left = true
  }
}

function show(words, link, href) {
  if (shown.dataset.words === words) return
  shown.dataset.words = words
  write(shown, words, link, href)
}

function write(place, words, link, href) {
  place.textContent = words
  if (!href) return
  const anchor = document.createElement("a")
  Object.assign(anchor, { href, textContent: link, className: "govuk-link", target: "_blank", rel: "noopener" })
  place.append(" ", anchor)
}

function speak(words) {
  spoken.textContent = words
}
