import assert from "node:assert/strict"
import { test } from "node:test"

import { splitTitle } from "../../../app/tables/column_title.js"

test("the second part is the last word with its arrow", () => {
  assert.deepEqual(splitTitle("Top-1 accuracy ↑"), ["Top-1 ", "accuracy ↑"])
  assert.deepEqual(splitTitle("MACs ↓ ▲"), ["", "MACs ↓ ▲"])
})

test("of a name with underscores only the last part stays with the arrow", () => {
  const parts = ["f1_macro_over_all_language_", "pairs ↑"]
  assert.deepEqual(splitTitle(parts.join("")), parts)
})

test("a title without an arrow is one part", () => {
  assert.deepEqual(splitTitle("On the front"), ["On the front", ""])
})
