/* How long a tab waits, so that many tabs of a busy machine do not slow each other down. */

const REST = 2 // times the time of drawing, for which a tab rests after it
const LONGEST = 1300 // milliseconds of rest, however busy the machine is
const TURNS = 5 // times the time of drawing, over which tabs spread their requests

/**
 * Milliseconds between two questions.
 * @param {number} every milliseconds at least
 * @param {number} drawingTime milliseconds
 */
export const restTime = (every, drawingTime) =>
  Math.max(every, Math.min(REST * drawingTime, LONGEST))

/**
 * Milliseconds before the page is drawn anew, by chance.
 * @param {number} drawingTime milliseconds
 * @param {number} chance from 0 to 1
 */
export const pageDelay = (drawingTime, chance = Math.random()) =>
  chance * Math.min(TURNS * drawingTime, 3 * LONGEST)
