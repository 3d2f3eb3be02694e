/* Completes a figure with the points of its run, which the browser fetches. */

import { formatCount } from "../browser/number_text.js"

/** @import { Trace } from "../browser/plotly.js" */
/** @import { Figure, Points } from "../browser/types.js" */
/** @import { RunPoints } from "./run_points.js" */

const RESOLUTION = 256 // a curve that grows by less than 1/256 of its width looks the same

/** The value of `ends` for a sub-network that is still on the front; the server uses the same. */
export const STILL_ON_FRONT = 2147483647

/**
 * A value that changes when the points require a new drawing. A hypervolume curve is drawn again
 * only if it rises or becomes visibly longer.
 * @param {Figure} figure
 * @param {RunPoints} points
 */
export function drawingKey({ steps }, points) {
  const { evaluationCount } = points
  if (!steps) return evaluationCount
  const stepSize = Math.ceil(evaluationCount / RESOLUTION)
  return `${points.steps.length} ${Math.floor(evaluationCount / stepSize)}`
}

/**
 * The figure with the points of its run: sub-networks, or the hypervolume curve.
 * @param {Figure} figure
 * @param {RunPoints} points
 * @returns {Figure}
 */
export function figureWithRunPoints(figure, points) {
  const { evaluationCount, measuredCount } = points
  if (figure.steps) {
    const [trace, ...otherTraces] = figure.data
    return { ...figure, evaluationCount, data: [hypervolumeTrace(trace, points), ...otherTraces] }
  }
  return { ...figure, evaluationCount, measuredCount, points: figurePoints(figure, points) }
}

/**
 * The hypervolume curve, extended to the last evaluation; empty if there is no hypervolume.
 * @param {Trace} trace
 * @param {RunPoints} points
 * @returns {Trace}
 */
function hypervolumeTrace(trace, { steps, heights, evaluationCount }) {
  if (!heights.length) return { ...trace, x: [], y: [] }
  return { ...trace, x: [...steps, evaluationCount], y: [...heights, heights[heights.length - 1]] }
}

/**
 * The points in the units of the axes, with their feasibility and place on the front.
 * @param {Figure} figure
 * @param {RunPoints} points
 * @returns {Points}
 */
function figurePoints(figure, points) {
  const { number, cycle, missed, extrapolated, front } = points
  const [xDivisor, yDivisor] = figure.feed?.divide ?? [1, 1]
  return {
    cycles: [],
    names: {},
    ...figure.points,
    number,
    cycle,
    missed,
    extrapolated,
    x: points.x.map((value) => value / xDivisor),
    y: points.y.map((value) => value / yDivisor),
    feasible: missed.map((bits) => bits === 0),
    ends: number.map((subNetwork) => (front.has(subNetwork) ? STILL_ON_FRONT : 0)),
  }
}

/**
 * The note on sub-networks that are not drawn; empty if all are drawn.
 * @param {Figure} figure
 */
export function omissionNote({ feed, points, measuredCount }) {
  if (!feed || !points || measuredCount === undefined) return ""
  if (points.number.length >= measuredCount) return ""
  const front = points.joined === undefined ? "" : "; the front is complete"
  const counts = `${formatCount(points.number.length)} of ${formatCount(measuredCount)}`
  return `${counts} sub-networks drawn${front}.`
}
