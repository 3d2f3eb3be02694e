/* The menu of a run in the table of runs. */

import { element } from "../browser/elements.js"

/** @import { RunRow } from "../browser/types.js" */

const GAP = 2 // pixels between the menu and its button
const EDGE = 4 // pixels from the left edge of the window at least

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 }

/** A menu without entries, which is not shown. */
export function emptyMenu() {
  const menu = element("div", "menu")
  menu.popover = "auto"
  menu.setAttribute("role", "menu")
  menu.addEventListener("keydown", (event) => moveFocus(menu, event))
  return menu
}

/**
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
function moveFocus(menu, event) {
  const step = STEPS[event.key]
  if (!step) return
  event.preventDefault()
  const entries = /** @type {HTMLElement[]} */ ([...menu.children])
  const next = entries.findIndex((entry) => entry === document.activeElement) + step
  entries[(next + entries.length) % entries.length].focus()
}

/**
 * Opens the menu of a run at a button.
 * @param {HTMLElement} menu
 * @param {RunRow} run
 * @param {HTMLElement} button
 * @param {(run: string, action: string) => void} ask
 */
export function openMenu(menu, run, button, ask) {
  const entries = run.menu.map(([action, label]) => {
    const entry = element("button", "", label)
    entry.type = "button"
    entry.setAttribute("role", "menuitem")
    entry.addEventListener("click", () => {
      menu.hidePopover()
      ask(run.id, action)
    })
    return entry
  })
  menu.replaceChildren(...entries)
  menu.showPopover()
  const { right, bottom, top } = button.getBoundingClientRect()
  const fitsBelow = bottom + menu.offsetHeight < window.innerHeight
  menu.style.left = `${Math.max(EDGE, right - menu.offsetWidth)}px`
  menu.style.top = `${fitsBelow ? bottom + GAP : top - menu.offsetHeight - GAP}px`
  entries[0]?.focus()
}
