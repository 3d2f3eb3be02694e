import assert from "node:assert/strict"
import { test } from "node:test"

import {
  formatCamera, formatZoom, parseCamera, parseZoom,
} from "../../../app/charts/zoom_and_camera.js"

const AXES = [
  { axis: "xaxis", name: "macs", divide: 1e6, log: false },
  { axis: "yaxis", name: "acc", divide: 1, log: false },
]
const fullRange = (axis) => ({ xaxis: [2, 9], yaxis: [80, 95] })[axis]
const zoom = (text, axes = AXES) => parseZoom(text, axes, fullRange)

test("the ranges of a zoom are in the units of the metrics", () => {
  assert.deepEqual(zoom("macs:3000000~5000000;acc:89~92"), {
    "xaxis.range": [3, 5], "yaxis.range": [89, 92],
  })
})

test("the range of a logarithmic axis is converted to exponents of ten", () => {
  const [macs] = AXES
  const range = parseZoom("macs:1e7~1e8", [{ ...macs, log: true }], () => [0.5, 2.5])
  assert.deepEqual(range, { "xaxis.range": [1, 2] })
})

for (const text of [
  "", "acc", "acc:90", "acc:90~x", "other:1~2", "acc:92~89", "acc:90~90", "acc:-1e9~1e9",
  "acc:1e9~1000000001", "acc:~", "acc:NaN~1",
]) {
  test(`'${text}' is not a valid zoom`, () => assert.deepEqual(zoom(text), {}))
}

test("invalid entries are ignored and valid ones are applied", () => {
  assert.deepEqual(zoom("macs:x~y;acc:89~92"), { "yaxis.range": [89, 92] })
})

test("parsing a formatted zoom gives the same ranges", () => {
  const currentLayout = { xaxis: { range: [3.25, 5.5] }, yaxis: { range: [89, 92] } }
  const text = formatZoom(AXES, {}, currentLayout)
  assert.equal(text, "macs:3250000~5500000;acc:89~92")
  assert.deepEqual(zoom(text), { "xaxis.range": [3.25, 5.5], "yaxis.range": [89, 92] })
})

test("only ranges that the user has set are formatted", () => {
  const initialLayout = { xaxis: { range: [2, 9] } }
  const currentLayout = { xaxis: { range: [2, 9] }, yaxis: { range: [80, 95], autorange: true } }
  assert.equal(formatZoom(AXES, initialLayout, currentLayout), "")
  assert.equal(formatZoom(AXES, initialLayout, {}), "")
})

const CAMERA = {
  eye: { x: 1.5, y: 1.25, z: 0.5 }, center: { x: 0, y: 0, z: -0.25 }, up: { x: 0, y: 0, z: 1 },
}

test("parsing a formatted camera gives the same camera", () => {
  const text = formatCamera(undefined, CAMERA)
  assert.equal(text, "1.5,1.25,0.5,0,0,-0.25,0,0,1")
  assert.deepEqual(parseCamera(text), { "scene.camera": CAMERA })
})

test("the text of an unmoved camera is empty", () => {
  const { eye, center } = CAMERA
  assert.equal(formatCamera({ eye, center }, CAMERA), "", "the default up vector is the z axis")
})

for (const text of [
  "", "1,2,3", "1,2,3,4,5,6,7,8,x", "1,1,1,1,1,1,0,0,1", "1,1,1,0,0,0,0,0,0", "1e9,1,1,0,0,0,0,0,1",
  ",,,,,,,,", "1,1,1,0,0,0,0,0,1,2",
]) {
  test(`'${text}' is not a valid camera`, () => assert.deepEqual(parseCamera(text), {}))
}
