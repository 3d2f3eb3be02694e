import assert from "node:assert/strict"
import { test } from "node:test"

import { layoutForWidth, plotHeight } from "../../../app/charts/narrow_layout.js"

const LAYOUT = {
  margin: { l: 56, r: 12 },
  coloraxis: { cmin: 1, colorbar: { title: { text: "Evaluation count", side: "right" } } },
}

test("a wide chart keeps its layout and its height", () => {
  globalThis.window = { innerWidth: 1280, innerHeight: 800 }
  assert.equal(layoutForWidth(LAYOUT, 640, 400), LAYOUT)
  assert.equal(layoutForWidth(LAYOUT, 300, 400), LAYOUT, "a narrow chart on a wide screen")
  assert.equal(plotHeight(436, 640), 436)
  assert.equal(plotHeight(436, 300), 436, "a narrow chart on a wide screen")
})

test("the main chart has 60 % of a narrow screen, other charts keep their height", () => {
  globalThis.window = { innerWidth: 390, innerHeight: 844 }
  assert.equal(plotHeight(436, 330), 506)
  assert.equal(plotHeight(190, 330), 190)
  globalThis.window = { innerWidth: 390, innerHeight: 500 }
  assert.equal(plotHeight(436, 330), 436)
})

test("the colour bar of a narrow chart lies below it", () => {
  globalThis.window = { innerWidth: 390, innerHeight: 844 }
  const { coloraxis, margin } = layoutForWidth(LAYOUT, 330, 500)
  assert.equal(coloraxis.colorbar.orientation, "h")
  assert.equal(coloraxis.cmin, 1)
  assert.equal(margin.l, 44)
  assert.equal(LAYOUT.coloraxis.colorbar.orientation, undefined, "the given layout stays")
})

test("a space is seen from farther away in a narrow frame", () => {
  globalThis.window = { innerWidth: 390, innerHeight: 844 }
  const scene = { camera: { eye: { x: -1, y: 1, z: 0.5 }, center: { x: 0, y: 0, z: -0.2 } } }
  const { camera } = layoutForWidth({ ...LAYOUT, scene }, 330, 500).scene
  assert.ok(camera.eye.x < -1 && camera.eye.y > 1)
  assert.deepEqual(camera.center, scene.camera.center)
})

test("a chart with a layout of its own for narrow screens has that one there", () => {
  const own = { layout: { xaxis2: { domain: [0, 1] } }, height: 2000 }
  globalThis.window = { innerWidth: 390, innerHeight: 844 }
  assert.equal(plotHeight(436, 330, own), 2000)
  assert.deepEqual(layoutForWidth(LAYOUT, 330, 500, own).xaxis2.domain, [0, 1])
  globalThis.window = { innerWidth: 1280, innerHeight: 844 }
  assert.equal(plotHeight(436, 640, own), 436)
  assert.equal(layoutForWidth(LAYOUT, 640, 400, own), LAYOUT)
})
