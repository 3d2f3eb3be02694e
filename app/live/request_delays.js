/* Delays between requests that keep many tabs on a busy machine from slowing each other down. */

const INTERVAL_FACTOR = 2 // the interval between requests as a multiple of the drawing time
const MAX_INTERVAL_MS = 1300 // limits the interval on a busy machine
const SPREAD_FACTOR = 5 // the interval over which tabs spread reruns, in drawing times

/**
 * The interval between two requests in milliseconds.
 * @param {number} minInterval milliseconds
 * @param {number} drawingTime milliseconds
 */
export const requestInterval = (minInterval, drawingTime) =>
  Math.max(minInterval, Math.min(INTERVAL_FACTOR * drawingTime, MAX_INTERVAL_MS))

/**
 * A random delay before a rerun of the page, in milliseconds.
 * @param {number} drawingTime milliseconds
 * @param {number} fraction of the longest delay, from 0 to 1
 */
export const rerunDelay = (drawingTime, fraction = Math.random()) =>
  fraction * Math.min(SPREAD_FACTOR * drawingTime, 3 * MAX_INTERVAL_MS)
