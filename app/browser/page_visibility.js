/**
 * Resolves once the tab can be seen.
 * @returns {Promise<unknown>}
 */
export function pageVisible() {
  if (!document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", resolve, { once: true })
  })
}
