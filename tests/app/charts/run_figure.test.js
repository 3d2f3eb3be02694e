import assert from "node:assert/strict"
import { test } from "node:test"

import { drawingKey, figureWithRunPoints, omissionNote } from "../../../app/charts/run_figure.js"

const FEED = { run: "r", address: "feed/points?run=r", evaluations: 0, divide: [1e6, 1] }
const RUN = {
  number: [1, 2, 4], x: [3e6, 5e6, 4e6], y: [90, 91, 92], cycle: [0, 0, 1], missed: [0, 0b1, 0],
  extrapolated: [0, 0, 0], front: new Set([1, 4]), steps: [1, 4], heights: [0.2, 0.3],
  evaluationCount: 5, measuredCount: 3,
}

test("points are in the units of the axes", () => {
  const figure = { data: [], layout: {}, feed: FEED, points: { joined: true } }
  const { points, evaluationCount } = figureWithRunPoints(figure, RUN)
  assert.deepEqual(points.x, [3, 5, 4])
  assert.deepEqual(points.y, [90, 91, 92])
  assert.deepEqual(points.feasible, [true, false, true])
  assert.deepEqual(points.ends.map((end) => end > 1e9), [true, false, true])
  assert.equal(points.joined, true)
  assert.equal(evaluationCount, 5)
})

test("the hypervolume curve extends to the last evaluation; other traces follow it", () => {
  const otherTrace = { name: "other" }
  const curve = { name: "Hypervolume", x: [], y: [] }
  const figure = { data: [curve, otherTrace], layout: {}, feed: FEED, steps: true }
  const { data } = figureWithRunPoints(figure, RUN)
  assert.deepEqual([data[0].x, data[0].y], [[1, 4, 5], [0.2, 0.3, 0.3]])
  assert.equal(data[1], otherTrace)
  const emptyCurve = figureWithRunPoints(figure, { ...RUN, steps: [], heights: [] }).data[0]
  assert.deepEqual([emptyCurve.x, emptyCurve.y], [[], []])
})

const curveKey = (evaluationCount, steps = [1]) =>
  drawingKey({ steps: true }, { evaluationCount, steps })

test("a hypervolume curve is redrawn when it rises or becomes visibly longer", () => {
  assert.notEqual(curveKey(20_000), curveKey(20_000, [1, 2]))
  assert.equal(curveKey(20_000), curveKey(20_001))
  assert.notEqual(curveKey(20_000), curveKey(20_100))
  assert.notEqual(curveKey(20), curveKey(21), "each evaluation of a short run is visible")
})

test("other figures are redrawn after every evaluation", () => {
  assert.notEqual(drawingKey({}, { evaluationCount: 5 }), drawingKey({}, { evaluationCount: 6 }))
})

test("a note says how many sub-networks are drawn if some are not", () => {
  const figure = { feed: FEED, points: { number: { length: 9000 } }, measuredCount: 20_000 }
  assert.equal(omissionNote(figure), "9,000 of 20,000 sub-networks drawn.")
  const joined = { ...figure, points: { ...figure.points, joined: true } }
  assert.equal(omissionNote(joined), "9,000 of 20,000 sub-networks drawn; the front is complete.")
  assert.equal(omissionNote({ ...figure, measuredCount: 9000 }), "")
  assert.equal(omissionNote({ data: [], layout: {} }), "")
})
