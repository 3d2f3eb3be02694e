/* The elements of a chart on the page and its state in the browser. */

import { findElement } from "../browser/elements.js"
import { dataTable } from "./data_table.js"
import { axisTitle } from "./figure_rows.js"
import { plotHeight } from "./narrow_layout.js"

/** @import { PlotElement, PlotPoint } from "../browser/plotly.js" */
/** @import { ChartData, Figure } from "../browser/types.js" */
/** @import { ChartLink } from "./chart_link.js" */
/** @import { RunProgress } from "./run_progress.js" */

/** @type {Record<string, string>} */
const ICONS = {
  reset: '<path d="M3 8a5 5 0 1 1 1.6 3.7M3 12.2V8.6h3.6"/>',
  table: '<path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9"/>',
  pan: '<path d="M8 2v12M2 8h12M8 2 6.5 3.6M8 2l1.5 1.6M8 14l-1.5-1.6M8 14l1.5-1.6M2 8l1.6-1.5M2 8l1.6 1.5M14 8l-1.6-1.5M14 8l-1.6 1.5"/>',
}
const CHARTS_WITH_PANNING = new Set(["pareto", "front"])

/**
 * @param {string} address of a page of the documentation
 * @returns {HTMLAnchorElement} a link that opens it in another tab
 */
function moreLink(address) {
  const link = document.createElement("a")
  Object.assign(link, { href: address, target: "_blank", rel: "noopener", textContent: "More" })
  return link
}

/**
 * @param {string} chart
 * @param {string} name
 * @param {string} help
 * @param {string} [label] in place of an icon
 */
function toolButton(chart, name, help, label) {
  const content = ICONS[name]
    ? `<svg viewBox="0 0 16 16" aria-hidden="true">${ICONS[name]}</svg>`
    : label
  return `<button type="button" data-testid="${chart}-${name}" title="${help}" aria-label="${help}">${content}</button>`
}

/** @param {string} name of the chart, which the page assigns */
function chartHtml(name) {
  return `
    <div class="dynas-chart-head">
      <div class="dynas-chart-title"></div>
      <button type="button" class="dynas-chart-help" data-testid="${name}-help" aria-expanded="false" hidden>?</button>
      <button type="button" class="dynas-chart-more" data-testid="${name}-more" aria-label="Chart tools" title="Chart tools" aria-expanded="false" hidden>⋯</button>
      <div class="dynas-chart-tools" role="toolbar" aria-label="Chart tools">
        ${CHARTS_WITH_PANNING.has(name) ? toolButton(name, "pan", "Drag moves the chart") : ""}
        ${toolButton(name, "reset", "Reset the axes")}
        ${toolButton(name, "table", "Show the data as a table")}
        ${toolButton(name, "png", "Download as PNG picture", "PNG")}
        ${toolButton(name, "svg", "Download as SVG drawing", "SVG")}
        ${toolButton(name, "csv", "Download the data as CSV", "CSV")}
        ${toolButton(name, "figure", "Show as a published figure, for papers", "Figure")}
      </div>
    </div>
    <div class="dynas-chart-about" hidden></div>
    <div class="dynas-chart-body">
      <div class="dynas-chart-plot" role="img" data-testid="plot-${name}"></div>
      <div class="dynas-chart-keys" aria-hidden="true">Arrow keys, Home and End move along the front</div>
      <div class="dynas-chart-said" role="status"></div>
      <div class="dynas-chart-table" tabindex="0" role="region" data-testid="data-${name}" hidden></div>
      <div class="dynas-chart-empty" hidden></div>
    </div>
    <div class="dynas-chart-note" hidden></div>`
}

export class ChartView {
  /** Whether dragging moves the chart. */
  isPanning = false
  /** Whether the data is shown as a table. */
  showsTable = false
  /** The number of drawings so far. */
  drawCount = 0
  /** The note on sub-networks that are not drawn. */
  omission = ""
  /** The figure from the server as text. */
  figureJson = ""
  /** The figure with its arrays unpacked, and the text of the figure that it belongs to.
   * @type {{ figure: Figure, json: string } | null} */
  unpackedFigure = null
  /** The inputs of the last drawing. @type {unknown[] | null} */
  drawingInputs = null
  /** Whether a drawing is in progress, and whether another one must follow it. */
  isDrawing = false
  needsRedraw = false
  /** Whether the chart was removed from the page. */
  isRemoved = false
  /** @type {ChartLink | null} */ link = null
  /** @type {RunProgress | null} */ progress = null
  /** @type {ResizeObserver | null} */ observer = null
  /** Delays writing the view to the URL. @type {number | undefined} */ urlTimer
  /** The path of the page, and the axes of the last drawing.
   * @type {string | undefined} */ pagePath
  /** @type {string | undefined} */ axesKey
  /** Draws the chart again in the next animation frame. */
  redraw = () => {}
  /** Sends the picked sub-network to the page. @type {(number: number, run?: string) => void} */
  reportPick = () => {}
  /** Sends the brushed ranges to the page. @type {(ranges: object) => void} */
  reportBrush = () => {}

