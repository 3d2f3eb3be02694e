/**
 * Adds a style sheet to the page; resolves when it is loaded.
 * @param {URL} url
 * @returns {Promise<void>}
 */
export function addStyleSheet(url) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link")
    link.rel = "stylesheet"
    link.href = url.href
    link.addEventListener("load", () => resolve())
    link.addEventListener("error", () => {
      link.remove()
      reject(new Error(`The style sheet ${url.pathname} did not load. Reload the page.`))
    })
    document.head.append(link)
  })
}
