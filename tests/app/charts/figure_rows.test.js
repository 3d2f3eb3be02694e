import assert from "node:assert/strict"
import { test } from "node:test"

import { csvText, figureRows } from "../../../app/charts/figure_rows.js"

const layout = { xaxis: { title: { text: "MACs (M),<br>less is better" } }, yaxis: { title: { text: "" } } }
const points = (more = {}) => ({
  name: "On the front", type: "scatter", mode: "markers", x: [1, 2], y: new Float64Array([90, 91]),
  customdata: [7, 9], ...more,
})

test("each point is a row; axis titles are on one line", () => {
  assert.deepEqual(figureRows({ data: [points(), points({ name: "Selected" })], layout }), [
    ["series", "number", "MACs (M), less is better", "value"],
    ["On the front", 7, 1, 90],
    ["On the front", 9, 2, 91],
  ])
})

test("lines that connect points are left out unless they are the only trace", () => {
  const line = { name: "Pareto front", type: "scatter", mode: "lines", x: [1], y: [2] }
  assert.equal(figureRows({ data: [line, points()], layout }).length, 3)
  assert.deepEqual(figureRows({ data: [line], layout })[1], ["Pareto front", "", 1, 2])
})

test("optional columns exist only if the figure has values for them", () => {
  const data = [points({ z: [3, 4], error_x: { array: [0.1, 0.2] }, text: ["", "cycle 2<br>extrapolated"] })]
  const [header, first, second] = figureRows({ data, layout: { scene: { zaxis: { title: { text: "Size" } } } } })
  assert.deepEqual(header, ["series", "number", "x", "value", "Size", "deviation", "extrapolated"])
  assert.deepEqual(first.slice(-3), [3, 0.1, ""])
  assert.deepEqual(second.slice(-3), [4, 0.2, "yes"])
})

test("parallel coordinates have one column per axis", () => {
  const dimensions = [{ label: "a", values: [1, 2] }, { label: "b", values: new Int32Array([3, 4]) }]
  assert.deepEqual(figureRows({ data: [{ type: "parcoords", dimensions }], layout: {} }), [
    ["a", "b"], [1, 3], [2, 4],
  ])
})

test("all values of a CSV file are quoted", () => {
  const text = csvText({ data: [points({ name: 'the "best"' })], layout })
  assert.equal(text.split("\n")[1], '"the ""best""","7","1","90"')
  assert.ok(text.endsWith("\n"))
})

test("a spreadsheet reads no text as a formula, and numbers stay numbers", () => {
  for (const name of ["=1+1", "+x", "-x", "@x", "\tx"]) {
    assert.ok(csvText({ data: [points({ name })], layout }).includes(`"'${name}"`))
  }
  assert.ok(csvText({ data: [points({ x: [-1.5, 2] })], layout }).includes('"-1.5"'))
})

test("a figure with a table of its own has those rows; a number that there is not is empty", () => {
  const table = { header: ["gene", "median"], columns: [["3", "5"], new Float64Array([90, NaN])] }
  const figure = { data: [points()], layout, table }
  assert.deepEqual(figureRows(figure), [["gene", "median"], ["3", 90], ["5", ""]])
  assert.equal(csvText(figure), '"gene","median"\n"3","90"\n"5",""\n')
})
