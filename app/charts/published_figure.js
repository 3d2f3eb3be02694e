import { concreteValues } from "./figure_values.js"

/** @import { Layout, PlotAxis } from "../browser/plotly.js" */
/** @import { Figure, PublishedStyle } from "../browser/types.js" */

/**
 * The figure as published notebooks print it: white, black axes, triangles by evaluation count.
 * @param {Figure} figure
 * @param {PublishedStyle} style
 * @param {string} title
 */
export function publishedFigure(figure, { theme, layout, axis, marker }, title) {
  const { data, layout: own } = concreteValues({ data: figure.data, layout: figure.layout }, theme)
  const traces = data.filter((trace) => trace.name !== "Selected").map((trace) =>
    (trace.marker?.coloraxis ? { ...trace, marker: { ...trace.marker, ...marker } } : trace))
  const heading = { text: title, x: 0.5, xanchor: "center", font: { size: 16 } }
  const legend = figure.points ? { showlegend: false } : {} // one shape for all of them
  /** @type {Layout} */
  const styled = { ...own, ...styledAxes(own, axis), ...layout, ...legend, title: heading }
  return { data: traces, layout: styled }
}

/**
 * @param {Layout} layout
 * @param {Record<string, unknown>} style
 */
function styledAxes(layout, style) {
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name))
  return Object.fromEntries(axes.map(([name, value]) => {
    const axis = /** @type {PlotAxis} */ (value)
    return [name, { ...axis, ...style, title: { ...axis.title, font: { size: 15 } } }]
  }))
}
