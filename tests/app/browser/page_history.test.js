import assert from "node:assert/strict"
import { test } from "node:test"

import { keepOneEntryForPage } from "../../../app/browser/page_history.js"

/** A history as that of a browser, and the addresses in it. */
function browser() {
  const entries = ["http://localhost/runs"]
  const resolved = (address) => new URL(address, entries.at(-1)).href
  const visits = {
    pushState: (state, unused, address) => entries.push(resolved(address)),
    replaceState: (state, unused, address) => entries.splice(-1, 1, resolved(address)),
  }
  const follow = () => keepOneEntryForPage(visits, () => entries.at(-1))
  return { entries, visits, follow }
}

test("parameters that the server writes do not add entries", () => {
  const { entries, visits, follow } = browser()
  follow()
  follow() // as a component that is drawn again
  visits.pushState({}, "", "/run")
  visits.pushState({}, "", "/run?run=a")
  visits.pushState({}, "", "/run?run=a&selected=7")
  visits.pushState({}, "", "/explore?run=a&selected=7")
  visits.pushState({}, "", "?run=a")
  assert.deepEqual(entries, [
    "http://localhost/runs",
    "http://localhost/run?run=a&selected=7",
    "http://localhost/explore?run=a",
  ])
})
