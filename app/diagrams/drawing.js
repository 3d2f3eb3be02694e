/* The drawing component: inline SVG, which is replaced only if it has changed. */

/** @import { Component, DrawingData } from "../browser/types.js" */

/** @type {WeakMap<Element, string>} */
const svgByElement = new WeakMap()

/** @param {Component<DrawingData>} component */
export default function showDrawing({ data, parentElement }) {
  const root = parentElement.querySelector(".dynas-drawing")
  if (!root || !data || svgByElement.get(root) === data.svg) return
  svgByElement.set(root, data.svg)
  root.innerHTML = data.svg
}
