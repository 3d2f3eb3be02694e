/* The points of a growing run: all are fetched once, and later only the new ones. */

import { unpackedArray } from "./figure_values.js"

/** @import { FeedAnswer, FeedSpec } from "../browser/types.js" */

const MAX_CACHED = 8 // pairs of run and axes whose points are cached
const OF_EACH_POINT = /** @type {const} */ ([
  "number", "x", "y", "cycle", "missed", "extrapolated",
])
const OF_EACH_STEP = /** @type {const} */ (["steps", "heights"])
const ARRAYS = [...OF_EACH_POINT, ...OF_EACH_STEP]

/** The points of one run in the metrics of two axes. */
export class RunPoints {
  /** @type {number[]} */ number = []
  /** @type {number[]} */ x = []
  /** @type {number[]} */ y = []
  /** @type {number[]} */ cycle = []
  /** @type {number[]} */ missed = []
  /** @type {number[]} */ extrapolated = []
  /** Evaluations at which the hypervolume rose. @type {number[]} */ steps = []
  /** The hypervolume after each of them. @type {number[]} */ heights = []
  /** Numbers of sub-networks. @type {Set<number>} */ front = new Set()
  /** Evaluations. */ evaluations = 0
  /** Sub-networks of the run, in these arrays or not. */ measured = 0
  /** Whether there are so many points that they should be downsampled. */ full = false

  /**
   * Appends the new points of an answer.
   * @param {FeedAnswer} answer
   */
  add(answer) {
    for (const name of ARRAYS) {
      for (const value of unpackedArray(answer[name])) this[name].push(value)
    }
    this.front = new Set(unpackedArray(answer.front))
    this.evaluations = answer.evaluations
    this.measured = answer.measured
    this.full = this.number.length > answer.most
  }

  clear() {
    Object.assign(this, new RunPoints())
  }
}

/** @typedef {{ points: RunPoints, request: Promise<void> | null }} CachedPoints */

/** By address, least recently used first. @type {Map<string, CachedPoints>} */
const pointsCache = new Map()

/**
 * @param {string} address
 * @returns {CachedPoints}
 */
function cachedPointsAt(address) {
  const cached = pointsCache.get(address) ?? { points: new RunPoints(), request: null }
  pointsCache.delete(address)
  pointsCache.set(address, cached)
  if (pointsCache.size > MAX_CACHED) pointsCache.delete([...pointsCache.keys()][0])
  return cached
}

/**
 * @param {string} address
 * @param {RunPoints} points
 */
async function fetchNew(address, points) {
  const risen = points.steps.at(-1) ?? 0
  const query = `${address}&after=${points.evaluations}&risen=${risen}`
  const answer = await fetch(new URL(query, document.baseURI))
  if (!answer.ok) throw new Error("The points did not load. Reload the page.")
  points.add(await answer.json())
}

/**
 * The points of a feed up to an evaluation; charts that ask at the same time share one request.
 * @param {FeedSpec} feed
 * @param {number} evaluations
 */
export async function pointsUpTo({ address }, evaluations) {
  const cached = cachedPointsAt(address)
  for (let turn = 0; turn < 2 && cached.points.evaluations < evaluations; turn += 1) {
    if (cached.points.full) cached.points.clear() // the server downsamples them again
    cached.request ??= fetchNew(address, cached.points).finally(() => {
      cached.request = null
    })
    await cached.request
  }
  return cached.points
}
