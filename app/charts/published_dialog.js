/* A dialog that shows a chart in the style of published figures, with download buttons. */

import { createElement, findElement } from "../browser/elements.js"
import { PUBLISHED_STYLE } from "./engine_styles.js"
import { downloadCsv } from "./file_download.js"
import { publishedFigure } from "./published_figure.js"

/** @import { PlotlyLibrary } from "../browser/plotly.js" */
/** @import { ChartView } from "./chart_view.js" */

const HTML = `
  <div class="dynas-printed-plot"></div>
  <div class="dynas-printed-tools">
    <button type="button" data-as="png">PNG</button>
    <button type="button" data-as="svg">SVG</button>
    <button type="button" data-as="csv">CSV</button>
    <button type="button" data-as="close" autofocus>Close</button>
  </div>`

/**
 * @param {ChartView} view
 * @param {PlotlyLibrary} Plotly
 */
export function openPublishedDialog(view, Plotly) {
  const { name, title } = view.data
  const dialog = createElement("dialog", "dynas-printed")
  dialog.dataset.testid = `printed-${name}`
  dialog.setAttribute("aria-label", `${title} as a published figure`)
  dialog.innerHTML = HTML
  const plot = findElement(dialog, ".dynas-printed-plot")
  const figure = publishedFigure(view.figure, PUBLISHED_STYLE, title)
  const { width, height } = figure.layout
  const filename = `dynas-${name}-figure`
  const size = { filename, width, height }
  /** @type {Record<string, () => unknown>} */
  const actions = {
    png: () => Plotly.downloadImage(plot, { ...size, format: "png", scale: 3 }),
    svg: () => Plotly.downloadImage(plot, { ...size, format: "svg" }),
    csv: () => downloadCsv(figure, `${filename}.csv`),
    close: () => dialog.close(),
  }
  dialog.querySelectorAll("button").forEach((button) => {
    const action = actions[button.dataset.as ?? ""]
    button.addEventListener("click", () => action())
  })
  dialog.addEventListener("close", () => {
    Plotly.purge(plot)
    dialog.remove()
  })
  view.root.append(dialog)
  dialog.showModal()
  Plotly.newPlot(plot, figure.data, figure.layout, { displayModeBar: false, staticPlot: true })
}
