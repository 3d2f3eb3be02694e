/* The data of a figure as rows of a table and as CSV text. */

/** @import { PlotAxis, Trace } from "../browser/plotly.js" */
/** @import { Figure } from "../browser/types.js" */
/** @typedef {(string | number)[]} Row */

/**
 * The title of an axis on one line.
 * @param {PlotAxis | undefined} axis
 * @param {string} fallback
 */
export const axisTitle = (axis, fallback) => axis?.title?.text?.replaceAll("<br>", " ") || fallback

/**
 * @param {Trace} trace
 * @param {number} i
 */
const isExtrapolated = (trace, i) => String(trace.text?.[i] ?? "").includes("extrapolated")

/**
 * The traces whose points are data: excludes the line of the front and the selection ring.
 * @param {Figure} figure
 */
function dataTraces({ data }) {
  return data.filter((trace) => {
    const hasPoints = trace.type === "bar" || trace.mode?.includes("markers") || data.length === 1
    return hasPoints && trace.name !== "Selected" && !trace.meta?.legend
  })
}

/**
 * A value for a table; empty for a number that there is not.
 * @param {string | number} value
 */
const cell = (value) => (Number.isNaN(value) ? "" : value)

/**
 * The header, then one row per point of the figure, or the rows of its own table.
 * @param {Figure} figure
 * @returns {Row[]}
 */
export function figureRows(figure) {
  const { data, layout, table } = figure
  if (table) {
    const rowAt = (/** @type {number} */ i) => table.columns.map((column) => cell(column[i]))
    return [table.header, ...Array.from(table.columns[0], (_, i) => rowAt(i))]
  }
  const dimensions = data.find((trace) => trace.type === "parcoords")?.dimensions
  if (dimensions) {
    const rowAt = (/** @type {number} */ i) => dimensions.map(({ values }) => values[i])
    const rows = Array.from(dimensions[0].values, (_, i) => rowAt(i))
    return [dimensions.map(({ label }) => label), ...rows]
  }
  const axes = layout.scene ?? layout
  const is3d = Boolean(layout.scene)
  const hasDeviation = data.some((trace) => trace.error_x)
  const hasExtrapolated = data.some((trace) =>
    Array.from(trace.x ?? []).some((_, i) => isExtrapolated(trace, i)))
  const header = [
    "series", "number", axisTitle(axes.xaxis, "x"), axisTitle(axes.yaxis, "value"),
    ...(is3d ? [axisTitle(axes.zaxis, "z")] : []),
    ...(hasDeviation ? ["deviation"] : []),
    ...(hasExtrapolated ? ["extrapolated"] : []),
  ]
  const rows = dataTraces(figure).flatMap((trace) =>
    Array.from(trace.x, (x, i) => [
      trace.name ?? "", trace.customdata?.[i] ?? "", x, trace.y[i],
      ...(is3d ? [trace.z?.[i] ?? ""] : []),
      ...(hasDeviation ? [trace.error_x?.array[i] ?? ""] : []),
      ...(hasExtrapolated ? [isExtrapolated(trace, i) ? "yes" : ""] : []),
    ]))
  return [header, ...rows]
}

/**
 * Prefixes a text that a spreadsheet would evaluate as a formula with an apostrophe.
 * @param {string} text
 */
const escapeFormula = (text) =>
  (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text)

/** @param {string | number | null | undefined} value */
const quoteCsv = (value) => `"${escapeFormula(String(value ?? "")).replaceAll('"', '""')}"`

/**
 * The data of a figure as comma-separated values.
 * @param {Figure} figure
 */
export const csvText = (figure) =>
  `${figureRows(figure).map((row) => row.map(quoteCsv).join(",")).join("\n")}\n`
