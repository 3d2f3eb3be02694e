/* Event handlers of a chart: its buttons, clicks on points, brushing, zooming and resizing. */

import { connectKeyboard } from "./chart_keyboard.js"
import { updateLink } from "./chart_link.js"
import { downloadCsv } from "./file_download.js"
import { plotHeight } from "./narrow_layout.js"
import { openPublishedDialog } from "./published_dialog.js"
import { saveViewOnZoom } from "./view_url.js"

/** @import { PlotEvent, PlotlyLibrary, PlotPoint, Trace } from "../browser/plotly.js" */
/** @import { Figure } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

/**
 * The Plotly update that resets the axes: to the ranges of the figure, else to automatic ranges.
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
 * The Plotly update that sets what dragging does: pan, or zoom (2-D) and rotate (3-D).
 * @param {ChartView} view
 */
function dragModeUpdate({ figure, isPanning }) {
  const { scene } = figure.layout
  if (scene) return { "scene.dragmode": isPanning ? "pan" : scene.dragmode }
  return { dragmode: isPanning ? "pan" : "zoom" }
}

/**
 * The brushed ranges of parallel coordinates by the name of the axis.
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

/**
 * The trace of parallel coordinates; null in other charts.
 * @param {ChartView} view
 */
function findParallelTrace({ plot }) {
  const [firstTrace] = plot.data
  return firstTrace?.type === "parcoords" ? firstTrace : null
}

/**
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
function resetAxes(view, Plotly) {
  const parallelTrace = findParallelTrace(view)
  if (!parallelTrace) return Plotly.relayout(view.plot, initialView(view.figure))
  const { dimensions = [] } = parallelTrace
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
  const downloadPicture = (format) => Plotly.downloadImage(plot, {
    format, filename, width: plot.clientWidth, height: plot.clientHeight, scale: 2,
  })
  /** @type {Record<string, () => unknown>} */
  const actions = {
    png: () => downloadPicture("png"),
    svg: () => downloadPicture("svg"),
    csv: () => downloadCsv(view.figure, `${filename}.csv`),
    figure: () => openPublishedDialog(view, Plotly),
    reset: () => resetAxes(view, Plotly),
    table: () => {
      view.showsTable = !view.showsTable
      view.showTable()
    },
    pan: () => {
      view.isPanning = !view.isPanning
      view.tool("pan")?.setAttribute("aria-pressed", String(view.isPanning))
      Plotly.relayout(plot, dragModeUpdate(view))
    },
  }
  for (const [name, action] of Object.entries(actions)) {
    view.tool(name)?.addEventListener("click", () => action())
  }
}

/**
 * Marks a point as selected in this chart and in linked charts.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 * @param {PlotPoint} point
 */
function markPoint(view, Plotly, { x, y, z, customdata: number }) {
  const { plot } = view
  if (view.link && number !== undefined) {
    updateLink(view.link, { selected: number, at: z === undefined ? [x, y] : [x, y, z] })
    return
  }
  const ringIndex = plot.data.findIndex((trace) => trace.name === "Selected")
  if (ringIndex >= 0) Plotly.restyle(plot, { x: [[x]], y: [[y]] }, [ringIndex])
}

/**
 * Sends a selected point to the page.
 * @param {ChartView} view
 * @param {PlotPoint} point
 */
function reportPoint(view, { customdata: number, curveNumber, pointNumber }) {
  if (number === undefined) return
  const runs = view.plot.data[curveNumber]?.meta?.runs
  view.reportPick(number, runs && (runs[pointNumber] ?? runs[0]))
}

/**
 * Selects the sub-network of a clicked point in linked charts and on the page.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 * @param {PlotEvent} event
 */
function pickPoint(view, Plotly, { points }) {
  const point = points.find(({ customdata }) => customdata !== undefined)
  if (!point || !view.data.pickable) return
  markPoint(view, Plotly, point)
  reportPoint(view, point)
}

/**
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
function connectPlot(view, Plotly) {
  const { plot } = view
  plot.on("plotly_click", (event) => pickPoint(view, Plotly, event))
  connectKeyboard(plot, {
    isActive: () => view.data.pickable,
    selected: () => view.link?.selected ?? view.figure.points?.selected ?? null,
    mark: (point) => {
      markPoint(view, Plotly, point)
      view.announce(point)
    },
    report: (point) => reportPoint(view, point),
  })
  plot.on("plotly_hover", ({ points }) => {
    const isAtPoint = points.some(({ customdata }) => customdata !== undefined)
    plot.classList.toggle("dynas-at-point", view.data.pickable && isAtPoint)
  })
  plot.on("plotly_unhover", () => plot.classList.remove("dynas-at-point"))
  plot.on("plotly_restyle", () => {
    const parallelTrace = findParallelTrace(view)
    if (parallelTrace) view.reportBrush(brushedRanges(parallelTrace))
  })
  plot.addEventListener("dblclick", () => { // Plotly handles this itself in 2-D
    if (view.figure.layout.scene) Plotly.relayout(plot, initialView(view.figure))
  })
  saveViewOnZoom(view)
  view.observer = new ResizeObserver(() => {
    if (plot.clientWidth === 0) return
    plot.style.height = `${plotHeight(view.data.height, plot.clientWidth, view.data.narrow)}px`
    Plotly.Plots.resize(plot)
    view.redraw() // markers follow the size of the chart
  })
  view.observer.observe(plot)
}

/**
 * Connects the event handlers after the first drawing.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
export function connectChart(view, Plotly) {
  connectButtons(view, Plotly)
  connectPlot(view, Plotly)
}
