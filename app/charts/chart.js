/* Draws one Plotly figure into one node and updates it in place with Plotly.react. */

const instances = new WeakMap()

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

/* What each colour name means, as [on light, on dark] where the theme has no word for it. */
const COLOURS = {
  front: ["#c2410c", "#ff9f5a"],
  selected: ["#c2185b", "#ff7eb6"],
  outline: ["rgba(27,35,48,0.55)", "rgba(230,234,242,0.75)"],
  series0: ["#1f4fb0", "#9cc0ff"],
  series1: ["#0f6b3a", "#6fd69b"],
  series2: ["#8a4b00", "#ffb667"],
  series3: ["#6b2fa0", "#d3a6ff"],
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
    grid: dark ? "#2a3342" : "#e6eaf1",
    muted: token("gray-text-color"),
    font: token("font") || "sans-serif",
  }
  for (const [name, pair] of Object.entries(COLOURS)) theme[name] = pair[dark]
  return theme
}

function paint(value, theme) {
  if (typeof value === "string") return value[0] === "@" ? (theme[value.slice(1)] ?? value) : value
  if (Array.isArray(value)) return value.map((item) => paint(item, theme))
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, paint(v, theme)]))
  }
  return value
}

function save(blob, filename) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = filename
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

const quoted = (text) => `"${String(text ?? "").replaceAll('"', '""')}"`

function csv(plot) {
  const { xaxis, yaxis } = plot.layout
  const lines = [["series", "number", xaxis.title?.text || "x", yaxis.title?.text || "value"]]
  for (const trace of plot.data) {
    if (trace.mode.includes("markers") || plot.data.length === 1) {
      trace.x.forEach((x, i) => lines.push([trace.name, trace.customdata?.[i] ?? "", x, trace.y[i]]))
    }
  }
  return lines.map((line) => line.map(quoted).join(",")).join("\n") + "\n"
}

function build(root, data) {
  root.dataset.testid = `chart-${data.name}`
  const tool = (name, label, help) =>
    `<button type="button" data-testid="${data.name}-${name}" title="${help}" aria-label="${help}">${label}</button>`
  root.innerHTML = `
    <div class="dynas-chart-head">
      <div class="dynas-chart-title"></div>
      <div class="dynas-chart-tools" role="toolbar">
        ${data.name === "pareto" ? tool("pan", "Pan", "Drag moves the chart instead of zooming") : ""}
        ${tool("reset", "Reset", "Reset the axes")}
        ${tool("png", "PNG", "Download as PNG picture")}
        ${tool("svg", "SVG", "Download as SVG drawing")}
        ${tool("csv", "CSV", "Download the data as CSV")}
      </div>
    </div>
    <div class="dynas-chart-body">
      <div class="dynas-chart-plot" role="img" data-testid="plot-${data.name}"></div>
      <div class="dynas-chart-empty" hidden></div>
    </div>`
  const one = (selector) => root.querySelector(selector)
  return {
    root,
    title: one(".dynas-chart-title"),
    tools: one(".dynas-chart-tools"),
    plot: one(".dynas-chart-plot"),
    empty: one(".dynas-chart-empty"),
    button: (name) => one(`[data-testid="${data.name}-${name}"]`),
    pan: false,
    updates: 0,
  }
}

function connect(view, Plotly) {
  const { plot, button } = view
  const name = () => `dynas-${view.data.name}`
  const picture = (format) => Plotly.downloadImage(plot, {
    format, filename: name(), width: plot.clientWidth, height: plot.clientHeight, scale: 2,
  })
  button("png").onclick = () => picture("png")
  button("svg").onclick = () => picture("svg")
  button("csv").onclick = () => save(new Blob([csv(plot)], { type: "text/csv" }), `${name()}.csv`)
  button("reset").onclick = () =>
    Plotly.relayout(plot, { "xaxis.autorange": true, "yaxis.autorange": true })
  const pan = button("pan")
  if (pan) {
    pan.onclick = () => {
      view.pan = !view.pan
      pan.setAttribute("aria-pressed", String(view.pan))
      Plotly.relayout(plot, { dragmode: view.pan ? "pan" : "zoom" })
    }
  }
  plot.on("plotly_click", ({ points }) => {
    const point = points.find((p) => p.customdata !== undefined)
    if (!point || !view.pickable) return
    const ring = plot.data.findIndex((trace) => trace.name === "Selected")
    if (ring >= 0) Plotly.restyle(plot, { x: [[point.x]], y: [[point.y]] }, [ring])
    view.pick(point.customdata)
  })
  view.observer = new ResizeObserver(() => {
    if (plot.clientWidth > 0) Plotly.Plots.resize(plot)
  })
  view.observer.observe(plot)
}

async function draw(view) {
  if (view.drawing) {
    view.again = true
    return
  }
  view.drawing = true
  try {
    const Plotly = await loadPlotly(view.data.script)
    do {
      view.again = false
      const theme = readTheme(view.root)
      const text = JSON.stringify([view.data.figure, theme])
      if (text === view.drawn) continue
      const figure = paint(view.data.figure, theme)
      figure.layout.height = view.data.height
      if (view.pan) figure.layout.dragmode = "pan"
      await Plotly.react(view.plot, figure.data, figure.layout, {
        displayModeBar: false, responsive: false, doubleClick: "reset+autosize",
      })
      view.drawn = text
      view.updates += 1
      view.plot.dataset.updates = String(view.updates)
      if (view.updates === 1) connect(view, Plotly)
    } while (view.again)
  } catch (error) {
    view.empty.hidden = false
    view.empty.textContent = error.message
  } finally {
    view.drawing = false
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".dynas-chart")
  if (!root || !data) return undefined
  let view = instances.get(root)
  if (!view) {
    view = build(root, data)
    instances.set(root, view)
  }
  view.data = data
  view.pickable = data.pickable
  view.pick = (number) => setTriggerValue("picked", number)
  view.title.textContent = data.title
  view.plot.style.height = `${data.height}px`
  view.plot.setAttribute("aria-label", data.description)
  view.empty.hidden = !data.empty
  view.empty.textContent = data.empty
  view.tools.style.visibility = data.empty ? "hidden" : "visible"
  draw(view)
  return () => {
    view.observer?.disconnect()
    instances.delete(root)
    if (window.Plotly && view.updates > 0) window.Plotly.purge(view.plot)
  }
}
