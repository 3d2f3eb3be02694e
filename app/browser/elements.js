/**
 * Creates an element with a class, a text and a tooltip.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @param {string} [title]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function createElement(tag, className, text, title) {
  const newElement = document.createElement(tag)
  if (className) newElement.className = className
  if (text !== undefined) newElement.textContent = text
  if (title) newElement.title = title
  return newElement
}

/**
 * Returns the first descendant that matches a selector; throws an error if there is none.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function findElement(parent, selector) {
  const element = parent.querySelector(selector)
  if (!(element instanceof HTMLElement)) {
    throw new Error(`The page has no element '${selector}'. Reload the page.`)
  }
  return element
}
