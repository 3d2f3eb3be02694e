/* Reaches the points of a chart by keyboard: arrow keys move along the front. */

/** @import { PlotAxis, PlotElement, PlotPoint } from "../browser/plotly.js" */

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }
const REPORT_MS = 300 // after the last key, so that the page is not drawn again for each one

/**
 * Whether a value is within the range that an axis shows; true if the range is not known.
 * @param {PlotAxis | undefined} axis
 * @param {number} value
 */
function isShown(axis, value) {
  if (!axis?.range || axis.autorange || Number.isNaN(value)) return true
  const [from, to] = axis.range
  const place = axis.type === "log" ? Math.log10(value) : value
  return place >= Math.min(from, to) && place <= Math.max(from, to)
}

/**
 * The points that keys reach, from left to right: those of the front, or all if none is marked.
 * Points outside of a zoomed view are left out.
 * @param {PlotElement} plot
 * @returns {PlotPoint[]}
 */
export function reachablePoints({ data, layout }) {
  const pickable = data.map((trace, curveNumber) => ({ trace, curveNumber }))
    .filter(({ trace }) => trace.customdata?.length && trace.visible !== "legendonly")
  const front = pickable.filter(({ trace }) => trace.role === "front")
  const points = (front.length ? front : pickable).flatMap(({ trace, curveNumber }) =>
    Array.from(trace.customdata ?? [], (customdata, pointNumber) => ({
      x: Number(trace.x[pointNumber]),
      y: Number(trace.y[pointNumber]),
      ...(trace.z && { z: Number(trace.z[pointNumber]) }),
      customdata,
      curveNumber,
      pointNumber,
    })))
  const { xaxis, yaxis } = layout ?? {}
  return points.filter(({ x, y, z }) =>
    z !== undefined || (isShown(xaxis, x) && isShown(yaxis, y)))
    .toSorted((a, b) => a.x - b.x || a.y - b.y)
}

/**
 * The index of the point that a key leads to; -1 if the key moves nowhere.
 * @param {string} key
 * @param {number} index of the current point; -1 without one
 * @param {number} count of points
 */
export function nextIndex(key, index, count) {
  if (!count) return -1
  if (key === "Home") return 0
  if (key === "End") return count - 1
  const step = STEPS[/** @type {keyof typeof STEPS} */ (key)]
  if (!step) return -1
  if (index < 0) return step > 0 ? 0 : count - 1
  return Math.max(0, Math.min(count - 1, index + step))
}

/**
 * Calls `mark` with the point that a key leads to, and `report` once the keys have come to rest.
 * @param {PlotElement} plot
 * @param {{
 *   isActive: () => boolean,
 *   selected: () => number | null,
 *   mark: (point: PlotPoint) => void,
 *   report: (point: PlotPoint) => void,
 * }} actions
 */
export function connectKeyboard(plot, { isActive, selected, mark, report }) {
  /** @type {number | null} */
  let current = null
  /** @type {number | undefined} */
  let timer
  plot.addEventListener("keydown", (event) => {
    if (!isActive() || event.ctrlKey || event.metaKey || event.altKey) return
    const points = reachablePoints(plot)
    const number = current ?? selected()
    const index = points.findIndex(({ customdata }) => customdata === number)
    const next = nextIndex(event.key, index, points.length)
    if (next < 0) return
    event.preventDefault() // the page would scroll
    const point = points[next]
    current = point.customdata ?? null
    mark(point)
    clearTimeout(timer)
    timer = setTimeout(() => {
      current = null
      report(point)
    }, REPORT_MS)
  })
}
