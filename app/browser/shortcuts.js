/* Keyboard shortcuts of all pages, and a dialog that lists them. They are left to a field in which
   somebody types, and to the browser when Control, Alt or Command is held. */

import { createElement, findElement } from "./elements.js"
import { addStyleSheet } from "./style_sheet.js"

/** @import { Cleanup, Component } from "./types.js" */
/** @import { Shortcut } from "./shortcut_types.js" */

await addStyleSheet(new URL("shortcuts.css", import.meta.url))

/** How long the first key of two is remembered, in milliseconds. */
const SEQUENCE_TIME = 1500

/** What the dialog, which is a child of the body, takes from the theme. */
const THEME = [
  "--st-text-color",
  "--st-background-color",
  "--st-secondary-background-color",
  "--st-border-color",
  "--st-base-radius",
  "--st-font",
]

/**
 * Whether an element takes the keys for itself.
 * @param {EventTarget | null} target
 */
function takesKeys(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=textbox], [role=combobox], [role=menu]") !== null)
  )
}

/**
 * The first element inside a keyed part of the page that matches and can be used.
 * @param {readonly string[]} keys
 * @param {string} selector
 */
function firstUsable(keys, selector) {
  for (const key of keys) {
    for (const element of document.querySelectorAll(`.st-key-${key} ${selector}`)) {
      const isUsable = !element.matches(":disabled") && element.getClientRects().length > 0
      if (element instanceof HTMLElement && isUsable) return element
    }
  }
  return null
}

/**
 * The link of the navigation to a page; the links are not changed by what is open.
 * @param {string} address
 */
function navigationLink(address) {
  const target = new URL(address, document.baseURI).pathname
  const links = [...document.querySelectorAll("nav a[href], section a[href], ul a[href]")]
  return links.find(
    (link) => link instanceof HTMLAnchorElement && new URL(link.href).pathname === target,
  )
}

/** The keys of a shortcut that has begun, and when: kept while the page is drawn anew. */
const sequence = { begun: "", begunAt: 0 }

/** Listens to keys, and carries out the shortcut that they complete. */
class Keyboard {
  /** @type {HTMLDialogElement | null} */
  dialog = null

  /**
   * @param {readonly Shortcut[]} shortcuts
   * @param {HTMLElement} themed An element that has the colours of the theme.
   */
  constructor(shortcuts, themed) {
    this.shortcuts = shortcuts
    this.themed = themed
    this.listener = (/** @type {KeyboardEvent} */ event) => this.take(event)
    document.addEventListener("keydown", this.listener, { capture: true })
  }

  /** @param {KeyboardEvent} event */
  take(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    if (takesKeys(event.target) || this.dialog?.open) return
    const isFollowing = sequence.begun && event.timeStamp - sequence.begunAt < SEQUENCE_TIME
    const keys = isFollowing ? `${sequence.begun} ${event.key}` : event.key
    sequence.begun = ""
    const shortcut = this.shortcuts.find((candidate) => candidate.keys === keys)
    if (shortcut ? this.carryOut(shortcut) : this.begin(keys, event)) {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }

  /**
   * Remembers the first key of a shortcut; returns whether it is one.
   * @param {string} keys
   * @param {KeyboardEvent} event
   */
  begin(keys, event) {
    if (!this.shortcuts.some((candidate) => candidate.keys.startsWith(`${keys} `))) return false
    sequence.begun = keys
    sequence.begunAt = event.timeStamp
    return true
  }

  /**
   * Returns whether there was something to do.
   * @param {Shortcut} shortcut
   */
  carryOut({ address, click, focus }) {
    if (click.length) return press(firstUsable(click, "button"))
    if (focus.length) {
      const field = firstUsable(focus, "input")
      field?.focus()
      return field !== null
    }
    if (!address) return this.showList()
    const link = navigationLink(address)
    return link instanceof HTMLElement ? press(link) : false
  }

  showList() {
    const dialog = this.dialog ?? createElement("dialog", "dynas-shortcut-list")
    if (!this.dialog) {
      dialog.dataset.testid = "shortcuts"
      dialog.setAttribute("aria-label", "Keyboard shortcuts")
      const close = createElement("button", "", "Close")
      close.addEventListener("click", () => dialog.close())
      dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close()
      })
      dialog.append(createElement("h2", "", "Keyboard shortcuts"), this.table(), close)
      document.body.append(dialog)
      this.dialog = dialog
    }
    const theme = getComputedStyle(this.themed)
    for (const name of THEME) dialog.style.setProperty(name, theme.getPropertyValue(name))
    dialog.showModal()
    return true
  }

  table() {
    const list = createElement("dl")
    for (const { keys, text } of this.shortcuts) {
      const term = createElement("dt")
      for (const key of keys.split(" ")) term.append(createElement("kbd", "", key))
      list.append(term, createElement("dd", "", text))
    }
    return list
  }

  end() {
    document.removeEventListener("keydown", this.listener, { capture: true })
    this.dialog?.remove()
  }
}

/** @param {HTMLElement | null} element */
function press(element) {
  element?.click()
  return element !== null
}

/** @type {Keyboard | undefined} */
let keyboard

/**
 * @param {Component<{ shortcuts: Shortcut[] }>} component
 * @returns {Cleanup | undefined}
 */
export default function show({ data, parentElement }) {
  if (!data) return undefined
  keyboard?.end()
  const own = new Keyboard(data.shortcuts, findElement(parentElement, ".dynas-shortcuts"))
  keyboard = own
  return () => own.end()
}
