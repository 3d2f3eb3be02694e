/* The points of a run, cached in the browser: later requests fetch only the new points. */

import { unpackArray } from "./figure_values.js"

/** @import { FeedAnswer, FeedSpec } from "../browser/types.js" */

const CACHE_SIZE = 8 // pairs of a run and axes
const POINT_FIELDS = /** @type {const} */ ([
  "number", "x", "y", "cycle", "missed", "extrapolated",
])
const STEP_FIELDS = /** @type {const} */ (["steps", "heights"])
const ARRAY_FIELDS = [...POINT_FIELDS, ...STEP_FIELDS]

/** The points of one run for the metrics of two axes. */
export class RunPoints {
  /** @type {number[]} */ number = []
  /** @type {number[]} */ x = []
  /** @type {number[]} */ y = []
  /** @type {number[]} */ cycle = []
  /** @type {number[]} */ missed = []
  /** @type {number[]} */ extrapolated = []
  /** The evaluations at which the hypervolume increases. @type {number[]} */ steps = []
  /** The hypervolume at each step. @type {number[]} */ heights = []
  /** The numbers of the sub-networks on the front. @type {Set<number>} */ front = new Set()
  /** The number of evaluations that the points cover. */ evaluationCount = 0
  /** The number of measured sub-networks, including those not sent. */ measuredCount = 0
  /** Whether there are more points than the server wants to be drawn. */ isFull = false

  /**
   * Appends the points of a response.
   * @param {FeedAnswer} answer
   */
  add(answer) {
    for (const name of ARRAY_FIELDS) {
      for (const value of unpackArray(answer[name])) this[name].push(value)
    }
    this.front = new Set(unpackArray(answer.front))
    this.evaluationCount = answer.evaluations
    this.measuredCount = answer.measured
    this.isFull = this.number.length > answer.most
  }

  clear() {
    Object.assign(this, new RunPoints())
  }
}

/** @typedef {{ points: RunPoints, request: Promise<void> | null }} CacheEntry */

/** Entries by URL, the most recently used last. @type {Map<string, CacheEntry>} */
const pointsCache = new Map()

/**
 * The cache entry of a URL; creates it and removes the least recently used entry if needed.
 * @param {string} address
 * @returns {CacheEntry}
 */
function cacheEntry(address) {
  const entry = pointsCache.get(address) ?? { points: new RunPoints(), request: null }
  pointsCache.delete(address)
  pointsCache.set(address, entry)
  if (pointsCache.size > CACHE_SIZE) pointsCache.delete([...pointsCache.keys()][0])
  return entry
}

/**
 * Fetches the points after the last one of `points` and appends them.
 * @param {string} address
 * @param {RunPoints} points
 */
async function fetchNewPoints(address, points) {
  const lastRise = points.steps.at(-1) ?? 0
  const query = `${address}&after=${points.evaluationCount}&risen=${lastRise}`
  const answer = await fetch(new URL(query, document.baseURI))
  if (!answer.ok) throw new Error("The points of the chart did not load. Reload the page.")
  points.add(await answer.json())
}

/**
 * Loads at least `evaluationCount` evaluations of a feed; concurrent calls share one request.
 * @param {FeedSpec} feed
 * @param {number} evaluationCount
 */
export async function loadPoints({ address }, evaluationCount) {
  const entry = cacheEntry(address)
  const { points } = entry
  for (let attempt = 0; attempt < 2 && points.evaluationCount < evaluationCount; attempt += 1) {
    if (points.isFull) points.clear() // the server sends a smaller sample from the start
    entry.request ??= fetchNewPoints(address, points).finally(() => {
      entry.request = null
    })
    await entry.request
  }
  return points
}
