/* The menu of a run in the table of runs. */

import { createElement } from "../browser/elements.js"

/** @import { RunRow } from "../browser/types.js" */

const GAP_PX = 2 // between the menu and its button
const EDGE_PX = 4 // minimum distance from the left edge of the window

/** @type {Record<string, number>} */
const FOCUS_STEPS = { ArrowDown: 1, ArrowUp: -1 }

/** Creates a hidden menu without entries. */
export function createMenu() {
  const menu = createElement("div", "menu")
  menu.popover = "auto"
  menu.setAttribute("role", "menu")
  menu.addEventListener("keydown", (event) => moveFocus(menu, event))
  return menu
}

/**
 * Moves the focus to the next or the previous entry with the arrow keys.
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
function moveFocus(menu, event) {
  const step = FOCUS_STEPS[event.key]
  if (!step) return
  event.preventDefault()
  const entries = /** @type {HTMLElement[]} */ ([...menu.children])
  const nextIndex = entries.findIndex((entry) => entry === document.activeElement) + step
  entries[(nextIndex + entries.length) % entries.length].focus()
}

/**
 * Opens the menu of a run at a button.
 * @param {HTMLElement} menu
 * @param {RunRow} run
 * @param {HTMLElement} button
 * @param {(run: string, action: string) => void} requestAction
 */
export function openMenu(menu, run, button, requestAction) {
  const entries = run.menu.map(([action, label]) => {
    const entry = createElement("button", "", label)
    entry.type = "button"
    entry.setAttribute("role", "menuitem")
    entry.addEventListener("click", () => {
      menu.hidePopover()
      requestAction(run.id, action)
    })
    return entry
  })
  menu.replaceChildren(...entries)
  menu.showPopover()
  const { right, bottom, top } = button.getBoundingClientRect()
  const fitsBelow = bottom + menu.offsetHeight < window.innerHeight
  menu.style.left = `${Math.max(EDGE_PX, right - menu.offsetWidth)}px`
  menu.style.top = `${fitsBelow ? bottom + GAP_PX : top - menu.offsetHeight - GAP_PX}px`
  entries[0]?.focus()
}
