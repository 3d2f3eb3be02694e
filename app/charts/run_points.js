/* The points of a run that grows: all of them are fetched once, later only those that are new. */

import { unpackedArray } from "./figure_values.js"

/** @import { FeedAnswer, FeedSpec } from "../browser/types.js" */

const KEPT = 8 // runs and axes whose points are held at the same time
const OF_EACH_POINT = /** @type {const} */ ([
  "number", "x", "y", "cycle", "missed", "extrapolated",
])
const OF_EACH_STEP = /** @type {const} */ (["steps", "heights"])
const ARRAYS = [...OF_EACH_POINT, ...OF_EACH_STEP]

/** What the browser holds of one run in the metrics of two axes. */
export class RunPoints {
  /** @type {number[]} */ number = []
  /** @type {number[]} */ x = []
  /** @type {number[]} */ y = []
  /** @type {number[]} */ cycle = []
  /** @type {number[]} */ missed = []
  /** @type {number[]} */ extrapolated = []
  /** Evaluations at which the hypervolume rose. @type {number[]} */ steps = []
  /** What it then was. @type {number[]} */ heights = []
  /** Numbers of sub-networks. @type {Set<number>} */ front = new Set()
  /** Evaluations. */ upto = 0
  /** Sub-networks of the run, held or not. */ measured = 0
  /** Whether so many are held that they should be thinned out. */ full = false

  /**
   * Takes in what an answer has more than this.
   * @param {FeedAnswer} answer
   */
  add(answer) {
    for (const name of ARRAYS) {
      for (const value of unpackedArray(answer[name])) this[name].push(value)
    }
    this.front = new Set(unpackedArray(answer.front))
    this.upto = answer.upto
    this.measured = answer.measured
    this.full = this.number.length > answer.most
  }

  clear() {
    Object.assign(this, new RunPoints())
  }
}

/** @typedef {{ points: RunPoints, request: Promise<void> | null }} Held */

/** By address; the one used last stands last. @type {Map<string, Held>} */
const heldPoints = new Map()

/**
 * @param {string} address
 * @returns {Held}
 */
function heldAt(address) {
  const held = heldPoints.get(address) ?? { points: new RunPoints(), request: null }
  heldPoints.delete(address)
  heldPoints.set(address, held)
  if (heldPoints.size > KEPT) heldPoints.delete([...heldPoints.keys()][0])
  return held
}

/**
 * @param {string} address
 * @param {RunPoints} points
 */
async function fetchNew(address, points) {
  const risen = points.steps.at(-1) ?? 0
  const query = `${address}&after=${points.upto}&risen=${risen}`
  const answer = await fetch(new URL(query, document.baseURI))
  if (!answer.ok) throw new Error("The points did not load. Reload the page.")
  points.add(await answer.json())
}

/**
 * The points of a feed up to an evaluation; charts that ask at the same time share one answer.
 * @param {FeedSpec} feed
 * @param {number} upto
 */
export async function pointsUpTo({ address }, upto) {
  const held = heldAt(address)
  for (let turn = 0; turn < 2 && held.points.upto < upto; turn += 1) {
    if (held.points.full) held.points.clear() // the server thins them out anew
    held.request ??= fetchNew(address, held.points).finally(() => {
      held.request = null
    })
    await held.request
  }
  return held.points
}
