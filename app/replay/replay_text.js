import { valueAt } from "../charts/steps.js"

/** @import { ReplayData } from "../browser/types.js" */

/**
 * Short texts on the state of the run after `n` evaluations.
 * @param {ReplayData} data
 * @param {number} n
 */
export function factsAt(data, n) {
  const hypervolume = valueAt(data.hypervolume, n)
  const cycle = valueAt(data.cycles, n)
  const facts = [`${valueAt(data.front, n) ?? 0} on the front`]
  if (hypervolume !== null) facts.push(`hypervolume ${hypervolume.toFixed(4)}`)
  if (cycle !== null) facts.push(cycle < 1 ? data.names[cycle] : `cycle ${cycle}`)
  return facts.filter(Boolean)
}

/**
 * The number of evaluations per step at which playback takes `duration`.
 * @param {number} total evaluations
 * @param {number} tick time between steps, in the unit of `duration`
 * @param {number} duration
 */
export const playingStep = (total, tick, duration) =>
  Math.max(1, Math.round((total * tick) / duration))
