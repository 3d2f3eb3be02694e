/* A line below a table that is wider than its place: tells that there are more columns. */

import { createElement } from "./elements.js"
import { addStyleSheet } from "./style_sheet.js"

await addStyleSheet(new URL("scroll_hint.css", import.meta.url))

const TEXT = "Scroll sideways for more columns →"
const TOLERANCE = 2 // pixels

/**
 * Shows the hint below an element while its content continues to the right.
 * @param {HTMLElement} element that scrolls
 */
export function addScrollHint(element) {
  const hint = createElement("div", "dynas-scroll-hint", TEXT)
  hint.setAttribute("aria-hidden", "true")
  const update = () => {
    const { scrollLeft, scrollWidth, clientWidth } = element
    hint.hidden = scrollWidth <= clientWidth + TOLERANCE
    const isAtEnd = scrollLeft + clientWidth >= scrollWidth - TOLERANCE
    hint.classList.toggle("dynas-scrolled", isAtEnd) // keeps its place: nothing moves
    element.classList.toggle("dynas-continues", !hint.hidden && !isAtEnd)
  }
  const observer = new ResizeObserver(update)
  observer.observe(element)
  new MutationObserver(() => {
    for (const child of element.children) observer.observe(child)
    update()
  }).observe(element, { childList: true })
  for (const child of element.children) observer.observe(child)
  element.addEventListener("scroll", update, { passive: true })
  element.after(hint)
}
