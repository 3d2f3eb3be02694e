/* Draws a Plotly figure into an element and updates it in place with Plotly.react. */

import { waitUntilVisible } from "../browser/page_visibility.js"
import { INITIAL_STATE } from "./chart_link.js"
import { connectChart } from "./chart_tools.js"
import { MARKER_DENSITY } from "./engine_styles.js"
import { resolveValues } from "./figure_values.js"
import { drawFirstPicture, hasFirstPicture } from "./first_picture.js"
import { linkedFigure } from "./linked_figure.js"
import { layoutForWidth } from "./narrow_layout.js"
import { pageTheme } from "./page_theme.js"
import { loadPlotly } from "./plotly_library.js"
import { drawingKey, figureWithRunPoints, omissionNote } from "./run_figure.js"
import { loadPoints } from "./run_points.js"
import { recordDrawingTime } from "./run_progress.js"
import { restoreViewFromUrl } from "./view_url.js"

/** @import { PlotlyLibrary } from "../browser/plotly.js" */
/** @import { Figure, Theme } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

const OPTIONS = { displayModeBar: false, responsive: false, doubleClick: "reset+autosize" }

const LONGEST_WAIT = 1500 // milliseconds for the first pictures of the charts of a page

/** The first pictures that are being made. @type {Set<Promise<void>>} */
const firstPictures = new Set()

/**
 * The figure with its arrays unpacked; unpacks them again only if the figure has changed.
 * @param {ChartView} view
 */
function unpackFigure(view) {
  if (view.unpackedFigure?.json !== view.figureJson) {
    view.unpackedFigure = { figure: resolveValues(view.data.figure, {}), json: view.figureJson }
  }
  return view.unpackedFigure.figure
}

/**
 * The figure with the colours of the theme, its height and the selected drag mode.
 * @param {ChartView} view
 * @param {Theme} theme
 */
function themedFigure(view, theme) {
  const { data, layout } = view.figure
  const figure = resolveValues({ data, layout }, theme)
  figure.layout.height = view.plot.clientHeight || view.data.height
  if (view.isPanning) (figure.layout.scene ?? figure.layout).dragmode = "pan"
  return figure
}

/**
 * About the width and the height in pixels of the axes of a chart, in steps of 40.
 * @param {ChartView} view
 * @returns {[number, number]}
 */
function axesArea({ plot, data }) {
  const width = Math.max(120, 40 * Math.floor(((plot.clientWidth || 800) - 110) / 40))
  return [width, Math.max(80, (plot.clientHeight || data.height) - 76)]
}

/**
 * The figure for the current data, points and link state, and the values on which it depends.
 * @param {ChartView} view
 */
async function prepareFigure(view) {
  const theme = pageTheme(view.root)
  const state = view.link ?? INITIAL_STATE
  const { n, selected, at, matches } = state
  const unpackedFigure = unpackFigure(view)
  const points = unpackedFigure.feed && view.progress
    ? await loadPoints(unpackedFigure.feed, view.progress.evaluationCount)
    : null
  const area = axesArea(view)
  const inputs = [
    view.figureJson, String(area), points && drawingKey(unpackedFigure, points),
    JSON.stringify(theme), n, String(at), selected, matches,
  ]
  const build = () => {
    const figure = points ? figureWithRunPoints(unpackedFigure, points) : unpackedFigure
    const linked = linkedFigure(figure, state, { ...MARKER_DENSITY, area })
    const { clientWidth, clientHeight } = view.plot
    const { narrow } = view.data
    const layout = layoutForWidth(linked.layout, clientWidth, clientHeight, narrow)
    view.figure = { ...linked, layout }
    return { figure, ...themedFigure(view, theme) }
  }
  return { inputs, build }
}

/**
 * Draws the chart if any input of the drawing has changed.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
async function drawOnce(view, Plotly) {
  const { inputs, build } = await prepareFigure(view)
  if (view.drawingInputs?.every((value, i) => value === inputs[i])) return
  const { figure, data, layout } = build()
  await Plotly.react(view.plot, data, layout, OPTIONS)
  view.drawingInputs = inputs
  view.removeFirstPicture()
  if (view.progress) recordDrawingTime(view.progress)
  await finishDrawing(view, Plotly, figure)
}

/**
 * Shows the points and lines of a chart that is not drawn yet, as Plotly is still loading.
 * @param {ChartView} view
 */
async function showFirstPicture(view) {
  if (window.Plotly || view.drawCount || view.data.empty) return
  const { build } = await prepareFigure(view)
  const { data, layout } = build()
  const { clientWidth, clientHeight } = view.plot
  if (!clientWidth || !hasFirstPicture(data, layout)) return
  drawFirstPicture(view.addFirstPicture(), data, layout, clientWidth, clientHeight)
  await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)) })
}

/**
 * Updates the note, the table and the URL after a drawing; connects the buttons after the first.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 * @param {Figure} figure
 */
async function finishDrawing(view, Plotly, figure) {
  view.omission = omissionNote(figure)
  view.showNote()
  view.drawCount += 1
  view.plot.dataset.updates = String(view.drawCount)
  if (figure.feed) view.plot.dataset.evaluations = String(figure.evaluationCount)
  if (view.drawCount === 1) connectChart(view, Plotly)
  await restoreViewFromUrl(view, Plotly)
  if (view.showsTable) view.showTable()
}

/**
 * Waits for the first pictures of all charts that are waiting: Plotly, once it is there, keeps the
 * browser busy.
 * @param {ChartView} view
 */
async function showFirstPictures(view) {
  const picture = showFirstPicture(view).catch(() => {}) // the drawing itself reports errors
  firstPictures.add(picture)
  const enough = new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT) })
  await Promise.race([Promise.all(firstPictures), enough])
  firstPictures.delete(picture)
}

/**
 * Draws the chart with the current data, points and link state.
 * @param {ChartView} view
 */
export async function drawChart(view) {
  if (view.isDrawing) {
    view.needsRedraw = true
    return
  }
  view.isDrawing = true
  try {
    await showFirstPictures(view)
    const Plotly = await loadPlotly(view.data.script)
    do {
      view.needsRedraw = false
      await waitUntilVisible() // a hidden tab is not redrawn
      await drawOnce(view, Plotly)
    } while (view.needsRedraw)
  } catch (error) {
    // An existing drawing stays visible; the next update tries again.
    if (!view.drawCount) view.showMessage(error instanceof Error ? error.message : String(error))
  } finally {
    view.isDrawing = false
  }
}
