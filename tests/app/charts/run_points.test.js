import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"

import { loadPoints } from "../../../app/charts/run_points.js"

const packed = (numbers, kind = Int32Array, dtype = "i4") => ({
  dtype, bdata: Buffer.from(kind.from(numbers).buffer).toString("base64"),
})

/** The server's response for a run of `evaluations` evaluations, all of them measured. */
function feedAnswer(after, evaluations, most = 1000) {
  const numbers = Array.from({ length: evaluations - after }, (_, i) => after + i + 1)
  const floats = packed(numbers, Float64Array, "f8")
  const zeros = packed(numbers.map(() => 0))
  return {
    evaluations, measured: evaluations, most, number: packed(numbers), x: floats, y: floats, cycle: zeros,
    missed: zeros, extrapolated: zeros, front: packed([evaluations]), steps: packed([evaluations]),
    heights: packed([evaluations / 10], Float64Array, "f8"),
  }
}

let requestedUrls = []
let evaluationCount = 0
let maxPoints = 1000
let serverFails = false
let feedCount = 0

/* Node has no page and no server; the module uses these two parts of them. */
globalThis.document = { baseURI: "http://localhost/studio/run" }
globalThis.fetch = async (url) => {
  requestedUrls.push(url)
  if (serverFails) return { ok: false }
  const after = Number(url.searchParams.get("after"))
  return { ok: true, json: async () => feedAnswer(after, evaluationCount, maxPoints) }
}

function newFeed() {
  feedCount += 1
  return { address: `feed/points?run=${feedCount}` }
}

beforeEach(() => {
  requestedUrls = []
  evaluationCount = 10
  maxPoints = 1000
  serverFails = false
})

test("the first request loads all points, later requests only the new ones", async () => {
  const feed = newFeed()
  const points = await loadPoints(feed, 10)
  assert.deepEqual(points.number, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  evaluationCount = 12
  assert.equal(await loadPoints(feed, 12), points)
  assert.deepEqual(points.number.slice(-3), [10, 11, 12])
  assert.deepEqual(requestedUrls.map(({ searchParams }) => searchParams.get("after")), ["0", "10"])
  assert.deepEqual(points.steps, [10, 12])
  assert.deepEqual([...points.front], [12])
})

test("the URL is relative to the page", async () => {
  await loadPoints(newFeed(), 1)
  assert.equal(requestedUrls[0].pathname, "/studio/feed/points")
})

test("loaded points are not requested again", async () => {
  const feed = newFeed()
  await loadPoints(feed, 10)
  await loadPoints(feed, 7)
  assert.equal(requestedUrls.length, 1)
})

test("concurrent calls share one request", async () => {
  const feed = newFeed()
  const [points, samePoints] = await Promise.all([loadPoints(feed, 10), loadPoints(feed, 10)])
  assert.equal(points, samePoints)
  assert.equal(requestedUrls.length, 1)
})

test("if there are too many points, all of them are loaded again", async () => {
  const feed = newFeed()
  maxPoints = 8
  await loadPoints(feed, 10)
  evaluationCount = 11
  maxPoints = 1000
  const points = await loadPoints(feed, 11)
  assert.equal(requestedUrls[1].searchParams.get("after"), "0")
  assert.equal(points.number.length, 11)
  assert.equal(points.isFull, false)
})

test("a call after a failure tries again", async () => {
  const feed = newFeed()
  serverFails = true
  await assert.rejects(loadPoints(feed, 10), /did not load/)
  serverFails = false
  assert.equal((await loadPoints(feed, 10)).number.length, 10)
})

test("the least recently used points are removed from the cache", async () => {
  const feeds = Array.from({ length: 9 }, newFeed)
  for (const feed of feeds) await loadPoints(feed, 10)
  requestedUrls = []
  await loadPoints(feeds[8], 10)
  assert.equal(requestedUrls.length, 0)
  await loadPoints(feeds[0], 10)
  assert.equal(requestedUrls.length, 1)
})
