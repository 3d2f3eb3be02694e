import assert from "node:assert/strict"
import { test } from "node:test"

import { INITIAL_STATE } from "../../../app/charts/chart_link.js"
import { indicesByRole, linkedFigure } from "../../../app/charts/linked_figure.js"

const STILL_ON_FRONT = 2147483647

/* Six sub-networks: #1 leaves the front at 3, #2 is infeasible, #5 failed and is not included. */
const POINTS = {
  number: [1, 2, 3, 4, 6],
  x: [50, 40, 30, 60, 10],
  y: [5, 4, 3, 6, 1],
  cycle: [0, 0, 1, 1, 2],
  feasible: [1, 0, 1, 1, 1],
  ends: [3, 0, STILL_ON_FRONT, 0, STILL_ON_FRONT],
  cycles: [[1, 0], [3, 1], [6, 2]],
  names: { 0: "first sample" },
  joined: true,
}
const trace = (role, more = {}) => ({ name: role, role, x: [], y: [], marker: {}, ...more })
const stateWith = (change) => ({ ...INITIAL_STATE, ...change })
const numbers = (indices) => indices.map((i) => POINTS.number[i])

test("each sub-network has one role; all are measured and the line connects the front", () => {
  const roles = indicesByRole(POINTS, INITIAL_STATE)
  assert.deepEqual(numbers(roles.measured), [1, 2, 3, 4, 6])
  assert.deepEqual(numbers(roles.front), [3, 6])
  assert.deepEqual(numbers(roles.infeasible), [2])
  assert.deepEqual(numbers(roles.dominated), [1, 4])
  assert.deepEqual(numbers(roles.line), [6, 3], "by ascending x")
})

test("a replayed state shows the front and the newest cycle of that evaluation", () => {
  assert.deepEqual(numbers(indicesByRole(POINTS, stateWith({ n: 2 })).front), [1])
  const later = indicesByRole(POINTS, stateWith({ n: 4 }))
  assert.deepEqual(numbers(later.measured), [1, 2, 3, 4])
  assert.deepEqual(numbers(later.front), [3])
  assert.deepEqual(numbers(later.population), [4])
  assert.deepEqual(numbers(later.dominated), [1])
})

test("sub-networks that do not match the filter have the role 'other', also on the front", () => {
  const matches = Uint8Array.of(0b001001) // #1 and #4, lowest bit first
  const roles = indicesByRole(POINTS, stateWith({ matches }))
  assert.deepEqual(numbers(roles.other), [2, 3, 6])
  assert.deepEqual(numbers(roles.dominated), [1, 4])
  assert.deepEqual(numbers(roles.line), [6, 3])
})

test("the line is empty unless the figure connects the front", () => {
  assert.deepEqual(indicesByRole({ ...POINTS, joined: false }, INITIAL_STATE).line, [])
})

test("traces are filled by their roles, with hover texts", () => {
  const points = {
    ...POINTS, missed: [0, 0b10, 0, 0, 0], limits: ["macs", "params"], extrapolated: [0, 1, 0, 0, 0],
  }
  const data = [trace("infeasible"), trace("front", { marker: { coloraxis: "c" } })]
  const figure = { data, layout: {}, points }
  const [infeasible, front] = linkedFigure(figure, INITIAL_STATE).data
  assert.deepEqual(infeasible.text, ["first sample<br>infeasible: params<br>extrapolated"])
  assert.deepEqual(front.customdata, [3, 6])
  assert.deepEqual(front.marker.color, [3, 6])
  assert.deepEqual([front.x, front.y], [[30, 10], [3, 1]])
  assert.deepEqual(front.text, ["cycle 1", "cycle 2"])
})

test("a trace without a role stays unchanged", () => {
  const line = { name: "limit", x: [1], y: [2] }
  const [sameTrace] = linkedFigure({ data: [line], layout: {}, points: POINTS }, INITIAL_STATE).data
  assert.equal(sameTrace, line)
})

test("a ring marks the selected sub-network after its evaluation", () => {
  const figure = { data: [trace("selected")], layout: {}, points: POINTS }
  const ring = (change) => linkedFigure(figure, stateWith(change)).data[0]
  assert.deepEqual([ring({ selected: 4 }).x, ring({ selected: 4 }).y], [[60], [6]])
  assert.deepEqual(ring({ selected: 4, n: 3 }).x, [])
  assert.deepEqual(ring({}).x, [])
  assert.deepEqual(ring({ selected: 5, at: [7, 8] }).x, [7], "at the position that the page sends")
  assert.deepEqual(ring({ selected: 5 }).x, [], "no position is known")
})

test("points of a 3-D chart have a third coordinate", () => {
  const points = { ...POINTS, z: [9, 8, 7, 6, 5] }
  const figure = { data: [trace("selected"), trace("front")], layout: {}, points }
  const [ring, front] = linkedFigure(figure, stateWith({ selected: 1 })).data
  assert.deepEqual(ring.z, [9])
  assert.deepEqual(front.z, [7, 5])
})

test("a cursor at the replayed evaluation is added to the existing shapes", () => {
  const figure = { data: [], layout: { shapes: [{ type: "rect" }] }, cursor: { type: "line" } }
  assert.equal(linkedFigure(figure, INITIAL_STATE), figure)
  const { shapes } = linkedFigure(figure, stateWith({ n: 12 })).layout
  assert.deepEqual(shapes, [{ type: "rect" }, { type: "line", x0: 12, x1: 12 }])
  assert.equal(figure.layout.shapes.length, 1)
})

test("a hover text has the chosen columns and the note", () => {
  const columns = [
    { label: "Parameters", values: [0.5, 1, 2, 3, 4.25], texts: {}, decimals: 2, unit: "M" },
    { label: "Kernel", values: [3, 3, NaN, 5, 7], texts: { "": "off", 3: "three" }, decimals: 0, unit: "" },
  ]
  const points = { ...POINTS, columns, notes: { 3: "Note: keep" } }
  const { data } = linkedFigure({ data: [trace("measured")], layout: {}, points }, INITIAL_STATE)
  assert.equal(data[0].text[0], "first sample<br>Parameters: 0.50 M<br>Kernel: three")
  assert.equal(data[0].text[2], "cycle 1<br>Parameters: 2.00 M<br>Kernel: off<br>Note: keep")
  assert.equal(data[0].text[4], "cycle 2<br>Parameters: 4.25 M<br>Kernel: 7")
})
