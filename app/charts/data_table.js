import { createElement } from "../browser/elements.js"
import { figureRows } from "./figure_rows.js"

/** @import { Figure } from "../browser/types.js" */

const MAX_ROWS = 1000

/**
 * A table of the data of a figure, limited to MAX_ROWS rows.
 * @param {Figure} figure
 * @param {string} title
 */
export function dataTable(figure, title) {
  const [header, ...rows] = figureRows(figure)
  const table = createElement("table")
  const visibleRows = rows.slice(0, MAX_ROWS)
  table.createCaption().textContent = visibleRows.length < rows.length
    ? `${title}: the first ${visibleRows.length} of ${rows.length} rows; the CSV file has all.`
    : `${title}: ${rows.length} rows.`
  const headerRow = table.createTHead().insertRow()
  for (const text of header) {
    const cell = createElement("th", "", String(text))
    cell.scope = "col"
    headerRow.append(cell)
  }
  const body = table.createTBody()
  for (const row of visibleRows) {
    const tableRow = body.insertRow()
    for (const value of row) tableRow.insertCell().textContent = cellText(value)
  }
  return table
}

/** @param {string | number | null} value */
function cellText(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(9))) : value
}
