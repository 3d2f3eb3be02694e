import assert from "node:assert/strict"
import { test } from "node:test"

import { progressOf, recordProgress } from "../../../app/charts/run_progress.js"

test("charts are redrawn only when the run has new evaluations", () => {
  const progress = progressOf("run")
  let redrawCount = 0
  progress.listeners.add(() => {
    redrawCount += 1
  })
  for (const evaluationCount of [5, 5, 3, 6]) recordProgress(progress, evaluationCount)
  assert.equal(redrawCount, 2)
  assert.equal(progressOf("run").evaluationCount, 6)
  assert.equal(progressOf("another").evaluationCount, 0)
})
