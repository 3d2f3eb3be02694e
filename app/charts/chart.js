/* A chart on a page: it is drawn once, and updated in place as long as it is there. */

import { addStyleSheet } from "../browser/style_sheet.js"
import { drawChart } from "./chart_drawing.js"
import { chartLink } from "./chart_link.js"
import { ChartView } from "./chart_view.js"
import { growthOf, recordGrowth } from "./run_growth.js"

/** @import { ChartData, Component, End, FeedSpec, Figure } from "../browser/types.js" */

await Promise.all([
  addStyleSheet(new URL("chart.css", import.meta.url)),
  addStyleSheet(new URL("../compat/plotly.css", import.meta.url)),
])

/** @type {WeakMap<Element, ChartView>} */
const views = new WeakMap()

/**
 * The figure as text, without how far its feed is: that alone is no other figure.
 * @param {Figure} figure
 */
function textOf(figure) {
  if (!figure.feed) return JSON.stringify(figure)
  return JSON.stringify({ ...figure, feed: { ...figure.feed, upto: null } })
}

/**
 * Draws the chart anew whenever what it is linked with changes.
 * @param {ChartView} view
 * @param {string} name
 */
function followLink(view, name) {
  const link = name ? chartLink(name) : null
  if (view.link === link) return
  view.link?.followers.delete(view.redraw)
  view.link = link
  link?.followers.add(view.redraw)
}

/**
 * Draws the chart anew whenever the run that feeds it has grown.
 * @param {ChartView} view
 * @param {FeedSpec | undefined} feed
 */
function followGrowth(view, feed) {
  const growth = feed ? growthOf(feed.run) : null
  if (view.growth !== growth) {
    view.growth?.followers.delete(view.redraw)
    view.growth = growth
    growth?.followers.add(view.redraw)
  }
  if (growth && feed) recordGrowth(growth, feed.upto)
}

/**
 * @param {HTMLElement} root
 * @param {ChartData} data
 */
function viewOf(root, data) {
  const known = views.get(root)
  if (known) return known
  const view = new ChartView(root, data)
  view.redraw = () => requestAnimationFrame(() => drawChart(view))
  views.set(root, view)
  return view
}

/** @param {ChartView} view */
function end(view) {
  view.ended = true
  view.observer?.disconnect()
  view.link?.followers.delete(view.redraw)
  view.growth?.followers.delete(view.redraw)
  views.delete(view.root)
  if (view.updates > 0) window.Plotly?.purge(view.plot)
}

/**
 * @param {Component<ChartData>} component
 * @returns {End | undefined}
 */
export default function showChart({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-chart")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const view = viewOf(root, data)
  view.figureText = textOf(data.figure)
  view.pick = (number, run) => setTriggerValue("picked", run ? { number, run } : number)
  view.brush = (ranges) => setTriggerValue("brushed", ranges)
  view.update(data)
  followLink(view, data.link)
  followGrowth(view, data.figure.feed)
  drawChart(view)
  return () => end(view)
}
