import { resolveValues } from "./figure_values.js"

/** @import { Layout, PlotAxis } from "../browser/plotly.js" */
/** @import { Figure, PublishedStyle } from "../browser/types.js" */

/**
 * The figure in the published style: white background, black axes, triangular markers.
 * @param {Figure} figure
 * @param {PublishedStyle} style
 * @param {string} title
 */
export function publishedFigure(figure, { theme, layout, axis, marker }, title) {
  const { data, layout: pageLayout } = resolveValues(
    { data: figure.data, layout: figure.layout }, theme,
  )
  const traces = data.filter((trace) => trace.name !== "Selected").map((trace) =>
    (trace.marker?.coloraxis ? { ...trace, marker: { ...trace.marker, ...marker } } : trace))
  const titleStyle = { text: title, x: 0.5, xanchor: "center", font: { size: 16 } }
  const legendStyle = figure.points ? { showlegend: false } : {} // all roles have the same marker
  /** @type {Layout} */
  const publishedLayout = {
    ...pageLayout, ...publishedAxes(pageLayout, axis), ...layout, ...legendStyle, title: titleStyle,
  }
  return { data: traces, layout: publishedLayout }
}

/**
 * @param {Layout} layout
 * @param {Record<string, unknown>} style
 */
function publishedAxes(layout, style) {
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name))
  return Object.fromEntries(axes.map(([name, value]) => {
    const axis = /** @type {PlotAxis} */ (value)
    return [name, { ...axis, ...style, title: { ...axis.title, font: { size: 15 } } }]
  }))
}
