/* Keeps the zoom or the camera of a chart in the address of the page: a pasted link shows the same.

   `figure.place` names the keyword of the address and, for a plane, what its axes stand for. */

import { cameraOf, shownRangeOf } from "../compat/plotly_private.js"
import { cameraFromText, cameraText, zoomFromText, zoomText } from "./zoom_and_camera.js"

/** @import { PlotlyLibrary } from "../browser/plotly.js" */
/** @import { Place } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

const SETTLED = 200 // milliseconds without a further turn of the wheel

/**
 * @param {ChartView} view
 * @param {Place} place
 */
function textOfView({ figure, plot }, place) {
  if (place.axes) return zoomText(place.axes, figure.layout, plot.layout)
  return cameraText(figure.layout.scene?.camera, cameraOf(plot))
}

/**
 * @param {ChartView} view
 * @param {Place} place
 * @param {string} text
 */
function viewFromText({ plot }, place, text) {
  if (place.axes) return zoomFromText(text, place.axes, (axis) => shownRangeOf(plot, axis))
  return cameraFromText(text)
}

/**
 * Writes what is shown into the address, without a word to the server.
 * @param {ChartView} view
 */
function writeToAddress(view) {
  const { place } = view.figure
  if (!place || view.ended || location.pathname !== view.path) return
  const text = textOfView(view, place)
  const address = new URL(location.href)
  if ((address.searchParams.get(place.keyword) ?? "") === text) return
  if (text) address.searchParams.set(place.keyword, text)
  else address.searchParams.delete(place.keyword)
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
 * Shows what the address names, once; other axes than before are shown as a whole.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
export async function showFromAddress(view, Plotly) {
  const { place, layout } = view.figure
  const axes = layout.scene?.uirevision ?? layout.uirevision
  if (!place || view.shownAxes === axes) return
  if (view.shownAxes === undefined) {
    view.path = location.pathname
    const text = new URLSearchParams(location.search).get(place.keyword) ?? ""
    const change = viewFromText(view, place, text)
    if (Object.keys(change).length) await Plotly.relayout(view.plot, change)
  }
  view.shownAxes = axes
  writeToAddress(view)
}
