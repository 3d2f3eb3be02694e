import assert from "node:assert/strict"
import { test } from "node:test"

import { chartLink, removeLink, updateLink } from "../../../app/charts/chart_link.js"

test("charts with the same link follow the same moment", () => {
  let drawn = 0
  chartLink("explore").followers.add(() => {
    drawn += 1
  })
  updateLink(chartLink("explore"), { n: 12 })
  assert.equal(chartLink("explore").n, 12)
  assert.equal(drawn, 1)
  assert.equal(chartLink("another").n, null)
})

test("a link that was removed begins anew", () => {
  updateLink(chartLink("gone"), { selected: 4 })
  removeLink("gone")
  assert.equal(chartLink("gone").selected, null)
})
