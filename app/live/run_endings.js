/* Tells a visitor who looks elsewhere that a run has ended. */

import { markTitle } from "../browser/title_badge.js"

/** @import { EndingsData } from "../browser/live_types.js" */
/** @import { Cleanup, Component } from "../browser/types.js" */

const ASKED = "dynas-notifications-asked" // in the storage of the browser

/** The ids of the runs that are followed: those that were live when the page said so last. */
const followed = new Set()
/** The buttons that ask for permission on a click. @type {WeakSet<Element>} */
const buttons = new WeakSet()
let address = ""
let page = ""
let interval = 0
let isPolling = false

/** Whether the browser can be asked for permission, and was not yet. */
const canAsk = () =>
  window.isSecureContext &&
  "Notification" in window &&
  Notification.permission === "default" &&
  !localStorage.getItem(ASKED)

/**
 * Says that a run has ended, unless the visitor looks at the dashboard.
 * @param {{ run: string, sentence: string, detail: string }} ending
 */
function announce({ run, sentence, detail }) {
  if (!sentence || !document.hidden) return
  if ("Notification" in window && Notification.permission === "granted") {
    // Of several tabs the last one counts: they give the notification the same tag.
    const notification = new Notification(sentence, { body: detail, tag: `dynas-${run}` })
    notification.addEventListener("click", () => {
      window.focus()
      location.assign(new URL(`${page}?run=${encodeURIComponent(run)}`, document.baseURI))
    })
  } else {
    markTitle(sentence)
  }
}

async function fetchEndings() {
  const query = new URLSearchParams([...followed].map((run) => ["run", run]))
  const answer = await fetch(new URL(`${address}?${query}`, document.baseURI))
  if (!answer.ok) return
  const { ended } = await answer.json()
  for (const ending of ended) {
    if (followed.delete(ending.run)) announce(ending)
  }
}

/** Asks for the endings of the followed runs until there are none. */
async function poll() {
  isPolling = true
  while (followed.size) {
    await new Promise((resolve) => setTimeout(resolve, interval))
    // The server may be unreachable for a while.
    await fetchEndings().catch(() => {})
  }
  isPolling = false
}

/** Asks for permission; the button does not come back, whatever the answer is. @param {Event} event */
async function ask({ currentTarget }) {
  localStorage.setItem(ASKED, "1")
  if (currentTarget instanceof HTMLElement) currentTarget.hidden = true
  await Notification.requestPermission()
}

/**
 * @param {Component<EndingsData>} component
 * @returns {Cleanup | undefined}
 */
export default function followRuns({ data, parentElement }) {
  const button = parentElement.querySelector("[data-testid=notify-me]")
  if (!(button instanceof HTMLButtonElement) || !data) return undefined
  address = data.address
  page = data.page
  interval = data.every
  data.live.forEach((run) => followed.add(run))
  if (followed.size && !isPolling) poll()
  button.hidden = !data.live.length || !canAsk()
  if (!buttons.has(button)) button.addEventListener("click", ask)
  buttons.add(button)
  return undefined
}
