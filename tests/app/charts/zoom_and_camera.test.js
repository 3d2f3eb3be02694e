import assert from "node:assert/strict"
import { test } from "node:test"

import {
  cameraFromText, cameraText, zoomFromText, zoomText,
} from "../../../app/charts/zoom_and_camera.js"

const AXES = [
  { axis: "xaxis", name: "macs", divide: 1e6, log: false },
  { axis: "yaxis", name: "acc", divide: 1, log: false },
]
const whole = (axis) => ({ xaxis: [2, 9], yaxis: [80, 95] })[axis]
const zoom = (text, axes = AXES) => zoomFromText(text, axes, whole)

test("a zoom is read in the metrics' own units", () => {
  assert.deepEqual(zoom("macs:3000000~5000000;acc:89~92"), {
    "xaxis.range": [3, 5], "yaxis.range": [89, 92],
  })
})

test("a logarithmic axis has its range in powers of ten", () => {
  const [macs] = AXES
  const range = zoomFromText("macs:1e7~1e8", [{ ...macs, log: true }], () => [0.5, 2.5])
  assert.deepEqual(range, { "xaxis.range": [1, 2] })
})

for (const text of [
  "", "acc", "acc:90", "acc:90~x", "other:1~2", "acc:92~89", "acc:90~90", "acc:-1e9~1e9",
  "acc:1e9~1000000001", "acc:~", "acc:NaN~1",
]) {
  test(`no zoom is read from '${text}'`, () => assert.deepEqual(zoom(text), {}))
}

test("what is right of a text is taken, the rest is left", () => {
  assert.deepEqual(zoom("macs:x~y;acc:89~92"), { "yaxis.range": [89, 92] })
})

test("a zoom is written and read alike", () => {
  const now = { xaxis: { range: [3.25, 5.5] }, yaxis: { range: [89, 92] } }
  const text = zoomText(AXES, {}, now)
  assert.equal(text, "macs:3250000~5500000;acc:89~92")
  assert.deepEqual(zoom(text), { "xaxis.range": [3.25, 5.5], "yaxis.range": [89, 92] })
})

test("only what the visitor has chosen is written", () => {
  const first = { xaxis: { range: [2, 9] } }
  const now = { xaxis: { range: [2, 9] }, yaxis: { range: [80, 95], autorange: true } }
  assert.equal(zoomText(AXES, first, now), "")
  assert.equal(zoomText(AXES, first, {}), "")
})

const CAMERA = {
  eye: { x: 1.5, y: 1.25, z: 0.5 }, center: { x: 0, y: 0, z: -0.25 }, up: { x: 0, y: 0, z: 1 },
}

test("a camera is written and read alike", () => {
  const text = cameraText(undefined, CAMERA)
  assert.equal(text, "1.5,1.25,0.5,0,0,-0.25,0,0,1")
  assert.deepEqual(cameraFromText(text), { "scene.camera": CAMERA })
})

test("a camera that has not been turned is not written", () => {
  const { eye, center } = CAMERA
  assert.equal(cameraText({ eye, center }, CAMERA), "", "up is upwards where nothing is said")
})

for (const text of [
  "", "1,2,3", "1,2,3,4,5,6,7,8,x", "1,1,1,1,1,1,0,0,1", "1,1,1,0,0,0,0,0,0", "1e9,1,1,0,0,0,0,0,1",
  ",,,,,,,,", "1,1,1,0,0,0,0,0,1,2",
]) {
  test(`no camera is read from '${text}'`, () => assert.deepEqual(cameraFromText(text), {}))
}
