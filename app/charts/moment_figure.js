/* The front as it was after n evaluations, from points that were sent once. */

import { STILL_ON_FRONT } from "./fed_figure.js"
import { valueAt } from "./steps.js"

/** @import { Role, Trace } from "../browser/plotly.js" */
/** @import { Figure, Moment, Points } from "../browser/types.js" */
/** @typedef {Record<Exclude<Role, "selected">, number[]>} IndicesByRole */

/**
 * @param {Uint8Array} bits
 * @param {number} number
 */
const isMatch = (bits, number) => ((bits[(number - 1) >> 3] >> ((number - 1) & 7)) & 1) === 1

/**
 * Where in the arrays of `points` the sub-networks of each role are.
 * @param {Points} points
 * @param {Moment} moment
 */
export function indicesByRole(points, { n, matches }) {
  const last = n ?? Infinity
  const cycle = valueAt(points.cycles, last) ?? 0
  /** @type {IndicesByRole} */
  const roles = {
    measured: [], other: [], infeasible: [], dominated: [], population: [], front: [], line: [],
  }
  for (let i = 0; i < points.number.length && points.number[i] <= last; i += 1) {
    const onFront = points.ends[i] > last || (n === null && points.ends[i] === STILL_ON_FRONT)
    roles.measured.push(i)
    if (onFront) roles.line.push(i)
    if (matches && !isMatch(matches, points.number[i])) roles.other.push(i)
    else if (!points.feasible[i]) roles.infeasible.push(i)
    else if (onFront) roles.front.push(i)
    else if (points.cycle[i] === cycle && cycle > 0) roles.population.push(i)
    else roles.dominated.push(i)
  }
  if (!points.joined) roles.line = []
  roles.line.sort((a, b) => points.x[a] - points.x[b])
  return roles
}

/**
 * A trace with those points that `indices` names.
 * @param {Trace} trace
 * @param {Points} points
 * @param {number[]} indices
 * @returns {Trace}
 */
function filledTrace(trace, points, indices) {
  const { x, y, z, number } = points
  const filled = { ...trace, x: indices.map((i) => x[i]), y: indices.map((i) => y[i]) }
  if (z) filled.z = indices.map((i) => z[i])
  if (trace.role === "line") return filled
  const numbers = indices.map((i) => number[i])
  filled.customdata = numbers
  filled.text = indices.map((i) => hoverText(points, i))
  if (trace.marker?.coloraxis) filled.marker = { ...trace.marker, color: numbers }
  return filled
}

/**
 * @param {Points} points
 * @param {number} i
 */
function hoverText(points, i) {
  const cycle = points.names[points.cycle[i]] ?? `cycle ${points.cycle[i]}`
  const extrapolated = points.extrapolated?.[i] ? ["extrapolated"] : []
  return [cycle, ...missedConstraints(points, i), ...extrapolated].join("<br>")
}

/**
 * The constraints that a point misses, where the figure names them.
 * @param {Points} points
 * @param {number} i
 */
function missedConstraints({ missed, limits }, i) {
  if (!missed || !limits) return []
  const bits = missed[i]
  return limits.filter((_, bit) => (bits >> bit) & 1).map((limit) => `infeasible: ${limit}`)
}

/**
 * The ring around the selected sub-network; empty where it is not shown.
 * @param {Trace} trace
 * @param {Points} points
 * @param {Moment} moment
 * @returns {Trace}
 */
function selectionTrace(trace, points, moment) {
  const selected = moment.selected ?? points.selected ?? null
  const i = selected === null ? -1 : points.number.indexOf(selected)
  const found = i < 0 ? null : [points.x[i], points.y[i], points.z?.[i] ?? NaN]
  const position = found ?? moment.at ?? points.at
  const shown = selected !== null && selected <= (moment.n ?? Infinity) ? position : null
  /** @param {number} axis */
  const coordinate = (axis) => (shown ? [shown[axis]] : [])
  const ring = { ...trace, x: coordinate(0), y: coordinate(1) }
  return points.z ? { ...ring, z: coordinate(2) } : ring
}

/**
 * The figure with its points in the traces of their roles, and a cursor where it follows n.
 * @param {Figure} figure
 * @param {Moment} moment
 * @returns {Figure}
 */
export function figureAtMoment(figure, moment) {
  const { points } = figure
  if (points) {
    const indices = indicesByRole(points, moment)
    const data = figure.data.map((trace) => {
      if (!trace.role) return trace
      if (trace.role === "selected") return selectionTrace(trace, points, moment)
      return filledTrace(trace, points, indices[trace.role])
    })
    return { ...figure, data }
  }
  if (!figure.cursor || moment.n === null) return figure
  const cursor = { ...figure.cursor, x0: moment.n, x1: moment.n }
  const shapes = [...(figure.layout.shapes ?? []), cursor]
  return { ...figure, layout: { ...figure.layout, shapes } }
}
