import { csvText } from "./figure_rows.js"

/** @import { Figure } from "../browser/types.js" */

const KEPT = 1000 // milliseconds for which the browser may read what it saves

/**
 * Lets the visitor save the data of a figure.
 * @param {Figure} figure
 * @param {string} filename
 */
export function downloadCsv(figure, filename) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([csvText(figure)], { type: "text/csv" }))
  link.download = filename
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT)
}
