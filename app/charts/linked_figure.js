/* Fills the traces of a figure for the state of its link: evaluations, selection and filter. */

import { neighbourDistance, positionsInAxes, sizedMarker } from "./marker_density.js"
import { STILL_ON_FRONT } from "./run_figure.js"
import { valueAt } from "./steps.js"

/** @import { Role, Trace } from "../browser/plotly.js" */
/** @import { Figure, HoverColumn, LinkState, MarkerDensity, Points } from "../browser/types.js" */
/** @typedef {Record<Exclude<Role, "selected">, number[]>} IndicesByRole */

/**
 * Whether the filter matches an evaluation; the lowest bit of the first byte is evaluation 1.
 * @param {Uint8Array} bits
 * @param {number} number
 */
const isMatch = (bits, number) => ((bits[(number - 1) >> 3] >> ((number - 1) & 7)) & 1) === 1

/**
 * The indices into the arrays of `points` by role.
 * @param {Points} points
 * @param {LinkState} state
 */
export function indicesByRole(points, { n, matches }) {
  const lastNumber = n ?? Infinity
  const cycle = valueAt(points.cycles, lastNumber) ?? 0
  /** @type {IndicesByRole} */
  const roles = {
    measured: [], other: [], infeasible: [], dominated: [], population: [], front: [], line: [],
  }
  for (let i = 0; i < points.number.length && points.number[i] <= lastNumber; i += 1) {
    const end = points.ends[i]
    const isOnFront = end > lastNumber || (n === null && end === STILL_ON_FRONT)
    roles.measured.push(i)
    if (isOnFront) roles.line.push(i)
    if (matches && !isMatch(matches, points.number[i])) roles.other.push(i)
    else if (!points.feasible[i]) roles.infeasible.push(i)
    else if (isOnFront) roles.front.push(i)
    else if (points.cycle[i] === cycle && cycle > 0) roles.population.push(i)
    else roles.dominated.push(i)
  }
  if (!points.joined) roles.line = []
  roles.line.sort((a, b) => points.x[a] - points.x[b])
  return roles
}

/**
 * The trace with the points at `indices`.
 * @param {Trace} trace
 * @param {Points} points
 * @param {number[]} indices
 * @returns {Trace}
 */
function traceWithPoints(trace, points, indices) {
  const { x, y, z, number } = points
  if (trace.meta?.legend) { // Plotly leaves empty traces out of the legend
    /** @type {any[]} */
    const nowhere = indices.length ? [null] : []
    return { ...trace, x: nowhere, y: nowhere, ...(z && { z: nowhere }) }
  }
  const newTrace = { ...trace, x: indices.map((i) => x[i]), y: indices.map((i) => y[i]) }
  if (z) newTrace.z = indices.map((i) => z[i])
  if (trace.role === "line") return newTrace
  const numbers = indices.map((i) => number[i])
  newTrace.customdata = numbers
  newTrace.text = indices.map((i) => hoverText(points, i))
  if (trace.marker?.coloraxis) newTrace.marker = { ...trace.marker, color: numbers }
  return newTrace
}

/**
 * @param {Points} points
 * @param {number} i
 */
function hoverText(points, i) {
  const cycle = points.names[points.cycle[i]] ?? `cycle ${points.cycle[i]}`
  const extrapolated = points.extrapolated?.[i] ? ["extrapolated"] : []
  const note = points.notes?.[points.number[i]]
  const columns = (points.columns ?? []).map((column) => hoverLine(column, i))
  return [
    cycle, ...violatedConstraints(points, i), ...extrapolated, ...columns, ...(note ? [note] : []),
  ].join("<br>")
}

/**
 * The line of a column in the hover text of a point.
 * @param {HoverColumn} column
 * @param {number} i
 */
function hoverLine({ label, values, texts, decimals, unit }, i) {
  const value = values[i]
  const text = Number.isNaN(value)
    ? (texts[""] ?? "\u2013")
    : (texts[String(value)] ?? `${value.toFixed(decimals)} ${unit}`.trim())
  return `${label}: ${text}`
}

/**
 * The constraints that a point violates, if the figure names them.
 * @param {Points} points
 * @param {number} i
 */
function violatedConstraints({ missed, limits }, i) {
  if (!missed || !limits) return []
  const bits = missed[i]
  return limits.filter((_, bit) => (bits >> bit) & 1).map((limit) => `infeasible: ${limit}`)
}

/**
 * The ring around the selected sub-network; empty if the sub-network is not visible.
 * @param {Trace} trace
 * @param {Points} points
 * @param {LinkState} state
 * @returns {Trace}
 */
function selectionTrace(trace, points, state) {
  const selected = state.selected ?? points.selected ?? null
  const i = selected === null ? -1 : points.number.indexOf(selected)
  const measuredPosition = i < 0 ? null : [points.x[i], points.y[i], points.z?.[i] ?? NaN]
  const position = measuredPosition ?? state.at ?? points.at
  const isVisible = selected !== null && selected <= (state.n ?? Infinity)
  /** @param {number} axis */
  const coordinate = (axis) => (isVisible && position ? [position[axis]] : [])
  const ring = { ...trace, x: coordinate(0), y: coordinate(1) }
  return points.z ? { ...ring, z: coordinate(2) } : ring
}

/**
 * The figure with its points in the traces of their roles, or with a cursor at evaluation n.
 * With a `density`, markers are smaller where points lie densely.
 * @param {Figure} figure
 * @param {LinkState} state
 * @param {MarkerDensity | null} density
 * @returns {Figure}
 */
export function linkedFigure(figure, state, density = null) {
  const { points } = figure
  if (points) {
    const indices = indicesByRole(points, state)
    const positions = density && positionsInAxes(points, figure.layout, density)
    const data = figure.data.map((trace) => {
      const { role } = trace
      if (!role) return trace
      if (role === "selected") return selectionTrace(trace, points, state)
      const filled = traceWithPoints(trace, points, indices[role])
      if (!filled.marker || !density || !positions) return filled
      const isOnLine = role === "front" && Boolean(points.joined)
      const distance = neighbourDistance(positions, indices[role], isOnLine, density)
      return { ...filled, marker: sizedMarker(filled.marker, role, distance, density) }
    })
    return { ...figure, data }
  }
  if (!figure.cursor || state.n === null) return figure
  const cursor = { ...figure.cursor, x0: state.n, x1: state.n }
  const shapes = [...(figure.layout.shapes ?? []), cursor]
  return { ...figure, layout: { ...figure.layout, shapes } }
}
