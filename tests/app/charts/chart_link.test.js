import assert from "node:assert/strict"
import { test } from "node:test"

import { chartLink, removeLink, updateLink } from "../../../app/charts/chart_link.js"

test("charts with the same link share their state", () => {
  let redrawCount = 0
  chartLink("explore").listeners.add(() => {
    redrawCount += 1
  })
  updateLink(chartLink("explore"), { n: 12 })
  assert.equal(chartLink("explore").n, 12)
  assert.equal(redrawCount, 1)
  assert.equal(chartLink("another").n, null)
})

test("a removed link starts again with its initial state", () => {
  updateLink(chartLink("removed"), { selected: 4 })
  removeLink("removed")
  assert.equal(chartLink("removed").selected, null)
})
