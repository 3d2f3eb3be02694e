/* The data of a figure as rows: for a table on the page and for a file. */

/** @import { PlotAxis, Trace } from "../browser/plotly.js" */
/** @import { Figure } from "../browser/types.js" */
/** @typedef {(string | number)[]} Row */

/**
 * @param {PlotAxis | undefined} axis
 * @param {string} otherwise
 */
const axisTitle = (axis, otherwise) => axis?.title?.text?.replaceAll("<br>", " ") || otherwise

/**
 * @param {Trace} trace
 * @param {number} i
 */
const isExtrapolated = (trace, i) => String(trace.text?.[i] ?? "").includes("extrapolated")

/**
 * Traces whose points are data: not the line of the front, not the ring around what is selected.
 * @param {Figure} figure
 */
function tracesOfData({ data }) {
  return data.filter((trace) => {
    const hasPoints = trace.type === "bar" || trace.mode?.includes("markers") || data.length === 1
    return hasPoints && trace.name !== "Selected"
  })
}

/**
 * The header, then a row for each point of a figure.
 * @param {Figure} figure
 * @returns {Row[]}
 */
export function figureRows(figure) {
  const { data, layout } = figure
  const dimensions = data.find((trace) => trace.type === "parcoords")?.dimensions
  if (dimensions) {
    const rowAt = (/** @type {number} */ i) => dimensions.map(({ values }) => values[i])
    const rows = Array.from(dimensions[0].values, (_, i) => rowAt(i))
    return [dimensions.map(({ label }) => label), ...rows]
  }
  const axes = layout.scene ?? layout
  const inSpace = Boolean(layout.scene)
  const hasDeviation = data.some((trace) => trace.error_x)
  const hasExtrapolated = data.some((trace) =>
    Array.from(trace.x ?? []).some((_, i) => isExtrapolated(trace, i)))
  const header = [
    "series", "number", axisTitle(axes.xaxis, "x"), axisTitle(axes.yaxis, "value"),
    ...(inSpace ? [axisTitle(axes.zaxis, "z")] : []),
    ...(hasDeviation ? ["deviation"] : []),
    ...(hasExtrapolated ? ["extrapolated"] : []),
  ]
  const rows = tracesOfData(figure).flatMap((trace) =>
    Array.from(trace.x, (x, i) => [
      trace.name ?? "", trace.customdata?.[i] ?? "", x, trace.y[i],
      ...(inSpace ? [trace.z?.[i] ?? ""] : []),
      ...(hasDeviation ? [trace.error_x?.array[i] ?? ""] : []),
      ...(hasExtrapolated ? [isExtrapolated(trace, i) ? "yes" : ""] : []),
    ]))
  return [header, ...rows]
}

/**
 * A spreadsheet would run a name that begins like a formula: it begins with ' instead.
 * @param {string} text
 */
const plainText = (text) =>
  (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text)

/** @param {string | number | null | undefined} value */
const quoted = (value) => `"${plainText(String(value ?? "")).replaceAll('"', '""')}"`

/**
 * The data of a figure as a file of comma-separated values.
 * @param {Figure} figure
 */
export const csvText = (figure) =>
  `${figureRows(figure).map((row) => row.map(quoted).join(",")).join("\n")}\n`
