import assert from "node:assert/strict"
import { test } from "node:test"

import { valueAt } from "../../../app/charts/steps.js"

const STEPS = [[1, 10], [4, 20], [9, 30]]

test("a value holds from its number to the next step", () => {
  assert.deepEqual([1, 3, 4, 8, 9, Infinity].map((n) => valueAt(STEPS, n)), [10, 10, 20, 20, 30, 30])
})

test("there is none before the first step", () => {
  assert.equal(valueAt(STEPS, 0), null)
  assert.equal(valueAt([], 5), null)
})
