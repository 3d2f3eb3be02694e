/* What Plotly knows of a chart and tells nobody: ranges it chose by itself, the camera as it is. */

/** @import { Camera, PlotElement } from "../browser/plotly.js" */

/** @param {PlotElement} plot */
const inner = (plot) => /** @type {any} */ (plot)._fullLayout

/**
 * The two ends of an axis as it is drawn; `plot.layout` has none before somebody zooms.
 * @param {PlotElement} plot
 * @param {"xaxis" | "yaxis"} axis
 * @returns {[number, number]}
 */
export const shownRangeOf = (plot, axis) => inner(plot)[axis].range

/**
 * Where a chart of three axes is looked at from; `plot.layout` lags behind the wheel.
 * @param {PlotElement} plot
 * @returns {Camera}
 */
export const cameraOf = (plot) => inner(plot).scene._scene.getCamera()
