import assert from "node:assert/strict"
import { test } from "node:test"

import { colourOf, firstPicture, hasFirstPicture } from "../../../app/charts/first_picture.js"

const LAYOUT = {
  margin: { l: 28, r: 10, t: 10, b: 40 },
  xaxis: { range: [0, 10] },
  yaxis: { range: [0, 100] },
  coloraxis: { colorscale: [[0, "old"], [0.5, "middle"], [1, "new"]], cmin: 1, cmax: 101 },
}
const POINTS = {
  mode: "markers", x: [0, 10], y: [0, 100], marker: { color: [1, 101], size: 6, symbol: "circle" },
}

test("points lie between the ends of the axes, in the colours of their numbers", () => {
  const { frame, marks } = firstPicture([POINTS], LAYOUT, 360, 250)
  assert.deepEqual(frame, { left: 50, top: 10, width: 300, height: 200 })
  assert.deepEqual(marks.map(({ x, y, colour }) => [x, y, colour]), [
    [50, 210, "old"], [350, 10, "new"],
  ])
})

test("without ranges all points are inside the frame", () => {
  const { frame, marks } = firstPicture([POINTS], { ...LAYOUT, xaxis: {}, yaxis: {} }, 360, 250)
  for (const { x, y } of marks) {
    assert.ok(x > frame.left && x < frame.left + frame.width)
    assert.ok(y > frame.top && y < frame.top + frame.height)
  }
})

test("ranges of a logarithmic axis are exponents", () => {
  const log = { ...LAYOUT, xaxis: { type: "log", range: [0, 2] } }
  const { marks } = firstPicture([{ ...POINTS, x: [1, 10] }], log, 360, 250)
  assert.deepEqual(marks.map(({ x }) => x), [50, 200])
})

test("the line of a front has steps, and entries of the legend have no marks", () => {
  const line = { mode: "lines", x: [0, 10], y: [0, 100], line: { shape: "hv", color: "red", width: 2 } }
  const entry = { ...POINTS, x: [null], y: [null], meta: { legend: true } }
  const { lines, marks } = firstPicture([line, entry], LAYOUT, 360, 250)
  assert.deepEqual(lines[0].points, [[50, 210], [350, 210], [350, 10]])
  assert.deepEqual(marks, [])
})

test("only charts in the plane that have points have a first picture", () => {
  assert.ok(hasFirstPicture([POINTS], LAYOUT))
  assert.ok(!hasFirstPicture([{ ...POINTS, x: [] }], LAYOUT))
  assert.ok(!hasFirstPicture([{ ...POINTS, type: "bar" }], LAYOUT))
  assert.ok(!hasFirstPicture([POINTS], { ...LAYOUT, scene: {} }))
})

test("a number between two colours has the nearest", () => {
  const { coloraxis } = LAYOUT
  assert.deepEqual([-5, 1, 45, 99, 1e9].map((value) => colourOf(value, coloraxis)), [
    "old", "old", "middle", "new", "new",
  ])
})
