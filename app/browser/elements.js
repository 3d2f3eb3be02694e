/**
 * A new element with a class, a text and a tooltip.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @param {string} [title]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className, text, title) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  if (title) made.title = title
  return made
}

/**
 * The element within another that a selector of our own HTML names.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function part(parent, selector) {
  const found = parent.querySelector(selector)
  if (!(found instanceof HTMLElement)) throw new Error(`There is no ${selector}.`)
  return found
}
