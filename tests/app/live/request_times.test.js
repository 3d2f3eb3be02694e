import assert from "node:assert/strict"
import { test } from "node:test"

import { pageDelay, restTime } from "../../../app/live/request_times.js"

test("a tab rests as long as it is told, longer where drawing is slow, never very long", () => {
  assert.deepEqual([0, 100, 400, 60_000].map((drawing) => restTime(500, drawing)), [500, 500, 800, 1300])
  assert.equal(restTime(2000, 60_000), 2000)
})

test("tabs ask for a new page one after the other", () => {
  assert.equal(pageDelay(100, 0), 0)
  assert.equal(pageDelay(100, 0.5), 250)
  assert.equal(pageDelay(60_000, 1), 3900)
})
