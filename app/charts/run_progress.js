/* The number of evaluations of each run; the charts of a run are redrawn when it increases. */

/**
 * `receivedAt` is the time at which `evaluationCount` last changed, `drawingTime` the duration from
 * then until the charts are drawn, both in milliseconds; `listeners` redraw the charts of the run.
 * @typedef {object} RunProgress
 * @property {number} evaluationCount
 * @property {number} receivedAt
 * @property {number} drawingTime
 * @property {Set<() => void>} listeners
 */

/** @type {Map<string, RunProgress>} */
const progressByRun = new Map()

/**
 * The progress of a run; all callers receive the same object.
 * @param {string} run
 */
export function progressOf(run) {
  let progress = progressByRun.get(run)
  if (!progress) {
    progress = { evaluationCount: 0, receivedAt: 0, drawingTime: 0, listeners: new Set() }
    progressByRun.set(run, progress)
  }
  return progress
}

/**
 * Records the number of evaluations and redraws the charts of the run if it has increased.
 * @param {RunProgress} progress
 * @param {number} evaluationCount
 */
export function recordProgress(progress, evaluationCount) {
  if (evaluationCount <= progress.evaluationCount) return
  Object.assign(progress, { evaluationCount, receivedAt: performance.now() })
  progress.listeners.forEach((redraw) => redraw())
}

/**
 * Records the time from receiving new evaluations until they are drawn on the screen.
 * @param {RunProgress} progress
 */
export function recordDrawingTime(progress) {
  requestAnimationFrame(() => {
    setTimeout(() => {
      progress.drawingTime = performance.now() - progress.receivedAt
    })
  })
}
