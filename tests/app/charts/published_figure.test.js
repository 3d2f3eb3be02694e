import assert from "node:assert/strict"
import { test } from "node:test"

import { publishedFigure } from "../../../app/charts/published_figure.js"

const STYLE = {
  theme: { front: "#d62728" }, layout: { width: 720, height: 520 }, axis: { showline: true },
  marker: { symbol: "triangle-up" },
}
const FIGURE = {
  data: [
    { name: "front", x: [1], y: [2], marker: { coloraxis: "coloraxis", size: 12 } },
    { name: "line", x: [1], y: [2], line: { color: "@front" } },
    { name: "Selected", x: [1], y: [2] },
  ],
  layout: { xaxis: { title: { text: "MACs" } }, yaxis2: {}, margin: { l: 1 } },
}

test("the style replaces colours, axes and markers; the selection ring is left out", () => {
  const { data, layout } = publishedFigure(FIGURE, STYLE, "Front")
  assert.deepEqual(data.map(({ name }) => name), ["front", "line"])
  assert.deepEqual(data[0].marker, { coloraxis: "coloraxis", size: 12, symbol: "triangle-up" })
  assert.equal(data[1].line.color, "#d62728")
  assert.equal(layout.xaxis.showline, true)
  assert.deepEqual(layout.xaxis.title, { text: "MACs", font: { size: 15 } })
  assert.equal(layout.yaxis2.showline, true)
  assert.deepEqual([layout.width, layout.height, layout.title.text], [720, 520, "Front"])
})

test("a legend of roles is left out because all roles have the same marker", () => {
  assert.equal(publishedFigure({ ...FIGURE, points: {} }, STYLE, "Front").layout.showlegend, false)
  assert.equal(publishedFigure(FIGURE, STYLE, "Front").layout.showlegend, undefined)
})
