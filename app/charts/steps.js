/** @import { Steps } from "../browser/types.js" */

/**
 * The value of a step function at `n`; null before the first step.
 * @param {Steps} steps
 * @param {number} n
 */
export function valueAt(steps, n) {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle][0] <= n) low = middle + 1
    else high = middle
  }
  return low ? steps[low - 1][1] : null
}
