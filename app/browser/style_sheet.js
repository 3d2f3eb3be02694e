/**
 * Adds a style sheet to the page; resolves once it applies.
 * @param {URL} address
 * @returns {Promise<void>}
 */
export function addStyleSheet(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link")
    link.rel = "stylesheet"
    link.href = address.href
    link.addEventListener("load", () => resolve())
    link.addEventListener("error", () => {
      link.remove()
      reject(new Error(`The style sheet ${address.pathname} did not load.`))
    })
    document.head.append(link)
  })
}
