/* The elements of a chart on the page, and what the browser remembers of it. */

import { part } from "../browser/elements.js"
import { dataTable } from "./data_table.js"

/** @import { PlotElement } from "../browser/plotly.js" */
/** @import { ChartData, Figure } from "../browser/types.js" */
/** @import { ChartLink } from "./chart_link.js" */
/** @import { RunGrowth } from "./run_growth.js" */

/** @type {Record<string, string>} */
const ICONS = {
  reset: '<path d="M3 8a5 5 0 1 1 1.6 3.7M3 12.2V8.6h3.6"/>',
  table: '<path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9"/>',
  pan: '<path d="M8 2v12M2 8h12M8 2 6.5 3.6M8 2l1.5 1.6M8 14l-1.5-1.6M8 14l1.5-1.6M2 8l1.6-1.5M2 8l1.6 1.5M14 8l-1.6-1.5M14 8l-1.6 1.5"/>',
}
const WITH_PANNING = new Set(["pareto", "front"])

/**
 * @param {string} chart
 * @param {string} name
 * @param {string} help
 * @param {string} [label] in place of an icon
 */
function toolButton(chart, name, help, label) {
  const face = ICONS[name]
    ? `<svg viewBox="0 0 16 16" aria-hidden="true">${ICONS[name]}</svg>`
    : label
  return `<button type="button" data-testid="${chart}-${name}" title="${help}" aria-label="${help}">${face}</button>`
}

/** @param {string} name of the chart, which the page gives it */
function chartHtml(name) {
  return `
    <div class="dynas-chart-head">
      <div class="dynas-chart-title"></div>
      <button type="button" class="dynas-chart-help" data-testid="${name}-help" aria-expanded="false" hidden>?</button>
      <div class="dynas-chart-tools" role="toolbar" aria-label="Chart tools">
        ${WITH_PANNING.has(name) ? toolButton(name, "pan", "Drag moves the chart") : ""}
        ${toolButton(name, "reset", "Reset the axes")}
        ${toolButton(name, "table", "Show the data as a table")}
        ${toolButton(name, "png", "Download as PNG picture", "PNG")}
        ${toolButton(name, "svg", "Download as SVG drawing", "SVG")}
        ${toolButton(name, "csv", "Download the data as CSV", "CSV")}
        ${toolButton(name, "figure", "As a published figure, for papers", "Figure")}
      </div>
    </div>
    <div class="dynas-chart-about" hidden></div>
    <div class="dynas-chart-body">
      <div class="dynas-chart-plot" role="img" data-testid="plot-${name}"></div>
      <div class="dynas-chart-table" tabindex="0" role="region" data-testid="data-${name}" hidden></div>
      <div class="dynas-chart-empty" hidden></div>
    </div>
    <div class="dynas-chart-note" hidden></div>`
}

export class ChartView {
  /** What the visitor has chosen: dragging moves the chart. */
  pan = false
  /** What the visitor has chosen: the data as a table. */
  tabular = false
  /** How often the chart was drawn. */
  updates = 0
  /** What is said of sub-networks that are not drawn. */
  omission = ""
  /** The figure as it came, as text. */
  figureText = ""
  /** The figure with its arrays unpacked, and the text that it was made from.
   * @type {{ figure: Figure, from: string } | null} */
  unpacked = null
  /** What the drawing was made of. @type {unknown[] | null} */
  drawnFrom = null
  /** Whether the chart is being drawn, and is to be drawn once more after that. */
  drawing = false
  drawAgain = false
  /** Whether the chart has been taken off the page. */
  ended = false
  /** @type {ChartLink | null} */ link = null
  /** @type {RunGrowth | null} */ growth = null
  /** @type {ResizeObserver | null} */ observer = null
  /** A timer. @type {number | undefined} */ settling
  /** The path of the page, and the axes that were shown last.
   * @type {string | undefined} */ path
  /** @type {string | undefined} */ shownAxes
  /** Draws the chart again, when the browser next draws. */
  redraw = () => {}
  /** Tells the page which sub-network was picked. @type {(number: number, run?: string) => void} */
  pick = () => {}
  /** Tells the page which ranges are brushed. @type {(ranges: object) => void} */
  brush = () => {}

  /**
   * @param {HTMLElement} root
   * @param {ChartData} data
   */
  constructor(root, data) {
    this.root = root
    this.data = data
    /** The figure as it is drawn, with names of colours. */
    this.figure = data.figure
    root.dataset.testid = `chart-${data.name}`
    root.innerHTML = chartHtml(data.name)
    this.title = part(root, ".dynas-chart-title")
    this.help = part(root, ".dynas-chart-help")
    this.about = part(root, ".dynas-chart-about")
    this.tools = part(root, ".dynas-chart-tools")
    this.plot = /** @type {PlotElement} */ (part(root, ".dynas-chart-plot"))
    this.table = part(root, ".dynas-chart-table")
    this.empty = part(root, ".dynas-chart-empty")
    this.note = part(root, ".dynas-chart-note")
    this.help.addEventListener("click", () => {
      this.about.hidden = !this.about.hidden
      this.help.setAttribute("aria-expanded", String(!this.about.hidden))
    })
  }

  /**
   * A tool of the chart, such as `png`; null where it does not have it.
   * @param {string} name
   * @returns {HTMLElement | null}
   */
  tool(name) {
    return this.root.querySelector(`[data-testid="${this.data.name}-${name}"]`)
  }

  /**
   * Shows what stands around the drawing.
   * @param {ChartData} data
   */
  update(data) {
    const { title, about, description, height, empty } = data
    this.data = data
    this.title.textContent = title
    this.help.hidden = !about
    this.help.title = about
    this.help.setAttribute("aria-label", `What is this: ${title}?`)
    this.about.textContent = about
    this.plot.style.height = `${height}px`
    this.plot.setAttribute("aria-label", description)
    this.table.setAttribute("aria-label", `${title} as a table`)
    this.showInstead(empty)
    this.tools.style.visibility = empty ? "hidden" : "visible"
    this.showNote()
  }

  /**
   * Says why there is no drawing; shows the drawing where `text` is empty.
   * @param {string} text
   */
  showInstead(text) {
    this.empty.hidden = !text
    this.empty.textContent = text
  }

  showNote() {
    this.note.textContent = this.data.note || this.omission
    this.note.hidden = !this.note.textContent
  }

  showTable() {
    this.table.hidden = !this.tabular
    this.tool("table")?.setAttribute("aria-pressed", String(this.tabular))
    if (this.tabular) this.table.replaceChildren(dataTable(this.figure, this.data.title))
  }
}
