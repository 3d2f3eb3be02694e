/* Waiting times of a tab, chosen so that many tabs do not slow down a busy machine. */

const REST = 2 // a tab waits this multiple of its drawing time after it has drawn
const LONGEST = 1300 // milliseconds, however busy the machine is
const TURNS = 5 // tabs spread their requests over this multiple of the drawing time

/**
 * Milliseconds between two requests.
 * @param {number} every milliseconds at least
 * @param {number} drawingTime milliseconds
 */
export const restTime = (every, drawingTime) =>
  Math.max(every, Math.min(REST * drawingTime, LONGEST))

/**
 * A random number of milliseconds before the page is drawn again.
 * @param {number} drawingTime milliseconds
 * @param {number} chance from 0 to 1
 */
export const pageDelay = (drawingTime, chance = Math.random()) =>
  chance * Math.min(TURNS * drawingTime, 3 * LONGEST)
