import assert from "node:assert/strict"
import { test } from "node:test"

import { factsAt, playingStep } from "../../../app/replay/replay_text.js"

const DATA = {
  hypervolume: [[2, 0.25], [9, 0.5]], front: [[1, 1], [4, 3]], cycles: [[1, 0], [6, 2]],
  names: { 0: "first sample" },
}

test("the facts are those of the replayed evaluation", () => {
  assert.deepEqual(factsAt(DATA, 1), ["1 on the front", "first sample"])
  assert.deepEqual(factsAt(DATA, 7), ["3 on the front", "hypervolume 0.2500", "cycle 2"])
})

test("the front is empty before the first evaluation", () => {
  assert.deepEqual(factsAt({ ...DATA, cycles: [] }, 0), ["0 on the front"])
})

test("playback takes the same time for every length of run", () => {
  assert.equal(playingStep(15_000, 80, 12_000), 100)
  assert.equal(playingStep(10, 80, 12_000), 1)
})
