import assert from "node:assert/strict"
import { test } from "node:test"

import { fedFigure, omissionNote, pictureState } from "../../../app/charts/fed_figure.js"

const FEED = { run: "r", address: "feed/points?run=r", upto: 0, divide: [1e6, 1] }
const RUN = {
  number: [1, 2, 4], x: [3e6, 5e6, 4e6], y: [90, 91, 92], cycle: [0, 0, 1], missed: [0, 0b1, 0],
  extrapolated: [0, 0, 0], front: new Set([1, 4]), steps: [1, 4], heights: [0.2, 0.3], upto: 5,
  measured: 3,
}

test("points are in the units of the axes", () => {
  const { points, upto } = fedFigure({ data: [], layout: {}, feed: FEED, points: { joined: true } }, RUN)
  assert.deepEqual(points.x, [3, 5, 4])
  assert.deepEqual(points.y, [90, 91, 92])
  assert.deepEqual(points.feasible, [true, false, true])
  assert.deepEqual(points.ends.map((end) => end > 1e9), [true, false, true])
  assert.equal(points.joined, true)
  assert.equal(upto, 5)
})

test("a staircase goes on to the last evaluation, before what else is drawn", () => {
  const other = { name: "other" }
  const figure = { data: [{ name: "Hypervolume", x: [], y: [] }, other], layout: {}, feed: FEED, steps: true }
  const { data } = fedFigure(figure, RUN)
  assert.deepEqual([data[0].x, data[0].y], [[1, 4, 5], [0.2, 0.3, 0.3]])
  assert.equal(data[1], other)
  const empty = fedFigure(figure, { ...RUN, steps: [], heights: [] }).data[0]
  assert.deepEqual([empty.x, empty.y], [[], []])
})

const state = (upto, steps = [1]) => pictureState({ steps: true }, { upto, steps })

test("a staircase is drawn anew when it rises, or when it is visibly longer", () => {
  assert.notEqual(state(20_000), state(20_000, [1, 2]))
  assert.equal(state(20_000), state(20_001))
  assert.notEqual(state(20_000), state(20_100))
  assert.notEqual(state(20), state(21), "each evaluation of a short run can be seen")
})

test("other figures are drawn anew with every evaluation", () => {
  assert.notEqual(pictureState({}, { upto: 5 }), pictureState({}, { upto: 6 }))
})

test("it is said when not all are drawn", () => {
  const figure = { feed: FEED, points: { number: { length: 9000 } }, measured: 20_000 }
  assert.equal(omissionNote(figure), "9,000 of 20,000 sub-networks drawn.")
  const joined = { ...figure, points: { ...figure.points, joined: true } }
  assert.equal(omissionNote(joined), "9,000 of 20,000 sub-networks drawn; the front is complete.")
  assert.equal(omissionNote({ ...figure, measured: 9000 }), "")
  assert.equal(omissionNote({ data: [], layout: {} }), "")
})
