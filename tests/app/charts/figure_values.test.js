import assert from "node:assert/strict"
import { test } from "node:test"

import { resolveValues } from "../../../app/charts/figure_values.js"

/** Encodes an array as `engine.analysis.figures.packing` does. */
const packed = (array, dtype) => ({
  dtype, bdata: Buffer.from(array.buffer).toString("base64"),
})

test("colour names are replaced at any depth", () => {
  const figure = { data: [{ line: { color: "@front" } }], layout: { font: { family: "@font" } } }
  assert.deepEqual(resolveValues(figure, { front: "#c2410c", font: "serif" }), {
    data: [{ line: { color: "#c2410c" } }], layout: { font: { family: "serif" } },
  })
})

test("names that the theme does not define stay", () => {
  assert.equal(resolveValues("@unknown", { front: "red" }), "@unknown")
})

test("packed arrays become typed arrays of the same type", () => {
  const arrays = {
    f8: new Float64Array([0.1, -2]), f4: new Float32Array([0.5]), i4: new Int32Array([7, -1]),
    i2: new Int16Array([300]), u1: new Uint8Array([0, 255]),
  }
  for (const [dtype, array] of Object.entries(arrays)) {
    assert.deepEqual(resolveValues({ x: packed(array, dtype) }, {}), { x: array })
  }
})

test("the original is not changed, and arrays are not copied", () => {
  const array = new Float64Array([1, 2])
  const figure = { x: array, color: "@front", nothing: null, count: 3, shown: false }
  const copy = resolveValues(figure, { front: "red" })
  assert.equal(figure.color, "@front")
  assert.equal(copy.x, array)
  assert.deepEqual([copy.nothing, copy.count, copy.shown], [null, 3, false])
})
