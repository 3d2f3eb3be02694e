/**
 * Resolves when the tab is visible.
 * @returns {Promise<unknown>}
 */
export function waitUntilVisible() {
  if (!document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", resolve, { once: true })
  })
}
