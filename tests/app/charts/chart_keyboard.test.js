import assert from "node:assert/strict"
import { test } from "node:test"

import { nextIndex, reachablePoints } from "../../../app/charts/chart_keyboard.js"

const FRONT = { role: "front", x: [30, 10, 20], y: [3, 1, 2], customdata: [7, 5, 6] }
const DOMINATED = { role: "dominated", x: [40], y: [0], customdata: [1] }
const numbers = (data, layout) =>
  reachablePoints({ data, layout }).map(({ customdata }) => customdata)
const shown = (xaxis, yaxis) => numbers([FRONT], { xaxis, yaxis })

test("keys reach the points of the front from left to right", () => {
  assert.deepEqual(numbers([DOMINATED, FRONT, { name: "line", x: [1], y: [1] }]), [5, 6, 7])
})

test("keys reach all points that can be picked where no front is marked", () => {
  const series = { x: [25], y: [9], customdata: [8] }
  const { role, ...unmarked } = FRONT
  assert.equal(role, "front")
  assert.deepEqual(numbers([unmarked, series]), [5, 6, 8, 7])
  assert.deepEqual(numbers([{ ...unmarked, visible: "legendonly" }, series]), [8])
})

test("keys stay within a zoomed view", () => {
  assert.deepEqual(shown({ range: [15, 30] }, {}), [6, 7])
  assert.deepEqual(shown({ range: [15, 40] }, { range: [2.5, 0] }), [6]) // a reversed axis
  assert.deepEqual(shown({ type: "log", range: [0.9, 1.35] }, {}), [5, 6])
  assert.deepEqual(shown({ range: [15, 25], autorange: true }, {}), [5, 6, 7])
  assert.deepEqual(shown({ range: [100, 200] }, {}), [])
})

test("a point knows its trace and its place there", () => {
  const [first] = reachablePoints({ data: [DOMINATED, { ...FRONT, z: [9, 8, 7] }] })
  assert.deepEqual(first, { x: 10, y: 1, z: 8, customdata: 5, curveNumber: 1, pointNumber: 1 })
})

test("keys stay between the first and the last point", () => {
  assert.equal(nextIndex("ArrowRight", 0, 3), 1)
  assert.equal(nextIndex("ArrowRight", 2, 3), 2)
  assert.equal(nextIndex("ArrowLeft", 0, 3), 0)
  assert.equal(nextIndex("PageUp", 0, 3), 2)
  assert.equal(nextIndex("Home", 2, 3), 0)
  assert.equal(nextIndex("End", -1, 3), 2)
})

test("the first key begins at the near end, and other keys do nothing", () => {
  assert.equal(nextIndex("ArrowRight", -1, 3), 0)
  assert.equal(nextIndex("ArrowLeft", -1, 3), 2)
  assert.equal(nextIndex("Tab", 1, 3), -1)
  assert.equal(nextIndex("End", -1, 0), -1)
})
