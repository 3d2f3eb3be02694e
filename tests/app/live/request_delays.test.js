import assert from "node:assert/strict"
import { test } from "node:test"

import { requestInterval, rerunDelay } from "../../../app/live/request_delays.js"

test("the request interval grows with the drawing time up to a limit", () => {
  const intervals = [0, 100, 400, 60_000].map((drawingTime) => requestInterval(500, drawingTime))
  assert.deepEqual(intervals, [500, 500, 800, 1300])
  assert.equal(requestInterval(2000, 60_000), 2000)
})

test("the delays of reruns spread with the drawing time up to a limit", () => {
  assert.equal(rerunDelay(100, 0), 0)
  assert.equal(rerunDelay(100, 0.5), 250)
  assert.equal(rerunDelay(60_000, 1), 3900)
})
