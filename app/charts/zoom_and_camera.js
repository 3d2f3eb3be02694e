/* Formats a zoom or a camera as text of a URL, and parses it.

   The ranges of a zoom are in the units of the metrics, such as `macs:3000000~5000000;acc:89~92`; a
   camera is the coordinates of eye, centre and up, such as `1.5,1.5,0.9,0,0,-0.15,0,0,1`. */

/** @import { Camera, Layout, Point } from "../browser/plotly.js" */
/** @import { PlaceAxis } from "../browser/types.js" */
/** @typedef {(axis: "xaxis" | "yaxis") => readonly number[]} AxisRange */

const MIN_SPAN = 1e-6 // of a range, as a fraction of the full range
const MAX_SPAN = 1e3 // of a range and of its offset, as a multiple of the full range
const MIN_DISTANCE = 1e-3 // from the camera to the point at which it looks
const MAX_COORDINATE = 100 // of a camera
const CAMERA_TOLERANCE = 1e-4 // coordinates that differ by less are equal
const CAMERA_PARTS = /** @type {const} */ (["eye", "center", "up"])

/**
 * Converts a range from the unit of the metric to plot coordinates.
 * @param {PlaceAxis} axis
 * @param {number[]} range
 */
const toPlotRange = ({ divide, log }, range) =>
  range.map((end) => (log ? Math.log10(end / divide) : end / divide))

/**
 * Converts a range from plot coordinates to the unit of the metric.
 * @param {PlaceAxis} axis
 * @param {number[]} range
 */
const toMetricRange = ({ divide, log }, range) =>
  range.map((end) => divide * (log ? 10 ** end : end))

/**
 * Whether a range is useful for an axis: neither too small, nor too large, nor too far away.
 * @param {number[]} range
 * @param {readonly number[]} fullRange
 */
function isUsableRange([low, high], [from, to]) {
  const fullSpan = Math.abs(to - from)
  const span = high - low
  const centerOffset = Math.abs(high + low - from - to) / 2
  const largest = MAX_SPAN * fullSpan
  return span >= MIN_SPAN * fullSpan && span <= largest && centerOffset <= largest
}

/**
 * The Plotly update for the ranges that a text describes; ignores entries that are not valid.
 * @param {string} text
 * @param {PlaceAxis[]} axes
 * @param {AxisRange} visibleRange
 */
export function parseZoom(text, axes, visibleRange) {
  /** @type {Record<string, number[]>} */
  const change = {}
  for (const entry of text.split(";")) {
    const [, name, low, high] = entry.match(/^([^:~]+):([-+.\de]+)~([-+.\de]+)$/) ?? []
    const axis = axes.find((candidate) => candidate.name === name)
    if (!axis) continue
    const range = toPlotRange(axis, [Number(low), Number(high)])
    if (isUsableRange(range, visibleRange(axis.axis))) change[`${axis.axis}.range`] = range
  }
  return change
}

/**
 * The text of the ranges that the user has set.
 * @param {PlaceAxis[]} axes
 * @param {Layout} initialLayout the layout of the figure
 * @param {Layout} currentLayout the layout after the user's zoom
 */
export function formatZoom(axes, initialLayout, currentLayout) {
  const entries = []
  for (const axis of axes) {
    const { range, autorange } = currentLayout[axis.axis] ?? {}
    const initialRange = initialLayout[axis.axis]?.range
    if (autorange || !range || initialRange?.every((end, i) => end === range[i])) continue
    const [low, high] = toMetricRange(axis, range).map((end) => Number(end.toPrecision(8)))
    entries.push(`${axis.name}:${low}~${high}`)
  }
  return entries.join(";")
}

/**
 * The Plotly update for the camera that a text describes; empty if the text is not valid.
 * @param {string} text
 * @returns {{ "scene.camera"?: Camera }}
 */
export function parseCamera(text) {
  const numbers = text.split(",").map((word) => (word.trim() ? Number(word) : NaN))
  const areInRange = numbers.every((number) => Math.abs(number) <= MAX_COORDINATE)
  if (numbers.length !== 9 || !areInRange) return {}
  const [eye, center, up] = [0, 3, 6].map((from) => numbers.slice(from, from + 3))
  const viewDistance = Math.hypot(...eye.map((coordinate, i) => coordinate - center[i]))
  if (viewDistance < MIN_DISTANCE || Math.hypot(...up) < MIN_DISTANCE) return {} // no direction
  const [eyePoint, centerPoint, upPoint] = [eye, center, up].map(([x, y, z]) => ({ x, y, z }))
  return { "scene.camera": { eye: eyePoint, center: centerPoint, up: upPoint } }
}

/**
 * The text of a camera that the user has moved; empty if it is the camera of the figure.
 * @param {Camera | undefined} initialCamera
 * @param {Camera} currentCamera
 */
export function formatCamera(initialCamera, currentCamera) {
  const initial = coordinates(initialCamera)
  const current = coordinates(currentCamera)
  if (current.every((number, i) => Math.abs(number - initial[i]) < CAMERA_TOLERANCE)) return ""
  // The direction of a camera straight above is only in the last digits.
  return current.map((number) => Number(number.toPrecision(6))).join(",")
}

/** @param {Camera | undefined} camera */
function coordinates(camera) {
  return CAMERA_PARTS.flatMap((name) => {
    /** @type {Partial<Point>} */
    const { x = 0, y = 0, z = name === "up" ? 1 : 0 } = camera?.[name] ?? {}
    return [x, y, z]
  })
}
