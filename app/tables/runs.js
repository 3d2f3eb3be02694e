/* The table of runs, updated row by row: keeps the focus, the selection and an open menu. */

import { createElement } from "../browser/elements.js"
import { addScrollHint } from "../browser/scroll_hint.js"
import { addStyleSheet } from "../browser/style_sheet.js"
import { createMenu, openMenu } from "./run_menu.js"
import { createCheckbox, runRow } from "./run_row.js"

/** @import { Component, RunRow, RunsData } from "../browser/types.js" */

await addStyleSheet(new URL("runs.css", import.meta.url))

const WIDTHS = ["34px", "20.5%", "12.5%", "18.5%", "9%", "13%", "16.5%", "10%", "40px"]
const CAPTION = "Runs: the name opens a run, the checkbox selects it for an action."

/** @type {WeakMap<Element, RunsTable>} */
const tables = new WeakMap()

function columnWidths() {
  const group = createElement("colgroup")
  for (const width of WIDTHS) {
    const column = createElement("col")
    column.style.width = width
    group.append(column)
  }
  return group
}

class RunsTable {
  table = createElement("table")
  head = this.table.createTHead()
  body = this.table.createTBody()
  menu = createMenu()
  selectAllBox = createCheckbox("Select all runs shown")
  /** The rows by run id, with the data of each as text.
   * @type {Map<string, { json: string, row: HTMLTableRowElement }>} */
  rowCache = new Map()
  /** The data of the header as text. */
  headerJson = ""
  /** The run ids in the order of the rows. @type {string[]} */
  runIds = []
  /** The ids of the selected runs. @type {Set<string>} */
  selection = new Set()
  /** The id of the run whose checkbox was clicked last. @type {string | undefined} */
  lastSelectedRun
  /** @type {number | undefined} */
  revision
  /** Requests an action for a run from the page. @type {(run: string, action: string) => void} */
  requestAction = () => {}
  /** Sends the selected run ids to the page. @type {(runIds: string[]) => void} */
  reportSelection = () => {}
  /** Sends the name of the sort column to the page. @type {(column: string) => void} */
  reportSort = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.table.dataset.testid = "table-runs"
    this.table.prepend(createElement("caption", "", CAPTION), columnWidths())
    this.selectAllBox.addEventListener("click", () => this.selectAll(this.selectAllBox.checked))
    root.replaceChildren(this.table, this.menu)
    addScrollHint(root)
  }

  /** Updates the checkboxes and the highlighting of the selected rows. */
  markSelection() {
    for (const row of this.body.rows) {
      const selected = this.selection.has(row.dataset.run ?? "")
      row.classList.toggle("selected", selected)
      const box = row.querySelector("input")
      if (box) box.checked = selected
    }
    const count = this.runIds.filter((id) => this.selection.has(id)).length
    this.selectAllBox.checked = count > 0 && count === this.runIds.length
    this.selectAllBox.indeterminate = count > 0 && count < this.runIds.length
  }

  /**
   * Selects or deselects runs and reports the selection.
   * @param {string[]} runIds
   * @param {boolean} selected
   */
  setSelected(runIds, selected) {
    for (const id of runIds) {
      if (selected) this.selection.add(id)
      else this.selection.delete(id)
    }
    this.markSelection()
    this.reportSelection([...this.selection])
  }

  /**
   * Selects a run, or all runs from the last selected one to it.
   * @param {string} id
   * @param {boolean} selected
   * @param {boolean} range
   */
  select(id, selected, range) {
    const lastRun = this.lastSelectedRun
    const lastIndex = lastRun === undefined ? -1 : this.runIds.indexOf(lastRun)
    const [from, to] = [lastIndex, this.runIds.indexOf(id)].toSorted((a, b) => a - b)
    this.lastSelectedRun = id
    const runsBetween = range && from >= 0 ? this.runIds.slice(from, to + 1) : []
    this.setSelected([...runsBetween, id], selected)
  }

  /** @param {boolean} selected */
  selectAll(selected) {
    this.setSelected(this.runIds, selected)
  }

  /**
   * Creates the header with a sort button for each column.
   * @param {RunsData} data
   */
  headerRow({ columns, order }) {
    const row = createElement("tr")
    const checkboxCell = createElement("td", "pick")
    checkboxCell.append(this.selectAllBox)
    const titles = columns.map(({ name, title }) => {
      const cell = createElement("th")
      cell.scope = "col"
      const isDescending = order === `-${name}`
      const isSorted = isDescending || order === name
      const direction = isDescending ? "descending" : "ascending"
      cell.setAttribute("aria-sort", isSorted ? direction : "none")
      const arrow = isSorted ? (isDescending ? " ↓" : " ↑") : ""
      const button = createElement("button", "", title + arrow, "Sort")
      button.type = "button"
      button.dataset.part = `sort-${name}`
      button.addEventListener("click", () => this.reportSort(name))
      cell.append(button)
      return cell
    })
    row.append(checkboxCell, ...titles, createElement("td", "more"))
    return row
  }

  /**
   * The row of a run; the cached row if its data has not changed.
   * @param {RunRow} run
   */
  rowFor(run) {
    const json = JSON.stringify(run)
    const cachedRow = this.rowCache.get(run.id)
    if (cachedRow?.json === json) return cachedRow.row
    const row = runRow(run, {
      requestAction: (id, action) => this.requestAction(id, action),
      select: (id, selected, range) => this.select(id, selected, range),
      openMenu: (menuRun, button) =>
        openMenu(this.menu, menuRun, button, (id, action) => this.requestAction(id, action)),
    })
    this.rowCache.set(run.id, { json, row })
    return row
  }

  /** The run and the name of the control that has the focus; null if it is not in the table. */
  focusedControl() {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLElement) || !this.table.contains(activeElement)) return null
    return { run: activeElement.closest("tr")?.dataset.run, name: activeElement.dataset.part }
  }

  /**
   * Focuses a control: the link of the row if it has no name.
   * @param {{ run: string | undefined, name: string | undefined }} control
   */
  focusControl({ run, name }) {
    const parent = run ? this.body.querySelector(`tr[data-run="${CSS.escape(run)}"]`) : this.head
    const target = parent?.querySelector(name ? `[data-part="${name}"]` : "a")
    if (target instanceof HTMLElement) target.focus()
  }

  /** @param {RunsData} data */
  update(data) {
    if (this.revision !== data.revision) {
      this.revision = data.revision
      this.selection = new Set(data.selected)
    }
    const focusedControl = this.focusedControl()
    const headerJson = JSON.stringify([data.columns, data.order])
    if (this.headerJson !== headerJson) {
      this.headerJson = headerJson
      this.head.replaceChildren(this.headerRow(data))
    }
    this.runIds = data.rows.map((run) => run.id)
    const rows = data.rows.map((run) => this.rowFor(run))
    const currentRows = [...this.body.rows]
    const hasSameRows =
      rows.length === currentRows.length && rows.every((row, i) => row === currentRows[i])
    if (!hasSameRows) this.body.replaceChildren(...rows)
    if (focusedControl && !this.table.contains(document.activeElement)) {
      this.focusControl(focusedControl)
    }
    this.markSelection()
  }
}

/** @param {Component<RunsData>} component */
export default function showRuns({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-runs")
  if (!(root instanceof HTMLElement) || !data) return
  const table = tables.get(root) ?? new RunsTable(root)
  tables.set(root, table)
  table.requestAction = (run, action) => setTriggerValue("asked", { run, action })
  table.reportSelection = (runIds) => setTriggerValue("picked", runIds)
  table.reportSort = (column) => setTriggerValue("sorted", column)
  table.update(data)
}
