/* The number of evaluations of each run on the page, and the charts that follow it. */

/**
 * `evaluations` is their number; `reportedAt` is the time of its last change, and `drawingTime` the
 * time from then until the charts were drawn, in milliseconds; `followers` redraw the charts.
 * @typedef {object} RunGrowth
 * @property {number} evaluations
 * @property {number} reportedAt
 * @property {number} drawingTime
 * @property {Set<() => void>} followers
 */

/** @type {Map<string, RunGrowth>} */
const growths = new Map()

/**
 * The growth of a run; the same object for every caller.
 * @param {string} run
 */
export function growthOf(run) {
  let growth = growths.get(run)
  if (!growth) {
    growth = { evaluations: 0, reportedAt: 0, drawingTime: 0, followers: new Set() }
    growths.set(run, growth)
  }
  return growth
}

/**
 * Records the number of evaluations, and redraws the charts of the run if it has increased.
 * @param {RunGrowth} growth
 * @param {number} evaluations
 */
export function recordGrowth(growth, evaluations) {
  if (evaluations <= growth.evaluations) return
  Object.assign(growth, { evaluations, reportedAt: performance.now() })
  growth.followers.forEach((redraw) => redraw())
}

/**
 * Records the time from the last change until the charts are on the screen.
 * @param {RunGrowth} growth
 */
export function recordDrawingTime(growth) {
  requestAnimationFrame(() => {
    setTimeout(() => {
      growth.drawingTime = performance.now() - growth.reportedAt
    })
  })
}
