/* Inline SVG, put into the page again only where it has changed. */

/** @import { Component, DrawingData } from "../browser/types.js" */

/** @type {WeakMap<Element, string>} */
const shownDrawings = new WeakMap()

/** @param {Component<DrawingData>} component */
export default function showDrawing({ data, parentElement }) {
  const root = parentElement.querySelector(".dynas-drawing")
  if (!root || !data || shownDrawings.get(root) === data.svg) return
  shownDrawings.set(root, data.svg)
  root.innerHTML = data.svg
}
