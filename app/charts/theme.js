/* The drawing library, and what a figure's colour names mean on a light and on a dark page.

   COLOURS come from the engine: [on light, on dark] where the theme has no word for a meaning. */

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly)
  if (!window.dynasPlotly) {
    window.dynasPlotly = new Promise((resolve, reject) => {
      const script = document.createElement("script")
      script.src = new URL(address, document.baseURI).href
      script.onload = () => resolve(window.Plotly)
      script.onerror = () => {
        window.dynasPlotly = undefined
        script.remove()
        reject(new Error("The chart library did not load. Reload the page."))
      }
      document.head.appendChild(script)
    })
  }
  return window.dynasPlotly
}

function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d")
  probe.fillStyle = colour
  probe.fillRect(0, 0, 1, 1)
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}

function readTheme(node) {
  const style = getComputedStyle(node)
  const token = (name) => style.getPropertyValue(`--st-${name}`).trim()
  const background = token("background-color") || "#ffffff"
  const dark = luminance(background) < 0.5 ? 1 : 0
  const theme = {
    background,
    text: token("text-color"),
    panel: token("secondary-background-color"),
    border: token("border-color"),
    muted: token("gray-text-color"),
    font: token("font") || "sans-serif",
  }
  for (const [name, pair] of Object.entries(COLOURS)) theme[name] = pair[dark]
  return theme
}

const ARRAYS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, u1: Uint8Array }

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/* A copy with colours in place of their names and arrays in place of their packed form. */
function paint(value, theme) {
  if (typeof value === "string") return value[0] === "@" ? (theme[value.slice(1)] ?? value) : value
  if (ArrayBuffer.isView(value)) return value
  if (value && value.bdata !== undefined) return new ARRAYS[value.dtype](bytes(value.bdata).buffer)
  if (Array.isArray(value)) return value.map((item) => paint(item, theme))
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, paint(v, theme)]))
  }
  return value
}
