import { element } from "../browser/elements.js"
import { figureRows } from "./figure_rows.js"

/** @import { Figure } from "../browser/types.js" */

const ROWS_SHOWN = 1000

/**
 * The data of a figure as a table, as far as one can read it.
 * @param {Figure} figure
 * @param {string} title
 */
export function dataTable(figure, title) {
  const [header, ...rows] = figureRows(figure)
  const table = element("table")
  const shown = rows.slice(0, ROWS_SHOWN)
  table.createCaption().textContent = shown.length < rows.length
    ? `${title}: the first ${shown.length} of ${rows.length} rows; the CSV has all.`
    : `${title}: ${rows.length} rows.`
  const titles = table.createTHead().insertRow()
  for (const text of header) {
    const cell = element("th", "", String(text))
    cell.scope = "col"
    titles.append(cell)
  }
  const body = table.createTBody()
  for (const row of shown) {
    const line = body.insertRow()
    for (const value of row) line.insertCell().textContent = cellText(value)
  }
  return table
}

/** @param {string | number | null} value */
function cellText(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(9))) : value
}
