/* Draws one Plotly figure into one node and updates it in place with Plotly.react. */

const instances = new WeakMap()

const ICONS = {
  reset: '<path d="M3 8a5 5 0 1 1 1.6 3.7M3 12.2V8.6h3.6"/>',
  table: '<path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9"/>',
  pan: '<path d="M8 2v12M2 8h12M8 2 6.5 3.6M8 2l1.5 1.6M8 14l-1.5-1.6M8 14l1.5-1.6M2 8l1.6-1.5M2 8l1.6 1.5M14 8l-1.6-1.5M14 8l-1.6 1.5"/>',
}

function tool(chart, name, help, label) {
  const face = ICONS[name]
    ? `<svg viewBox="0 0 16 16" aria-hidden="true">${ICONS[name]}</svg>`
    : label
  return `<button type="button" data-testid="${chart}-${name}" title="${help}" aria-label="${help}">${face}</button>`
}

function build(root, data) {
  root.dataset.testid = `chart-${data.name}`
  const { name } = data
  root.innerHTML = `
    <div class="dynas-chart-head">
      <div class="dynas-chart-title"></div>
      <button type="button" class="dynas-chart-help" data-testid="${name}-help" aria-expanded="false" hidden>?</button>
      <div class="dynas-chart-tools" role="toolbar" aria-label="Chart tools">
        ${["pareto", "front"].includes(name) ? tool(name, "pan", "Drag moves the chart") : ""}
        ${tool(name, "reset", "Reset the axes")}
        ${tool(name, "table", "Show the data as a table")}
        ${tool(name, "png", "Download as PNG picture", "PNG")}
        ${tool(name, "svg", "Download as SVG drawing", "SVG")}
        ${tool(name, "csv", "Download the data as CSV", "CSV")}
        ${tool(name, "figure", "As a published figure, for papers", "Figure")}
      </div>
    </div>
    <div class="dynas-chart-about" hidden></div>
    <div class="dynas-chart-body">
      <div class="dynas-chart-plot" role="img" data-testid="plot-${name}"></div>
      <div class="dynas-chart-table" tabindex="0" role="region" data-testid="data-${name}" hidden></div>
      <div class="dynas-chart-empty" hidden></div>
    </div>
    <div class="dynas-chart-note" hidden></div>`
  const one = (selector) => root.querySelector(selector)
  return {
    root,
    title: one(".dynas-chart-title"),
    help: one(".dynas-chart-help"),
    about: one(".dynas-chart-about"),
    tools: one(".dynas-chart-tools"),
    plot: one(".dynas-chart-plot"),
    table: one(".dynas-chart-table"),
    empty: one(".dynas-chart-empty"),
    note: one(".dynas-chart-note"),
    button: (name) => one(`[data-testid="${data.name}-${name}"]`),
    pan: false,
    updates: 0,
  }
}

/* Where the axes return to: the ranges that the figure gives, else what fits its points. */
function home({ layout }) {
  if (layout.scene) return { "scene.camera": layout.scene.camera }
  const back = {}
  for (const axis of ["xaxis", "yaxis"]) {
    if (layout[axis]?.range) back[`${axis}.range`] = [...layout[axis].range]
    else back[`${axis}.autorange`] = true
  }
  return back
}

/* What dragging does: it moves, or it zooms into a plane and turns a space. */
function dragged({ figure, pan }) {
  if (figure.layout.scene) return { "scene.dragmode": pan ? "pan" : figure.layout.scene.dragmode }
  return { dragmode: pan ? "pan" : "zoom" }
}

function showTable(view) {
  view.table.hidden = !view.tabular
  view.button("table").setAttribute("aria-pressed", String(Boolean(view.tabular)))
  if (view.tabular) view.table.replaceChildren(tableOf(view.figure, view.data.title))
}

/* The ranges that are brushed on parallel axes, by the name of each. */
function brushed(trace) {
  const ranges = {}
  for (const { name, constraintrange } of trace.dimensions) {
    if (constraintrange?.length) {
      ranges[name] = Array.isArray(constraintrange[0]) ? constraintrange : [constraintrange]
    }
  }
  return ranges
}

