/* Reads private attributes of Plotly: the current ranges of the axes and the current camera. */

/** @import { Camera, PlotElement } from "../browser/plotly.js" */

/** @param {PlotElement} plot */
const fullLayout = (plot) => /** @type {any} */ (plot)._fullLayout

/**
 * The current range of an axis; `plot.layout` has no range until the user zooms.
 * @param {PlotElement} plot
 * @param {"xaxis" | "yaxis"} axis
 * @returns {[number, number]}
 */
export const shownRangeOf = (plot, axis) => fullLayout(plot)[axis].range

/**
 * The current camera of a 3-D chart; `plot.layout` is late while the wheel turns.
 * @param {PlotElement} plot
 * @returns {Camera}
 */
export const cameraOf = (plot) => fullLayout(plot).scene._scene.getCamera()
