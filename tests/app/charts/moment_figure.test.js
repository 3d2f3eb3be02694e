import assert from "node:assert/strict"
import { test } from "node:test"

import { WHOLE_RUN } from "../../../app/charts/chart_link.js"
import { figureAtMoment, indicesByRole } from "../../../app/charts/moment_figure.js"

const STILL = 2147483647

/* Six sub-networks: #1 leaves the front at 3, #2 is infeasible, #5 has failed and is not here. */
const POINTS = {
  number: [1, 2, 3, 4, 6],
  x: [50, 40, 30, 60, 10],
  y: [5, 4, 3, 6, 1],
  cycle: [0, 0, 1, 1, 2],
  feasible: [1, 0, 1, 1, 1],
  ends: [3, 0, STILL, 0, STILL],
  cycles: [[1, 0], [3, 1], [6, 2]],
  names: { 0: "first sample" },
  joined: true,
}
const trace = (role, more = {}) => ({ name: role, role, x: [], y: [], marker: {}, ...more })
const at = (change) => ({ ...WHOLE_RUN, ...change })
const numbers = (indices) => indices.map((i) => POINTS.number[i])

test("each sub-network has one role; all are measured and the line joins the front", () => {
  const roles = indicesByRole(POINTS, WHOLE_RUN)
  assert.deepEqual(numbers(roles.measured), [1, 2, 3, 4, 6])
  assert.deepEqual(numbers(roles.front), [3, 6])
  assert.deepEqual(numbers(roles.infeasible), [2])
  assert.deepEqual(numbers(roles.dominated), [1, 4])
  assert.deepEqual(numbers(roles.line), [6, 3], "by ascending x")
})

test("a moment shows the front as it was, and the cycle that then was the newest", () => {
  assert.deepEqual(numbers(indicesByRole(POINTS, at({ n: 2 })).front), [1])
  const later = indicesByRole(POINTS, at({ n: 4 }))
  assert.deepEqual(numbers(later.measured), [1, 2, 3, 4])
  assert.deepEqual(numbers(later.front), [3])
  assert.deepEqual(numbers(later.population), [4])
  assert.deepEqual(numbers(later.dominated), [1])
})

test("what does not match the filter is set apart, on the front as well", () => {
  const matches = Uint8Array.of(0b001001) // #1 and #4, lowest bit first
  const roles = indicesByRole(POINTS, at({ matches }))
  assert.deepEqual(numbers(roles.other), [2, 3, 6])
  assert.deepEqual(numbers(roles.dominated), [1, 4])
  assert.deepEqual(numbers(roles.line), [6, 3])
})

test("nothing is joined where the figure does not say so", () => {
  assert.deepEqual(indicesByRole({ ...POINTS, joined: false }, WHOLE_RUN).line, [])
})

test("traces are filled by their roles, with what hovering says", () => {
  const points = { ...POINTS, missed: [0, 0b10, 0, 0, 0], limits: ["macs", "params"], extrapolated: [0, 1, 0, 0, 0] }
  const figure = { data: [trace("infeasible"), trace("front", { marker: { coloraxis: "c" } })], layout: {}, points }
  const [infeasible, front] = figureAtMoment(figure, WHOLE_RUN).data
  assert.deepEqual(infeasible.text, ["first sample<br>infeasible: params<br>extrapolated"])
  assert.deepEqual(front.customdata, [3, 6])
  assert.deepEqual(front.marker.color, [3, 6])
  assert.deepEqual([front.x, front.y], [[30, 10], [3, 1]])
  assert.deepEqual(front.text, ["cycle 1", "cycle 2"])
})

test("a trace without a role stays as it is", () => {
  const line = { name: "limit", x: [1], y: [2] }
  const [same] = figureAtMoment({ data: [line], layout: {}, points: POINTS }, WHOLE_RUN).data
  assert.equal(same, line)
})

test("a ring is around the selected sub-network, once it has been measured", () => {
  const figure = { data: [trace("selected")], layout: {}, points: POINTS }
  const ring = (change) => figureAtMoment(figure, at(change)).data[0]
  assert.deepEqual([ring({ selected: 4 }).x, ring({ selected: 4 }).y], [[60], [6]])
  assert.deepEqual(ring({ selected: 4, n: 3 }).x, [])
  assert.deepEqual(ring({}).x, [])
  assert.deepEqual(ring({ selected: 5, at: [7, 8] }).x, [7], "where the page says that it is")
  assert.deepEqual(ring({ selected: 5 }).x, [], "nobody says where it is")
})

test("a space has a third coordinate", () => {
  const points = { ...POINTS, z: [9, 8, 7, 6, 5] }
  const figure = { data: [trace("selected"), trace("front")], layout: {}, points }
  const [ring, front] = figureAtMoment(figure, at({ selected: 1 })).data
  assert.deepEqual(ring.z, [9])
  assert.deepEqual(front.z, [7, 5])
})

test("a cursor follows the moment beside the shapes that are there", () => {
  const figure = { data: [], layout: { shapes: [{ type: "rect" }] }, cursor: { type: "line" } }
  assert.equal(figureAtMoment(figure, WHOLE_RUN), figure)
  const { shapes } = figureAtMoment(figure, at({ n: 12 })).layout
  assert.deepEqual(shapes, [{ type: "rect" }, { type: "line", x0: 12, x1: 12 }])
  assert.equal(figure.layout.shapes.length, 1)
})
