/* A mark in the title of the tab, until the visitor looks at it. */

let badge = ""
/** @type {MutationObserver | undefined} */
let observer

/** Puts the mark before the title, also after the page has set another one. */
function apply() {
  if (badge && !document.title.startsWith(badge)) document.title = `${badge}${document.title}`
}

function clear() {
  if (document.hidden || !badge) return
  const shown = badge
  badge = ""
  if (document.title.startsWith(shown)) document.title = document.title.slice(shown.length)
}

/**
 * Marks the title of a tab that is not looked at.
 * @param {string} text
 */
export function markTitle(text) {
  if (badge && document.title.startsWith(badge)) {
    document.title = document.title.slice(badge.length)
  }
  badge = `● ${text} · `
  apply()
  if (observer) return
  observer = new MutationObserver(apply)
  observer.observe(document.head, { childList: true, subtree: true, characterData: true })
  document.addEventListener("visibilitychange", clear)
}
