/* Keeps the zoom or the camera of a chart in the address of the page, so that a link restores it.

   `figure.parameter` gives the keyword of the address and, for a plane, the metrics of its axes. */

import { cameraOf, shownRangeOf } from "../compat/plotly_private.js"
import { cameraFromText, cameraText, zoomFromText, zoomText } from "./zoom_and_camera.js"

/** @import { PlotlyLibrary } from "../browser/plotly.js" */
/** @import { ViewParameter } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

const SETTLED = 200 // milliseconds without a further turn of the wheel

/**
 * @param {ChartView} view
 * @param {ViewParameter} parameter
 */
function textOfView({ figure, plot }, parameter) {
  if (parameter.axes) return zoomText(parameter.axes, figure.layout, plot.layout)
  return cameraText(figure.layout.scene?.camera, cameraOf(plot))
}

/**
 * @param {ChartView} view
 * @param {ViewParameter} parameter
 * @param {string} text
 */
function viewFromText({ plot }, parameter, text) {
  if (parameter.axes) return zoomFromText(text, parameter.axes, (axis) => shownRangeOf(plot, axis))
  return cameraFromText(text)
}

/**
 * Writes the zoom or the camera into the address, without a request to the server.
 * @param {ChartView} view
 */
function writeToAddress(view) {
  const { parameter } = view.figure
  if (!parameter || view.ended || location.pathname !== view.path) return
  const text = textOfView(view, parameter)
  const address = new URL(location.href)
  if ((address.searchParams.get(parameter.keyword) ?? "") === text) return
  if (text) address.searchParams.set(parameter.keyword, text)
  else address.searchParams.delete(parameter.keyword)
  history.replaceState(history.state, "", address)
}

/**
 * Keeps the address up to date while the visitor zooms and turns.
 * @param {ChartView} view
 */
export function keepInAddress(view) {
  view.plot.on("plotly_relayout", () => {
    clearTimeout(view.settling)
    view.settling = setTimeout(() => writeToAddress(view), SETTLED)
  })
}

/**
 * Applies the zoom or the camera of the address once; new axes are shown in full.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
export async function showFromAddress(view, Plotly) {
  const { parameter, layout } = view.figure
  const axes = layout.scene?.uirevision ?? layout.uirevision
  if (!parameter || view.shownAxes === axes) return
  if (view.shownAxes === undefined) {
    view.path = location.pathname
    const text = new URLSearchParams(location.search).get(parameter.keyword) ?? ""
    const change = viewFromText(view, parameter, text)
    if (Object.keys(change).length) await Plotly.relayout(view.plot, change)
  }
  view.shownAxes = axes
  writeToAddress(view)
}
