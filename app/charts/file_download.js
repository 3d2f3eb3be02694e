import { csvText } from "./figure_rows.js"

/** @import { Figure } from "../browser/types.js" */

const URL_LIFETIME_MS = 1000 // time for the browser to read the file

/**
 * Downloads the data of a figure as a CSV file.
 * @param {Figure} figure
 * @param {string} filename
 */
export function downloadCsv(figure, filename) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([csvText(figure)], { type: "text/csv" }))
  link.download = filename
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), URL_LIFETIME_MS)
}
