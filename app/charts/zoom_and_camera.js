/* A zoom and a camera as text of an address, and back.

   Metrics are in their own units, such as `macs:3000000~5000000;acc:89~92`; of a camera there are
   the coordinates of eye, centre and up, such as `1.5,1.5,0.9,0,0,-0.15,0,0,1`. */

/** @import { Camera, Layout, Point } from "../browser/plotly.js" */
/** @import { PlaceAxis } from "../browser/types.js" */
/** @typedef {(axis: "xaxis" | "yaxis") => readonly number[]} RangeOf */

const NARROWEST = 1e-6 // part of the whole that a range from an address may show
const WIDEST = 1e3 // times the whole that it may show, or be away from it
const NEAREST = 1e-3 // of a camera to what it looks at
const FARTHEST = 100 // coordinates of a camera
const STILL = 1e-4 // of a camera that has not been turned
const CAMERA_PARTS = /** @type {const} */ (["eye", "center", "up"])

/**
 * A range as it is drawn, from one in the metric's own unit.
 * @param {PlaceAxis} axis
 * @param {number[]} range
 */
const drawnRange = ({ divide, log }, range) =>
  range.map((end) => (log ? Math.log10(end / divide) : end / divide))

/**
 * A range in the metric's own unit, from one as it is drawn.
 * @param {PlaceAxis} axis
 * @param {number[]} range
 */
const ownRange = ({ divide, log }, range) => range.map((end) => divide * (log ? 10 ** end : end))

/**
 * Whether a range shows something of an axis: neither nothing at all nor a speck in the void.
 * @param {number[]} range
 * @param {readonly number[]} whole
 */
function isSensible([low, high], [from, to]) {
  const whole = Math.abs(to - from)
  const span = high - low
  const away = Math.abs(high + low - from - to) / 2
  return span >= NARROWEST * whole && span <= WIDEST * whole && away <= WIDEST * whole
}

/**
 * What a text says of the ranges of the axes, as Plotly takes it; what makes no sense is left out.
 * @param {string} text
 * @param {PlaceAxis[]} axes
 * @param {RangeOf} shownRange
 */
export function zoomFromText(text, axes, shownRange) {
  /** @type {Record<string, number[]>} */
  const change = {}
  for (const word of text.split(";")) {
    const [, name, low, high] = word.match(/^([^:~]+):([-+.\de]+)~([-+.\de]+)$/) ?? []
    const axis = axes.find((one) => one.name === name)
    if (!axis) continue
    const range = drawnRange(axis, [Number(low), Number(high)])
    if (isSensible(range, shownRange(axis.axis))) change[`${axis.axis}.range`] = range
  }
  return change
}

/**
 * The text of the ranges that the visitor has chosen.
 * @param {PlaceAxis[]} axes
 * @param {Layout} first the layout as the figure gives it
 * @param {Layout} now the layout as the visitor has it
 */
export function zoomText(axes, first, now) {
  const words = []
  for (const axis of axes) {
    const { range, autorange } = now[axis.axis] ?? {}
    const whole = first[axis.axis]?.range
    if (autorange || !range || (whole && range.every((end, i) => end === whole[i]))) continue
    const [low, high] = ownRange(axis, range).map((end) => Number(end.toPrecision(8)))
    words.push(`${axis.name}:${low}~${high}`)
  }
  return words.join(";")
}

/**
 * What a text says of the camera, as Plotly takes it; nothing where it makes no sense.
 * @param {string} text
 * @returns {{ "scene.camera"?: Camera }}
 */
export function cameraFromText(text) {
  const numbers = text.split(",").map((one) => (one.trim() ? Number(one) : NaN))
  if (numbers.length !== 9 || !numbers.every((one) => Math.abs(one) <= FARTHEST)) return {}
  const [eye, center, up] = [0, 3, 6].map((from) => numbers.slice(from, from + 3))
  const ahead = Math.hypot(...eye.map((one, i) => one - center[i]))
  if (ahead < NEAREST || Math.hypot(...up) < NEAREST) return {} // nowhere to look, or no up
  const [eyePoint, centerPoint, upPoint] = [eye, center, up].map(([x, y, z]) => ({ x, y, z }))
  return { "scene.camera": { eye: eyePoint, center: centerPoint, up: upPoint } }
}

/**
 * The text of a camera that the visitor has turned; empty where it is as the figure gives it.
 * @param {Camera | undefined} first
 * @param {Camera} now
 */
export function cameraText(first, now) {
  const before = coordinates(first)
  const numbers = coordinates(now)
  if (numbers.every((one, i) => Math.abs(one - before[i]) < STILL)) return ""
  // A camera straight above has its direction in the last digits alone.
  return numbers.map((one) => Number(one.toPrecision(6))).join(",")
}

/** @param {Camera | undefined} camera */
function coordinates(camera) {
  return CAMERA_PARTS.flatMap((name) => {
    /** @type {Partial<Point>} */
    const { x = 0, y = 0, z = name === "up" ? 1 : 0 } = camera?.[name] ?? {}
    return [x, y, z]
  })
}
