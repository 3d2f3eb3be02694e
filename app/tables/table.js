/* A table with selectable rows and sortable columns, for mouse and keyboard. */

import { createElement } from "../browser/elements.js"
import { addScrollHint } from "../browser/scroll_hint.js"
import { addStyleSheet } from "../browser/style_sheet.js"
import { splitTitle } from "./column_title.js"

/** @import { Component, TableColumn, TableData, TableRow } from "../browser/types.js" */

await addStyleSheet(new URL("table.css", import.meta.url))

const ARROWS = { ascending: " ▲", descending: " ▼", "": "" }

/** @type {WeakMap<Element, Table>} */
const tables = new WeakMap()

/**
 * Adds a title to an element; its arrow stays on one line with the word before it. Names with
 * underscores may be broken behind these.
 * @template {HTMLElement} Element
 * @param {Element} parent
 * @param {string} title
 */
function addTitle(parent, title) {
  const [start, end] = splitTitle(title)
  start.split(/(?<=_)/u).forEach((part, i) => {
    parent.append(...(i ? [document.createElement("wbr")] : []), part)
  })
  if (start.endsWith("_")) parent.append(document.createElement("wbr"))
  if (end) parent.append(createElement("span", "together", end))
  return parent
}

/**
 * @param {TableColumn} column
 * @param {(name: string) => void} sort
 */
function headerCell({ title, numeric, name, order }, sort) {
  const cell = createElement("th", numeric ? "numeric" : "")
  cell.scope = "col"
  if (!name) return addTitle(cell, title)
  const button = addTitle(createElement("button"), title + ARROWS[order])
  button.type = "button"
  button.title = `Sort by ${title}`
  button.addEventListener("click", () => sort(name))
  cell.setAttribute("aria-sort", order || "none")
  cell.append(button)
  return cell
}

/**
 * @param {TableRow} row
 * @param {TableData} data
 * @param {(number: number) => void} pick
 */
function bodyRow(row, { columns, selected }, pick) {
  const tableRow = createElement("tr")
  tableRow.tabIndex = -1
  tableRow.dataset.number = String(row.number)
  tableRow.setAttribute("aria-selected", String(row.number === selected))
  row.cells.forEach((text, i) => {
    const cell = createElement("td", columns[i].numeric ? "numeric" : "", text)
    if (row.notes[i]) cell.append(" ", createElement("span", "source-note", row.notes[i]))
    tableRow.append(cell)
  })
  if (row.newest) {
    tableRow.classList.add("newest")
    tableRow.cells[0].append(createElement("span", "tag", "new"))
  }
  tableRow.addEventListener("click", () => pick(row.number))
  tableRow.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      pick(row.number)
    }
  })
  return tableRow
}

/**
 * Makes one row reachable with Tab and the others from there with the arrow keys, Home and End.
 * @param {HTMLTableSectionElement} body
 * @param {HTMLTableRowElement | null} initialTabStop
 */
function enableKeyboardFocus(body, initialTabStop) {
  const tableRows = [...body.rows]
  /** @param {EventTarget | null} tabStop */
  const setTabStop = (tabStop) => tableRows.forEach((tableRow) => {
    tableRow.tabIndex = tableRow === tabStop ? 0 : -1
  })
  setTabStop(initialTabStop ?? tableRows[0])
  body.addEventListener("focusin", ({ target }) => setTabStop(target))
  body.addEventListener("keydown", (event) => {
    const index = tableRows.findIndex((tableRow) => tableRow === event.target)
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: tableRows.length - 1 }
    const tableRow = index < 0 ? undefined : tableRows[targets[event.key]]
    if (!tableRow) return
    event.preventDefault()
    tableRow.focus()
  })
}

class Table {
  /** The data of the table as text. */
  dataJson = ""
  /** The number of the selected row. @type {number | null | undefined} */
  selected
  /** Sends the number of the picked row to the page. @type {(number: number) => void} */
  reportPick = () => {}
  /** Sends the name of the sort column to the page. @type {(name: string) => void} */
  reportSort = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    addScrollHint(root)
  }

  /**
   * Marks a row as selected and reports it.
   * @param {number} number
   */
  pick(number) {
    for (const tableRow of this.root.querySelectorAll("tbody tr")) {
      const selected = tableRow instanceof HTMLElement && Number(tableRow.dataset.number) === number
      tableRow.setAttribute("aria-selected", String(selected))
    }
    this.reportPick(number)
  }

  /**
   * The first row that matches a selector; null if there is none.
   * @param {string} selector
   * @returns {HTMLTableRowElement | null}
   */
  findRow(selector) {
    return this.root.querySelector(selector)
  }

  /** @param {TableData} data */
  update(data) {
    const dataJson = JSON.stringify(data)
    if (this.dataJson === dataJson) return
    this.dataJson = dataJson
    const { root } = this
    const focusedNumber = this.findRow("tr:focus")?.dataset.number
    const isNewSelection = this.selected !== data.selected
    this.selected = data.selected
    root.style.maxHeight = `${data.height}px`
    const { table, head, body } = this.build(data)
    const { scrollTop } = root
    root.replaceChildren(table)
    root.scrollTop = scrollTop
    const selectedRow = this.findRow('tr[aria-selected="true"]')
    if (selectedRow && isNewSelection) this.scrollTo(selectedRow, head.offsetHeight)
    const rowToFocus =
      focusedNumber === undefined ? null : this.findRow(`tr[data-number="${focusedNumber}"]`)
    enableKeyboardFocus(body, rowToFocus ?? selectedRow)
    rowToFocus?.focus({ preventScroll: true })
  }

  /** @param {TableData} data */
  build(data) {
    const table = createElement("table")
    table.dataset.testid = `table-${data.name}`
    table.append(createElement("caption", "", data.caption))
    const head = table.createTHead()
    const headerRow = createElement("tr")
    headerRow.append(
      ...data.columns.map((column) => headerCell(column, (name) => this.reportSort(name))),
    )
    head.append(headerRow)
    const body = table.createTBody()
    body.append(...data.rows.map((row) => bodyRow(row, data, (number) => this.pick(number))))
    return { table, head, body }
  }

  /**
   * Scrolls to a row if it is not visible.
   * @param {HTMLTableRowElement} row
   * @param {number} headerHeight pixels
   */
  scrollTo({ offsetTop, offsetHeight }, headerHeight) {
    const { root } = this
    const isAbove = offsetTop - headerHeight < root.scrollTop
    if (isAbove || offsetTop + offsetHeight > root.scrollTop + root.clientHeight) {
      root.scrollTop = offsetTop - root.clientHeight / 2
    }
  }
}

/** @param {Component<TableData>} component */
export default function showTable({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-table")
  if (!(root instanceof HTMLElement) || !data) return
  const table = tables.get(root) ?? new Table(root)
  tables.set(root, table)
  table.reportPick = (number) => setTriggerValue("picked", number)
  table.reportSort = (name) => setTriggerValue("sorted", name)
  table.update(data)
}
