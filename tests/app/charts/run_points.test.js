import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"

import { pointsUpTo } from "../../../app/charts/run_points.js"

const packed = (numbers, kind = Int32Array, dtype = "i4") => ({
  dtype, bdata: Buffer.from(kind.from(numbers).buffer).toString("base64"),
})

/** What the server answers of a run of `upto` evaluations, all of them measured. */
function answer(after, upto, most = 1000) {
  const numbers = Array.from({ length: upto - after }, (_, i) => after + i + 1)
  const floats = packed(numbers, Float64Array, "f8")
  const zeros = packed(numbers.map(() => 0))
  return {
    upto, measured: upto, most, number: packed(numbers), x: floats, y: floats, cycle: zeros,
    missed: zeros, extrapolated: zeros, front: packed([upto]), steps: packed([upto]),
    heights: packed([upto / 10], Float64Array, "f8"),
  }
}

let asked = []
let upto = 0
let most = 1000
let fails = false
let addresses = 0

/* Node has neither a page nor a server: these two are what the module asks of them. */
globalThis.document = { baseURI: "http://localhost/studio/live" }
globalThis.fetch = async (url) => {
  asked.push(url)
  if (fails) return { ok: false }
  const after = Number(url.searchParams.get("after"))
  return { ok: true, json: async () => answer(after, upto, most) }
}

function newFeed() {
  addresses += 1
  return { address: `feed/points?run=${addresses}` }
}

beforeEach(() => {
  asked = []
  upto = 10
  most = 1000
  fails = false
})

test("all points come at first, later only the new ones", async () => {
  const feed = newFeed()
  const points = await pointsUpTo(feed, 10)
  assert.deepEqual(points.number, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  upto = 12
  assert.equal(await pointsUpTo(feed, 12), points)
  assert.deepEqual(points.number.slice(-3), [10, 11, 12])
  assert.deepEqual(asked.map(({ search }) => new URLSearchParams(search).get("after")), ["0", "10"])
  assert.deepEqual(points.steps, [10, 12])
  assert.deepEqual([...points.front], [12])
})

test("the address is below that of the page", async () => {
  await pointsUpTo(newFeed(), 1)
  assert.equal(asked[0].pathname, "/studio/feed/points")
})

test("nothing is asked for that is there", async () => {
  const feed = newFeed()
  await pointsUpTo(feed, 10)
  await pointsUpTo(feed, 7)
  assert.equal(asked.length, 1)
})

test("charts that ask at the same time share one answer", async () => {
  const feed = newFeed()
  const [one, other] = await Promise.all([pointsUpTo(feed, 10), pointsUpTo(feed, 10)])
  assert.equal(one, other)
  assert.equal(asked.length, 1)
})

test("more points than can be drawn are asked for from the start again", async () => {
  const feed = newFeed()
  most = 8
  await pointsUpTo(feed, 10)
  upto = 11
  most = 1000
  const points = await pointsUpTo(feed, 11)
  assert.equal(asked[1].searchParams.get("after"), "0")
  assert.equal(points.number.length, 11)
  assert.equal(points.full, false)
})

test("the next call tries again after one that failed", async () => {
  const feed = newFeed()
  fails = true
  await assert.rejects(pointsUpTo(feed, 10), /did not load/)
  fails = false
  assert.equal((await pointsUpTo(feed, 10)).number.length, 10)
})

test("what was not asked for lately is forgotten", async () => {
  const feeds = Array.from({ length: 9 }, newFeed)
  for (const feed of feeds) await pointsUpTo(feed, 10)
  asked = []
  await pointsUpTo(feeds[8], 10)
  assert.equal(asked.length, 0)
  await pointsUpTo(feeds[0], 10)
  assert.equal(asked.length, 1)
})
