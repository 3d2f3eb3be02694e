/* Runs as a table that is updated row by row: focus, selection and an open menu stay. */

import { element } from "../browser/elements.js"
import { addStyleSheet } from "../browser/style_sheet.js"
import { emptyMenu, openMenu } from "./run_menu.js"
import { checkbox, runRow } from "./run_row.js"

/** @import { Component, RunRow, RunsData } from "../browser/types.js" */

await addStyleSheet(new URL("runs.css", import.meta.url))

const WIDTHS = ["34px", "26%", "12%", "27%", "12%", "15%", "11%", "40px"]
const CAPTION = "Runs; the name opens one, the box selects it for an action."

/** @type {WeakMap<Element, RunsTable>} */
const tables = new WeakMap()

function columnWidths() {
  const group = element("colgroup")
  for (const width of WIDTHS) {
    const column = element("col")
    column.style.width = width
    group.append(column)
  }
  return group
}

class RunsTable {
  table = element("table")
  head = this.table.createTHead()
  body = this.table.createTBody()
  menu = emptyMenu()
  allBox = checkbox("Select all runs shown")
  /** The rows that are drawn by run, with what each was drawn from.
   * @type {Map<string, { text: string, row: HTMLTableRowElement }>} */
  drawnRows = new Map()
  /** What the header was drawn from. */
  drawnHead = ""
  /** The runs in the order of the rows. @type {string[]} */
  ids = []
  /** The selected runs, and the one that was selected last. @type {Set<string>} */
  selection = new Set()
  /** @type {string | undefined} */
  lastSelected
  /** @type {number | undefined} */
  revision
  /** Asks the page to do something with a run. @type {(run: string, action: string) => void} */
  ask = () => {}
  /** Tells the page which runs are selected. @type {(ids: string[]) => void} */
  reportSelection = () => {}
  /** Tells the page which column sorts. @type {(column: string) => void} */
  reportSort = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.table.dataset.testid = "table-runs"
    this.table.prepend(element("caption", "", CAPTION), columnWidths())
    this.allBox.addEventListener("click", () => this.selectAll(this.allBox.checked))
    root.replaceChildren(this.table, this.menu)
  }

  /** Shows which runs are selected. */
  markSelection() {
    for (const row of this.body.rows) {
      const selected = this.selection.has(row.dataset.run ?? "")
      row.classList.toggle("selected", selected)
      const box = row.querySelector("input")
      if (box) box.checked = selected
    }
    const count = this.ids.filter((id) => this.selection.has(id)).length
    this.allBox.checked = count > 0 && count === this.ids.length
    this.allBox.indeterminate = count > 0 && count < this.ids.length
  }

  /**
   * @param {string[]} ids
   * @param {boolean} selected
   */
  setSelected(ids, selected) {
    for (const id of ids) {
      if (selected) this.selection.add(id)
      else this.selection.delete(id)
    }
    this.markSelection()
    this.reportSelection([...this.selection])
  }

  /**
   * Selects a run, or all between it and the one before.
   * @param {string} id
   * @param {boolean} selected
   * @param {boolean} range
   */
  select(id, selected, range) {
    const before = this.lastSelected === undefined ? -1 : this.ids.indexOf(this.lastSelected)
    const [from, to] = [before, this.ids.indexOf(id)].toSorted((a, b) => a - b)
    this.lastSelected = id
    const between = range && from >= 0 ? this.ids.slice(from, to + 1) : []
    this.setSelected([...between, id], selected)
  }

  /** @param {boolean} selected */
  selectAll(selected) {
    this.setSelected(this.ids, selected)
  }

  /** @param {RunsData} data */
  headerRow({ columns, order }) {
    const row = element("tr")
    const pick = element("td", "pick")
    pick.append(this.allBox)
    const titles = columns.map(({ name, title }) => {
      const cell = element("th")
      cell.scope = "col"
      const falls = order === `-${name}`
      const sorted = falls || order === name
      cell.setAttribute("aria-sort", sorted ? (falls ? "descending" : "ascending") : "none")
      const arrow = sorted ? (falls ? " ↓" : " ↑") : ""
      const button = element("button", "", title + arrow, "Sort")
      button.type = "button"
      button.dataset.part = `sort-${name}`
      button.addEventListener("click", () => this.reportSort(name))
      cell.append(button)
      return cell
    })
    row.append(pick, ...titles, element("td", "more"))
    return row
  }

  /**
   * The row of a run, the same as before where nothing in it has changed.
   * @param {RunRow} run
   */
  rowOf(run) {
    const text = JSON.stringify(run)
    const known = this.drawnRows.get(run.id)
    if (known?.text === text) return known.row
    const row = runRow(run, {
      ask: (id, action) => this.ask(id, action),
      select: (id, selected, range) => this.select(id, selected, range),
      openMenu: (of, button) =>
        openMenu(this.menu, of, button, (id, action) => this.ask(id, action)),
    })
    this.drawnRows.set(run.id, { text, row })
    return row
  }

  /** The part of the table that has the focus: the run of its row and its name there. */
  focusedPart() {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLElement) || !this.table.contains(activeElement)) return null
    return { run: activeElement.closest("tr")?.dataset.run, name: activeElement.dataset.part }
  }

  /** @param {{ run: string | undefined, name: string | undefined }} focused */
  focusPart({ run, name }) {
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
    const focused = this.focusedPart()
    const head = JSON.stringify([data.columns, data.order])
    if (this.drawnHead !== head) {
      this.drawnHead = head
      this.head.replaceChildren(this.headerRow(data))
    }
    this.ids = data.rows.map((run) => run.id)
    const rows = data.rows.map((run) => this.rowOf(run))
    const shown = [...this.body.rows]
    const same = rows.length === shown.length && rows.every((row, i) => row === shown[i])
    if (!same) this.body.replaceChildren(...rows)
    if (focused && !this.table.contains(document.activeElement)) this.focusPart(focused)
    this.markSelection()
  }
}

/** @param {Component<RunsData>} component */
export default function showRuns({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-runs")
  if (!(root instanceof HTMLElement) || !data) return
  const table = tables.get(root) ?? new RunsTable(root)
  tables.set(root, table)
  table.ask = (run, action) => setTriggerValue("asked", { run, action })
  table.reportSelection = (ids) => setTriggerValue("picked", ids)
  table.reportSort = (column) => setTriggerValue("sorted", column)
  table.update(data)
}
