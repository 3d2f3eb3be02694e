/* A table whose rows can be picked and whose columns sort, with the mouse or the keyboard. */

import { element } from "../browser/elements.js"
import { addStyleSheet } from "../browser/style_sheet.js"
import { titleParts } from "./column_title.js"

/** @import { Component, TableColumn, TableData, TableRow } from "../browser/types.js" */

await addStyleSheet(new URL("table.css", import.meta.url))

const ARROWS = { ascending: " ▲", descending: " ▼", "": "" }

/** @type {WeakMap<Element, Table>} */
const tables = new WeakMap()

/**
 * Puts a title whose arrow stays with the word before it into an element.
 * @template {HTMLElement} Element
 * @param {Element} parent
 * @param {string} title
 */
function addTitle(parent, title) {
  const [first, last] = titleParts(title)
  parent.append(first)
  if (last) parent.append(element("span", "together", last))
  return parent
}

/**
 * @param {TableColumn} column
 * @param {(name: string) => void} sort
 */
function headerCell({ title, numeric, name, order }, sort) {
  const cell = element("th", numeric ? "numeric" : "")
  cell.scope = "col"
  if (!name) return addTitle(cell, title)
  const button = addTitle(element("button"), title + ARROWS[order])
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
  const line = element("tr")
  line.tabIndex = -1
  line.dataset.number = String(row.number)
  line.setAttribute("aria-selected", String(row.number === selected))
  row.cells.forEach((text, i) => {
    const cell = element("td", columns[i].numeric ? "numeric" : "", text)
    if (row.remarks[i]) cell.append(" ", element("span", "remark", row.remarks[i]))
    line.append(cell)
  })
  if (row.fresh) {
    line.classList.add("fresh")
    line.cells[0].append(element("span", "tag", "new"))
  }
  line.addEventListener("click", () => pick(row.number))
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      pick(row.number)
    }
  })
  return line
}

/**
 * Tab leads to one row; the arrows, Home and End lead from it to others.
 * @param {HTMLTableSectionElement} body
 * @param {HTMLTableRowElement | null} first
 */
function moveFocusByKeys(body, first) {
  const lines = [...body.rows]
  /** @param {EventTarget | null} stop */
  const setStop = (stop) => lines.forEach((line) => {
    line.tabIndex = line === stop ? 0 : -1
  })
  setStop(first ?? lines[0])
  body.addEventListener("focusin", ({ target }) => setStop(target))
  body.addEventListener("keydown", (event) => {
    const at = lines.findIndex((line) => line === event.target)
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }
    const line = at < 0 ? undefined : lines[targets[event.key]]
    if (!line) return
    event.preventDefault()
    line.focus()
  })
}

class Table {
  /** What is drawn, as text. */
  drawn = ""
  /** The number of the selected row. @type {number | null | undefined} */
  selected
  /** Tells the page which row was picked. @type {(number: number) => void} */
  reportPick = () => {}
  /** Tells the page which column sorts. @type {(name: string) => void} */
  reportSort = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
  }

  /** @param {number} number */
  pick(number) {
    for (const line of this.root.querySelectorAll("tbody tr")) {
      const selected = line instanceof HTMLElement && Number(line.dataset.number) === number
      line.setAttribute("aria-selected", String(selected))
    }
    this.reportPick(number)
  }

  /**
   * A row that a selector names.
   * @param {string} selector
   * @returns {HTMLTableRowElement | null}
   */
  row(selector) {
    return this.root.querySelector(selector)
  }

  /** @param {TableData} data */
  update(data) {
    const text = JSON.stringify(data)
    if (this.drawn === text) return
    this.drawn = text
    const { root } = this
    const focused = this.row("tr:focus")?.dataset.number
    const moved = this.selected !== data.selected
    this.selected = data.selected
    root.style.maxHeight = `${data.height}px`
    const { table, head, body } = this.build(data)
    const scroll = root.scrollTop
    root.replaceChildren(table)
    root.scrollTop = scroll
    const selected = this.row('tr[aria-selected="true"]')
    if (selected && moved) this.scrollTo(selected, head.offsetHeight)
    const held = focused === undefined ? null : this.row(`tr[data-number="${focused}"]`)
    moveFocusByKeys(body, held ?? selected)
    held?.focus({ preventScroll: true })
  }

  /** @param {TableData} data */
  build(data) {
    const table = element("table")
    table.dataset.testid = `table-${data.name}`
    table.append(element("caption", "", data.caption))
    const head = table.createTHead()
    const titles = element("tr")
    titles.append(...data.columns.map((one) => headerCell(one, (name) => this.reportSort(name))))
    head.append(titles)
    const body = table.createTBody()
    body.append(...data.rows.map((row) => bodyRow(row, data, (number) => this.pick(number))))
    return { table, head, body }
  }

  /**
   * Scrolls to a row that cannot be seen.
   * @param {HTMLTableRowElement} row
   * @param {number} headHeight pixels that the header covers
   */
  scrollTo({ offsetTop, offsetHeight }, headHeight) {
    const { root } = this
    const isAbove = offsetTop - headHeight < root.scrollTop
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
