/* Saves the zoom or the camera of a chart in the URL of the page: a copied link restores it.

   `figure.place` defines the URL parameter and, for a 2-D chart, the metrics of the axes. */

import { cameraOf, shownRangeOf } from "../compat/plotly_private.js"
import { formatCamera, formatZoom, parseCamera, parseZoom } from "./zoom_and_camera.js"

/** @import { PlotlyLibrary } from "../browser/plotly.js" */
/** @import { Place } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

const DEBOUNCE_MS = 200

/** The views of charts on other pages, as text, until the browser loads the dashboard anew: the
 * links of the sidebar have no view. @type {Map<string, string>} */
const views = new Map()

/**
 * A chart of a page and of the run that it shows.
 * @param {ChartView} view
 * @param {Place} place
 */
function viewKey({ data, pagePath }, place) {
  const run = new URLSearchParams(location.search).get("run") ?? ""
  return [pagePath, run, data.name, place.keyword].join(" ")
}

/**
 * The current view of a chart as text.
 * @param {ChartView} view
 * @param {Place} place
 */
function formatView({ figure, plot }, place) {
  if (place.axes) return formatZoom(place.axes, figure.layout, plot.layout)
  return formatCamera(figure.layout.scene?.camera, cameraOf(plot))
}

/**
 * The Plotly update for a view that a text describes.
 * @param {ChartView} view
 * @param {Place} place
 * @param {string} text
 */
function parseView({ plot }, place, text) {
  if (place.axes) return parseZoom(text, place.axes, (axis) => shownRangeOf(plot, axis))
  return parseCamera(text)
}

/**
 * Writes the current view to the URL without a request to the server.
 * @param {ChartView} view
 */
function writeToUrl(view) {
  const { place } = view.figure
  if (!place || view.isRemoved || location.pathname !== view.pagePath) return
  const text = formatView(view, place)
  views.set(viewKey(view, place), text)
  const url = new URL(location.href)
  if ((url.searchParams.get(place.keyword) ?? "") === text) return
  if (text) url.searchParams.set(place.keyword, text)
  else url.searchParams.delete(place.keyword)
  history.replaceState(history.state, "", url)
}

/**
 * Updates the URL after the user zooms or rotates the chart.
 * @param {ChartView} view
 */
export function saveViewOnZoom(view) {
  view.plot.on("plotly_relayout", () => {
    clearTimeout(view.urlTimer)
    view.urlTimer = setTimeout(() => writeToUrl(view), DEBOUNCE_MS)
  })
}

/**
 * Applies the view of the URL, or the one that the chart had before, once; when the axes change later, the URL follows the new view.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
export async function restoreViewFromUrl(view, Plotly) {
  const { place, layout } = view.figure
  const axesKey = layout.scene?.uirevision ?? layout.uirevision
  if (!place || view.axesKey === axesKey) return
  if (view.axesKey === undefined) {
    view.pagePath = location.pathname
    const inUrl = new URLSearchParams(location.search).get(place.keyword)
    const text = inUrl ?? views.get(viewKey(view, place)) ?? ""
    const change = parseView(view, place, text)
    if (Object.keys(change).length) await Plotly.relayout(view.plot, change)
  }
  view.axesKey = axesKey
  writeToUrl(view)
}
