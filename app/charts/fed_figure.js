/* A figure with the points of the run that feeds it. */

import { withCommas } from "../browser/number_text.js"

/** @import { Trace } from "../browser/plotly.js" */
/** @import { Figure, Points } from "../browser/types.js" */
/** @import { RunPoints } from "./run_points.js" */

const WIDTH = 256 // evaluations less than one part in so many are too few to see

/** The end of a sub-network that is still on the front, as the server writes it. */
export const STILL_ON_FRONT = 2147483647

/**
 * What a picture of the run depends on: a staircase that does not rise needs no new one.
 * @param {Figure} figure
 * @param {RunPoints} points
 */
export function pictureState({ steps }, points) {
  if (!steps) return points.upto
  return `${points.steps.length} ${Math.floor(points.upto / Math.ceil(points.upto / WIDTH))}`
}

/**
 * The figure with the points of its run: sub-networks by roles, or a staircase of the hypervolume.
 * @param {Figure} figure
 * @param {RunPoints} points
 * @returns {Figure}
 */
export function fedFigure(figure, points) {
  const { upto, measured } = points
  if (figure.steps) {
    const [first, ...others] = figure.data
    return { ...figure, upto, data: [filledStaircase(first, points), ...others] }
  }
  return { ...figure, upto, measured, points: figurePoints(figure, points) }
}

/**
 * @param {Trace} trace
 * @param {RunPoints} points
 * @returns {Trace}
 */
function filledStaircase(trace, { steps, heights, upto }) {
  const last = heights.slice(-1)
  return { ...trace, x: [...steps, ...last.map(() => upto)], y: [...heights, ...last] }
}

/**
 * @param {Figure} figure
 * @param {RunPoints} points
 * @returns {Points}
 */
function figurePoints(figure, points) {
  const { number, cycle, missed, extrapolated, front } = points
  const [x, y] = figure.feed?.divide ?? [1, 1]
  return {
    cycles: [],
    names: {},
    ...figure.points,
    number,
    cycle,
    missed,
    extrapolated,
    x: points.x.map((value) => value / x),
    y: points.y.map((value) => value / y),
    feasible: missed.map((bits) => bits === 0),
    ends: number.map((one) => (front.has(one) ? STILL_ON_FRONT : 0)),
  }
}

/**
 * What to say of sub-networks that are not drawn; empty where all are.
 * @param {Figure} figure
 */
export function omissionNote({ feed, points, measured }) {
  if (!feed || !points || measured === undefined || points.number.length >= measured) return ""
  const front = points.joined === undefined ? "" : "; the front is complete"
  const drawn = `${withCommas(points.number.length)} of ${withCommas(measured)}`
  return `${drawn} sub-networks drawn${front}.`
}
