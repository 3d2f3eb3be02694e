import assert from "node:assert/strict"
import { test } from "node:test"

import { titleParts } from "../../../app/tables/column_title.js"

test("an arrow stays with the word before it", () => {
  assert.deepEqual(titleParts("Top-1 accuracy ↑"), ["Top-1 ", "accuracy ↑"])
  assert.deepEqual(titleParts("MACs ↓ ▲"), ["", "MACs ↓ ▲"])
})

test("a title without an arrow is one part", () => {
  assert.deepEqual(titleParts("On the front"), ["On the front", ""])
})
