/* The chart component: creates a chart and updates it in place until it is removed. */

import { addStyleSheet } from "../browser/style_sheet.js"
import { drawChart } from "./chart_drawing.js"
import { chartLink } from "./chart_link.js"
import { ChartView } from "./chart_view.js"
import { progressOf, recordProgress } from "./run_progress.js"

/** @import { ChartData, Cleanup, Component, FeedSpec, Figure } from "../browser/types.js" */

await Promise.all([
  addStyleSheet(new URL("chart.css", import.meta.url)),
  addStyleSheet(new URL("../compat/plotly.css", import.meta.url)),
])

/** @type {WeakMap<Element, ChartView>} */
const views = new WeakMap()

/**
 * A text that changes when the figure changes; the progress of its feed does not count.
 * @param {Figure} figure
 */
function figureKey(figure) {
  if (!figure.feed) return JSON.stringify(figure)
  return JSON.stringify({ ...figure, feed: { ...figure.feed, evaluations: null } })
}

/**
 * Redraws the chart whenever the state of its link changes.
 * @param {ChartView} view
 * @param {string} name
 */
function listenToLink(view, name) {
  const link = name ? chartLink(name) : null
  if (view.link === link) return
  view.link?.listeners.delete(view.redraw)
  view.link = link
  link?.listeners.add(view.redraw)
}

/**
 * Redraws the chart whenever its run has new evaluations.
 * @param {ChartView} view
 * @param {FeedSpec | undefined} feed
 */
function listenToProgress(view, feed) {
  const progress = feed ? progressOf(feed.run) : null
  if (view.progress !== progress) {
    view.progress?.listeners.delete(view.redraw)
    view.progress = progress
    progress?.listeners.add(view.redraw)
  }
  if (progress && feed) recordProgress(progress, feed.evaluations)
}

/**
 * The view of the chart in an element; creates it at the first call.
 * @param {HTMLElement} root
 * @param {ChartData} data
 */
function chartViewFor(root, data) {
  const existingView = views.get(root)
  if (existingView) return existingView
  const view = new ChartView(root, data)
  view.redraw = () => requestAnimationFrame(() => drawChart(view))
  views.set(root, view)
  return view
}

/** @param {ChartView} view */
function removeView(view) {
  view.isRemoved = true
  view.observer?.disconnect()
  view.headObserver.disconnect()
  view.link?.listeners.delete(view.redraw)
  view.progress?.listeners.delete(view.redraw)
  views.delete(view.root)
  if (view.drawCount > 0) window.Plotly?.purge(view.plot)
}

/**
 * @param {Component<ChartData>} component
 * @returns {Cleanup | undefined}
 */
export default function showChart({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-chart")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const view = chartViewFor(root, data)
  view.figureJson = figureKey(data.figure)
  view.reportPick = (number, run) => setTriggerValue("picked", run ? { number, run } : number)
  view.reportBrush = (ranges) => setTriggerValue("brushed", ranges)
  view.update(data)
  listenToLink(view, data.link)
  listenToProgress(view, data.figure.feed)
  drawChart(view)
  return () => removeView(view)
}
