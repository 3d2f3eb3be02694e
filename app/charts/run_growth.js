/* How far a run has grown, as its page has heard. The charts that are fed by the run follow. */

/**
 * `upto` counts evaluations; `heard` is when the news came, and `drawingTime` what it took from
 * then to the picture, both in milliseconds; `followers` draw the charts of the run anew.
 * @typedef {object} RunGrowth
 * @property {number} upto
 * @property {number} heard
 * @property {number} drawingTime
 * @property {Set<() => void>} followers
 */

/** @type {Map<string, RunGrowth>} */
const growths = new Map()

/**
 * The growth of a run, the same object for all that ask.
 * @param {string} run
 */
export function growthOf(run) {
  let growth = growths.get(run)
  if (!growth) {
    growth = { upto: 0, heard: 0, drawingTime: 0, followers: new Set() }
    growths.set(run, growth)
  }
  return growth
}

/**
 * Takes note of how far the run is, and draws its charts anew if that is further than before.
 * @param {RunGrowth} growth
 * @param {number} upto
 */
export function recordGrowth(growth, upto) {
  if (upto <= growth.upto) return
  Object.assign(growth, { upto, heard: performance.now() })
  growth.followers.forEach((redraw) => redraw())
}

/**
 * Takes note of what it took from the news of growth to its picture, once that is on the screen.
 * @param {RunGrowth} growth
 */
export function recordDrawingTime(growth) {
  requestAnimationFrame(() => {
    setTimeout(() => {
      growth.drawingTime = performance.now() - growth.heard
    })
  })
}
