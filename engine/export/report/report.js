/* Draws the figures of a report in the colours of the page, and in light ones on paper. */

const content = document.getElementById("figures")
const { figures, themes } = JSON.parse(content?.textContent ?? "{}")
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)")

/**
 * A copy of a part of a figure with colours in place of their names.
 * @param {any} part
 * @param {Record<string, string>} theme
 * @returns {any}
 */
function themed(part, theme) {
  if (typeof part === "string") return part[0] === "@" ? (theme[part.slice(1)] ?? part) : part
  if (Array.isArray(part)) return part.map((inner) => themed(inner, theme))
  if (!part || typeof part !== "object") return part
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, themed(inner, theme)]))
}

/** @param {"light" | "dark"} style */
function draw(style) {
  figures.forEach((/** @type {any} */ figure, /** @type {number} */ i) => {
    const element = document.getElementById(`figure-${i}`)
    const { data, layout } = themed(figure, themes[style])
    const options = { responsive: true, displaylogo: false, displayModeBar: false }
    if (element) window.Plotly?.react(element, data, layout, options)
  })
}

const drawForScreen = () => draw(prefersDark.matches ? "dark" : "light")
drawForScreen()
prefersDark.addEventListener("change", drawForScreen)
window.addEventListener("beforeprint", () => draw("light"))
window.addEventListener("afterprint", drawForScreen)