  /**
   * @param {HTMLElement} root
   * @param {ChartData} data
   */
  constructor(root, data) {
    this.root = root
    this.data = data
    /** The figure that is drawn, with names in place of colours. */
    this.figure = data.figure
    root.dataset.testid = `chart-${data.name}`
    root.innerHTML = chartHtml(data.name)
    this.title = findElement(root, ".dynas-chart-title")
    this.help = findElement(root, ".dynas-chart-help")
    this.about = findElement(root, ".dynas-chart-about")
    this.tools = findElement(root, ".dynas-chart-tools")
    this.plot = /** @type {PlotElement} */ (findElement(root, ".dynas-chart-plot"))
    this.table = findElement(root, ".dynas-chart-table")
    this.empty = findElement(root, ".dynas-chart-empty")
    this.note = findElement(root, ".dynas-chart-note")
    this.said = findElement(root, ".dynas-chart-said")
    this.head = findElement(root, ".dynas-chart-head")
    this.more = findElement(root, ".dynas-chart-more")
    this.more.addEventListener("click", () => this.openTools(this.tools.hasAttribute("hidden")))
    this.headObserver = new ResizeObserver(() => this.fitTools())
    this.headObserver.observe(this.head)
    this.help.addEventListener("click", () => {
      this.about.hidden = !this.about.hidden
      this.help.setAttribute("aria-expanded", String(!this.about.hidden))
    })
  }

  /**
   * The button of a tool, such as `png`; null if the chart does not have it.
   * @param {string} name
   * @returns {HTMLElement | null}
   */
  tool(name) {
    return this.root.querySelector(`[data-testid="${this.data.name}-${name}"]`)
  }

  /**
   * Updates everything around the plot: title, help, note and message.
   * @param {ChartData} data
   */
  update(data) {
    const { title, about, more, description, height, empty, narrow } = data
    this.data = data
    this.title.textContent = title
    this.help.hidden = !about
    this.help.title = about
    this.help.setAttribute("aria-label", `What is this: ${title}?`)
    this.about.replaceChildren(about, " ", moreLink(more))
    this.plot.style.height = `${plotHeight(height, this.root.clientWidth, narrow)}px`
    this.setRole(description)
    this.table.setAttribute("aria-label", `${title} as a table`)
    this.showMessage(empty)
    for (const part of [this.tools, this.more]) {
      part.style.visibility = empty ? "hidden" : "visible"
    }
    this.fitTools()
    this.showNote()
  }

  /** Folds the tools behind a button where they and the title do not fit on one line. */
  fitTools() {
    const { head, more, title, tools } = this
    head.classList.remove("dynas-folded")
    more.hidden = true
    tools.hidden = false
    if (head.scrollWidth <= head.clientWidth && title.scrollWidth <= title.clientWidth) return
    head.classList.add("dynas-folded")
    more.hidden = false
    this.openTools(false)
  }

  /**
   * Opens or closes folded tools.
   * @param {boolean} isOpen
   */
  openTools(isOpen) {
    this.tools.hidden = !isOpen
    this.more.setAttribute("aria-expanded", String(isOpen))
  }

  /**
   * Describes the plot to assistive programs; keys move along its points if they can be picked.
   * @param {string} description
   */
  setRole(description) {
    const { pickable } = this.data
    this.plot.setAttribute("role", pickable ? "application" : "img")
    this.plot.tabIndex = pickable ? 0 : -1
    const keys = pickable ? " Arrow keys move along the front." : ""
    this.plot.setAttribute("aria-label", `${description}${keys}`)
  }

  /**
   * Tells assistive programs which point a key has led to.
   * @param {PlotPoint} point
   */
  announce({ x, y, z, customdata }) {
    const { layout } = this.figure
    const axes = layout.scene ?? layout
    const values = /** @type {const} */ ([[axes.yaxis, y], [axes.xaxis, x], [axes.zaxis, z]])
      .filter(([, value]) => value !== undefined)
      .map(([axis, value]) => `${axisTitle(axis, "")} ${Number(value?.toPrecision(6))}`)
    this.said.textContent = `#${customdata}: ${values.join("; ")}`
  }

  /**
   * Shows a message in place of the plot; shows the plot if `text` is empty.
   * @param {string} text
   */
  showMessage(text) {
    this.empty.hidden = !text
    this.empty.textContent = text
  }

  /** A canvas in place of the plot. */
  addFirstPicture() {
    this.removeFirstPicture()
    const canvas = document.createElement("canvas")
    canvas.className = "dynas-chart-first"
    canvas.setAttribute("aria-hidden", "true")
    this.plot.after(canvas)
    return canvas
  }

  removeFirstPicture() {
    this.root.querySelector(".dynas-chart-first")?.remove()
  }

  showNote() {
    this.note.textContent = this.data.note || this.omission
    this.note.hidden = !this.note.textContent
  }

  showTable() {
    this.table.hidden = !this.showsTable
    this.tool("table")?.setAttribute("aria-pressed", String(this.showsTable))
    if (this.showsTable) this.table.replaceChildren(dataTable(this.figure, this.data.title))
  }
}
