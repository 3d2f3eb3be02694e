/* Draws one Plotly figure into one element and updates it in place with Plotly.react. */

import { pageVisible } from "../browser/page_visibility.js"
import { WHOLE_RUN } from "./chart_link.js"
import { connectChart } from "./chart_tools.js"
import { fedFigure, omissionNote, pictureState } from "./fed_figure.js"
import { concreteValues } from "./figure_values.js"
import { figureAtMoment } from "./moment_figure.js"
import { pageTheme } from "./page_theme.js"
import { loadPlotly } from "./plotly_library.js"
import { recordDrawingTime } from "./run_growth.js"
import { pointsUpTo } from "./run_points.js"
import { showFromAddress } from "./view_address.js"

/** @import { PlotlyLibrary } from "../browser/plotly.js" */
/** @import { Figure, Theme } from "../browser/types.js" */
/** @import { ChartView } from "./chart_view.js" */

const OPTIONS = { displayModeBar: false, responsive: false, doubleClick: "reset+autosize" }

/**
 * The figure with its arrays unpacked, anew only where it has changed.
 * @param {ChartView} view
 */
function unpackedFigure(view) {
  if (view.unpacked?.from !== view.figureText) {
    view.unpacked = { figure: concreteValues(view.data.figure, {}), from: view.figureText }
  }
  return view.unpacked.figure
}

/**
 * The figure as it is drawn now: colours are values, and dragging does what was chosen.
 * @param {ChartView} view
 * @param {Theme} theme
 */
function drawnFigure(view, theme) {
  const { data, layout } = view.figure
  const figure = concreteValues({ data, layout }, theme)
  figure.layout.height = view.data.height
  if (view.pan) (figure.layout.scene ?? figure.layout).dragmode = "pan"
  return figure
}

/**
 * Draws the chart, if anything that it depends on has changed.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
async function drawOnce(view, Plotly) {
  const theme = pageTheme(view.root)
  const moment = view.link ?? WHOLE_RUN
  const { n, selected, at, matches } = moment
  const unpacked = unpackedFigure(view)
  const points = unpacked.feed && view.growth
    ? await pointsUpTo(unpacked.feed, view.growth.upto)
    : null
  const drawnFrom = [
    view.figureText, points && pictureState(unpacked, points), JSON.stringify(theme),
    n, String(at), selected, matches,
  ]
  if (view.drawnFrom?.every((value, i) => value === drawnFrom[i])) return
  const figure = points ? fedFigure(unpacked, points) : unpacked
  view.figure = figureAtMoment(figure, moment)
  const drawn = drawnFigure(view, theme)
  await Plotly.react(view.plot, drawn.data, drawn.layout, OPTIONS)
  view.drawnFrom = drawnFrom
  if (view.growth) recordDrawingTime(view.growth)
  await showUpdate(view, Plotly, figure)
}

/**
 * Brings what stands around the drawing up to date with it.
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 * @param {Figure} figure
 */
async function showUpdate(view, Plotly, figure) {
  view.omission = omissionNote(figure)
  view.showNote()
  view.updates += 1
  view.plot.dataset.updates = String(view.updates)
  if (figure.feed) view.plot.dataset.upto = String(figure.upto)
  if (view.updates === 1) connectChart(view, Plotly)
  await showFromAddress(view, Plotly)
  if (view.tabular) view.showTable()
}

/**
 * Draws the chart as its data, its run and what it is linked with are now.
 * @param {ChartView} view
 */
export async function drawChart(view) {
  if (view.drawing) {
    view.drawAgain = true
    return
  }
  view.drawing = true
  try {
    const Plotly = await loadPlotly(view.data.script)
    do {
      view.drawAgain = false
      await pageVisible() // a tab that nobody looks at need not keep up
      await drawOnce(view, Plotly)
    } while (view.drawAgain)
  } catch (error) {
    // What is drawn stays; the next update tries again.
    if (!view.updates) view.showInstead(error instanceof Error ? error.message : String(error))
  } finally {
    view.drawing = false
  }
}
