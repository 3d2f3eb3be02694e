/* What the buttons above a chart do, and what a click, a drag and a turn of the wheel in it. */

import { updateLink } from "./chart_link.js"
import { downloadCsv } from "./file_download.js"
import { openPublishedDialog } from "./published_dialog.js"
import { keepInAddress } from "./view_address.js"

/** @import { PlotEvent, PlotlyLibrary, Trace } from "../browser/plotly.js" */
/** @import { Figure } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

/**
 * Where the axes return to: the ranges that the figure gives, else what fits its points.
 * @param {Figure} figure
 */
export function initialView({ layout }) {
  if (layout.scene) return { "scene.camera": layout.scene.camera }
  /** @type {Record<string, number[] | boolean>} */
  const change = {}
  for (const axis of /** @type {const} */ (["xaxis", "yaxis"])) {
    const range = layout[axis]?.range
    if (range) change[`${axis}.range`] = [...range]
    else change[`${axis}.autorange`] = true
  }
  return change
}

/**
 * What dragging does: it moves, or it zooms into a plane and turns a space.
 * @param {ChartView} view
 */
function dragging({ figure, pan }) {
  const { scene } = figure.layout
  if (scene) return { "scene.dragmode": pan ? "pan" : scene.dragmode }
  return { dragmode: pan ? "pan" : "zoom" }
}

/**
 * The ranges that are brushed on parallel axes, by the name of each.
 * @param {Trace} trace
 */
export function brushedRanges({ dimensions = [] }) {
  /** @type {Record<string, unknown[]>} */
  const ranges = {}
  for (const { name, constraintrange } of dimensions) {
    if (constraintrange?.length) {
      ranges[name] = Array.isArray(constraintrange[0]) ? constraintrange : [constraintrange]
    }
  }
  return ranges
}

/** @param {ChartView} view */
function parallelTrace({ plot }) {
  const [first] = plot.data
  return first?.type === "parcoords" ? first : null
}

/**
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
function resetAxes(view, Plotly) {
  const parallel = parallelTrace(view)
  if (!parallel) return Plotly.relayout(view.plot, initialView(view.figure))
  const { dimensions = [] } = parallel
  const ranges = dimensions.map((_, i) => [`dimensions[${i}].constraintrange`, null])
  return Plotly.restyle(view.plot, Object.fromEntries(ranges))
}

/**
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
function connectButtons(view, Plotly) {
  const { plot } = view
  const filename = `dynas-${view.data.name}`
  /** @param {string} format */
  const picture = (format) => Plotly.downloadImage(plot, {
    format, filename, width: plot.clientWidth, height: plot.clientHeight, scale: 2,
  })
  /** @type {Record<string, () => unknown>} */
  const actions = {
    png: () => picture("png"),
    svg: () => picture("svg"),
    csv: () => downloadCsv(view.figure, `${filename}.csv`),
    figure: () => openPublishedDialog(view, Plotly),
    reset: () => resetAxes(view, Plotly),
    table: () => {
      view.tabular = !view.tabular
      view.showTable()
    },
    pan: () => {
      view.pan = !view.pan
      view.tool("pan")?.setAttribute("aria-pressed", String(view.pan))
      Plotly.relayout(plot, dragging(view))
    },
  }
  for (const [name, action] of Object.entries(actions)) {
    view.tool(name)?.addEventListener("click", () => action())
  }
}

/**
 * Selects the sub-network whose point was clicked, in linked charts and on the page.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 * @param {PlotEvent} event
 */
function pickPoint(view, Plotly, { points }) {
  const { plot } = view
  const point = points.find(({ customdata }) => customdata !== undefined)
  if (point?.customdata === undefined || !view.data.pickable) return
  const { x, y, z, customdata: number } = point
  if (view.link) {
    updateLink(view.link, { selected: number, at: z === undefined ? [x, y] : [x, y, z] })
  } else {
    const ring = plot.data.findIndex((trace) => trace.name === "Selected")
    if (ring >= 0) Plotly.restyle(plot, { x: [[x]], y: [[y]] }, [ring])
  }
  const runs = plot.data[point.curveNumber].meta?.runs
  view.pick(number, runs && (runs[point.pointNumber] ?? runs[0]))
}

/**
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
function connectPlot(view, Plotly) {
  const { plot } = view
  plot.on("plotly_click", (event) => pickPoint(view, Plotly, event))
  plot.on("plotly_hover", ({ points }) => {
    const atPoint = points.some(({ customdata }) => customdata !== undefined)
    plot.classList.toggle("dynas-at-point", view.data.pickable && atPoint)
  })
  plot.on("plotly_unhover", () => plot.classList.remove("dynas-at-point"))
  plot.on("plotly_restyle", () => {
    const parallel = parallelTrace(view)
    if (parallel) view.brush(brushedRanges(parallel))
  })
  plot.addEventListener("dblclick", () => { // Plotly does the same in a plane by itself
    if (view.figure.layout.scene) Plotly.relayout(plot, initialView(view.figure))
  })
  keepInAddress(view)
  view.observer = new ResizeObserver(() => {
    if (plot.clientWidth > 0) Plotly.Plots.resize(plot)
  })
  view.observer.observe(plot)
}

/**
 * Connects the buttons and the drawing, once it is there.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
export function connectChart(view, Plotly) {
  connectButtons(view, Plotly)
  connectPlot(view, Plotly)
}