/* A question mark that explains the chart, with the mouse as with the keyboard. */
function explain(view, { about, title }) {
  view.help.hidden = !about
  view.help.title = about
  view.help.setAttribute("aria-label", `What is this: ${title}?`)
  view.about.textContent = about
  view.help.onclick = () => {
    view.about.hidden = !view.about.hidden
    view.help.setAttribute("aria-expanded", String(!view.about.hidden))
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
  button("csv").onclick = () => save(new Blob([csv(view.figure)], { type: "text/csv" }), `${name()}.csv`)
  button("figure").onclick = () => openPrinted(view, Plotly)
  button("reset").onclick = () => {
    const parallel = plot.data[0]?.type === "parcoords" ? plot.data[0] : null
    if (!parallel) Plotly.relayout(plot, home(view.figure))
    else Plotly.restyle(plot, Object.fromEntries(
      parallel.dimensions.map((_, i) => [`dimensions[${i}].constraintrange`, null]),
    ))
  }
  button("table").onclick = () => {
    view.tabular = !view.tabular
    showTable(view)
  }
  const pan = button("pan")
  if (pan) {
    pan.onclick = () => {
      view.pan = !view.pan
      pan.setAttribute("aria-pressed", String(view.pan))
      Plotly.relayout(plot, dragged(view))
    }
  }
  plot.on("plotly_click", ({ points }) => {
    const point = points.find((p) => p.customdata !== undefined)
    if (!point || !view.pickable) return
    if (view.link) {
      tell(view.link, { selected: point.customdata, at: [point.x, point.y, point.z] })
    } else {
      const ring = plot.data.findIndex((trace) => trace.name === "Selected")
      if (ring >= 0) Plotly.restyle(plot, { x: [[point.x]], y: [[point.y]] }, [ring])
    }
    const runs = plot.data[point.curveNumber].meta?.runs
    view.pick(point.customdata, runs && (runs[point.pointNumber] ?? runs[0]))
  })
  plot.on("plotly_hover", ({ points }) => {
    const known = points.some((p) => p.customdata !== undefined)
    plot.classList.toggle("dynas-at-point", Boolean(view.pickable && known))
  })
  plot.on("plotly_unhover", () => plot.classList.remove("dynas-at-point"))
  plot.on("plotly_restyle", () => {
    const parallel = plot.data[0]
    if (parallel?.type === "parcoords") view.brush(brushed(parallel))
  })
  plot.addEventListener("dblclick", () => { // Plotly does the same in a plane by itself
    if (view.figure.layout.scene) Plotly.relayout(plot, home(view.figure))
  })
  followPlace(view)
  view.observer = new ResizeObserver(() => {
    if (plot.clientWidth > 0) Plotly.Plots.resize(plot)
  })
  view.observer.observe(plot)
}

function showNote(view) {
  view.note.textContent = view.data.note || view.leftOut || ""
  view.note.hidden = !view.note.textContent
}

/* The figure as text, without how far its feed is: that alone is no other figure. */
function textOf(figure) {
  if (!figure.feed) return JSON.stringify(figure)
  return JSON.stringify({ ...figure, feed: { ...figure.feed, upto: null } })
}

/* The figure with its arrays unpacked, anew only where it has changed. */
function unpacked(view) {
  if (view.unpackedFrom !== view.text) {
    view.unpacked = paint(view.data.figure, {})
    view.unpackedFrom = view.text
  }
  return view.unpacked
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
      await visible() // a tab that nobody looks at need not keep up
      const theme = readTheme(view.root)
      const { n, selected, at, matches } = view.link ?? NOBODY
      const whole = unpacked(view)
      const feed = whole.feed ? await fetched(whole.feed, view.growth.upto) : null
      const moment = [view.text, feed && reached(whole, feed), JSON.stringify(theme), n, String(at), selected, matches]
      if (view.drawn && moment.every((part, i) => part === view.drawn[i])) continue
      const filled = feed ? fed(whole, feed) : whole
      view.figure = atMoment(filled, view.link)
      const figure = paint({ data: view.figure.data, layout: view.figure.layout }, theme)
      figure.layout.height = view.data.height
      if (view.pan) (figure.layout.scene ?? figure.layout).dragmode = "pan"
      await Plotly.react(view.plot, figure.data, figure.layout, {
        displayModeBar: false, responsive: false, doubleClick: "reset+autosize",
      })
      view.drawn = moment
      if (view.growth) drawnNow(view.growth)
      view.leftOut = leftOut(filled)
      showNote(view)
      view.updates += 1
      view.plot.dataset.updates = String(view.updates)
      if (filled.feed) view.plot.dataset.upto = String(filled.upto)
      if (view.updates === 1) connect(view, Plotly)
      await showPlace(view, Plotly)
      if (view.tabular) showTable(view)
    } while (view.again)
  } catch (error) {
    if (view.updates) return // what is drawn stays; the next update tries again
    view.empty.hidden = false
    view.empty.textContent = error.message
  } finally {
    view.drawing = false
  }
}

function follow(view, name) {
  const link = name ? linkOf(name) : null
  if (view.link === link) return
  view.link?.followers.delete(view.redraw)
  view.link = link
  link?.followers.add(view.redraw)
}

/* Draws anew whenever the run that feeds the chart has grown. */
function followGrowth(view, feed) {
  const growth = feed ? growthOf(feed.run) : null
  if (view.growth !== growth) {
    view.growth?.followers.delete(view.redraw)
    view.growth = growth
    growth?.followers.add(view.redraw)
  }
  if (growth) grow(growth, feed.upto)
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".dynas-chart")
  if (!root || !data) return undefined
  let view = instances.get(root)
  if (!view) {
    view = build(root, data)
    view.redraw = () => requestAnimationFrame(() => draw(view))
    instances.set(root, view)
  }
  view.data = data
  view.text = textOf(data.figure)
  view.pickable = data.pickable
  view.pick = (number, run) => setTriggerValue("picked", run ? { number, run } : number)
  view.brush = (ranges) => setTriggerValue("brushed", ranges)
  view.title.textContent = data.title
  explain(view, data)
  view.plot.style.height = `${data.height}px`
  view.plot.setAttribute("aria-label", data.description)
  view.table.setAttribute("aria-label", `${data.title} as a table`)
  view.empty.hidden = !data.empty
  view.empty.textContent = data.empty
  showNote(view)
  view.tools.style.visibility = data.empty ? "hidden" : "visible"
  follow(view, data.link)
  followGrowth(view, data.figure.feed)
  draw(view)
  return () => {
    view.ended = true
    view.observer?.disconnect()
    view.link?.followers.delete(view.redraw)
    view.growth?.followers.delete(view.redraw)
    instances.delete(root)
    if (window.Plotly && view.updates > 0) window.Plotly.purge(view.plot)
  }
}
