import assert from "node:assert/strict"
import { test } from "node:test"

import { growthOf, recordGrowth } from "../../../app/charts/run_growth.js"

test("charts are drawn anew when the run has grown, and only then", () => {
  const growth = growthOf("run")
  let drawn = 0
  growth.followers.add(() => {
    drawn += 1
  })
  for (const upto of [5, 5, 3, 6]) recordGrowth(growth, upto)
  assert.equal(drawn, 2)
  assert.equal(growthOf("run").upto, 6)
  assert.equal(growthOf("another").upto, 0)
})
