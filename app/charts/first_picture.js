/* The first picture of a chart in the plane: its points and lines without numbers on the axes, drawn
   while Plotly is loading, which takes a second or more. */

/** @import { Layout, PlotAxis, Trace } from "../browser/plotly.js" */
/** @typedef {{ x: number, y: number, size: number, colour: string, opacity: number, open: boolean }} Mark */
/** @typedef {{ points: [number, number][], colour: string, width: number }} Line */
/** @typedef {{ left: number, top: number, width: number, height: number }} Frame */

const SPARE = 0.06 // of a range beyond the outermost points on either side, about as in Plotly
const TICK_ROOM = 22 // pixels beside the margin for the numbers of the upright axis
const BAR_ROOM = 68 // pixels for an upright colour bar
const GRID_LINES = 5

/** @param {Trace} trace */
const isPlane = ({ type = "scatter" }) => type === "scatter" || type === "scattergl"

/**
 * Whether a first picture of a figure can be drawn.
 * @param {Trace[]} data
 * @param {Layout} layout
 */
export function hasFirstPicture(data, layout) {
  return !layout.scene && data.every(isPlane) && data.some(({ x }) => x?.length)
}

/**
 * The function from values to shares of an axis, 0 at its start and 1 at its end.
 * @param {PlotAxis | undefined} axis
 * @param {number[]} values
 */
function scaleOf(axis, values) {
  const isLog = axis?.type === "log"
  /** @param {number} value */
  const transformed = (value) => (isLog ? Math.log10(value) : value)
  let [low, high] = axis?.range ?? [Infinity, -Infinity]
  if (!axis?.range) {
    for (const value of values) {
      low = Math.min(low, transformed(value))
      high = Math.max(high, transformed(value))
    }
    const spare = SPARE * (high - low) || 1
    low -= spare
    high += spare
  }
  return (/** @type {number} */ value) => (transformed(value) - low) / (high - low)
}

/**
 * The colour of a number on a scale of colours.
 * @param {number} value
 * @param {{ colorscale: [number, string][], cmin: number, cmax: number }} coloraxis
 */
export function colourOf(value, { colorscale, cmin, cmax }) {
  const share = Math.max(0, Math.min(1, (value - cmin) / (cmax - cmin)))
  const nearest = Math.round(share * (colorscale.length - 1))
  return colorscale[nearest][1]
}

/**
 * The marks and lines of a first picture, in pixels from the corner of the chart.
 * @param {Trace[]} data
 * @param {Layout} layout
 * @param {number} width
 * @param {number} height
 */
export function firstPicture(data, layout, width, height) {
  const { margin, coloraxis } = /** @type {any} */ (layout)
  const bar = coloraxis?.colorbar && coloraxis.colorbar.orientation !== "h" ? BAR_ROOM : 0
  const left = margin.l + TICK_ROOM
  /** @type {Frame} */
  const frame = {
    left, top: margin.t, width: width - left - margin.r - bar, height: height - margin.t - margin.b,
  }
  /** @param {"x" | "y"} letter */
  const valuesOf = (letter) => data.flatMap((trace) => Array.from(trace[letter] ?? [], Number))
    .filter((value) => Number.isFinite(value))
  const [across, up] = [scaleOf(layout.xaxis, valuesOf("x")), scaleOf(layout.yaxis, valuesOf("y"))]
  /** @type {Mark[]} */
  const marks = []
  /** @type {Line[]} */
  const lines = []
  for (const trace of data) {
    const { marker, line, mode = "lines" } = /** @type {any} */ (trace)
    const points = Array.from(trace.x ?? [], (x, i) => /** @type {[number, number]} */ ([
      frame.left + frame.width * across(Number(x)),
      frame.top + frame.height * (1 - up(Number(trace.y[i]))),
    ]))
    if (mode.includes("lines")) {
      lines.push({ points: stepped(points, line?.shape), colour: line?.color, width: line?.width })
    }
    if (!mode.includes("markers") || trace.meta?.legend) continue
    points.forEach(([x, y], i) => {
      const own = ArrayBuffer.isView(marker.color) || Array.isArray(marker.color)
        ? colourOf(Number(marker.color[i]), coloraxis) : marker.color
      const size = Array.isArray(marker.size) ? marker.size[i] : marker.size
      const open = String(marker.symbol).endsWith("-open")
      marks.push({ x, y, size, colour: own, opacity: marker.opacity ?? 1, open })
    })
  }
  return { frame, marks, lines }
}

/**
 * The corners of a line that runs level first (`hv`) or upright first (`vh`).
 * @param {[number, number][]} points
 * @param {string | undefined} shape
 * @returns {[number, number][]}
 */
function stepped(points, shape) {
  if (shape !== "hv" && shape !== "vh") return points
  return points.flatMap(([x, y], i) => {
    if (!i) return [[x, y]]
    const [beforeX, beforeY] = points[i - 1]
    return [shape === "hv" ? [x, beforeY] : [beforeX, y], [x, y]]
  })
}

/**
 * Draws a first picture on a canvas of a width and a height in pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {Trace[]} data
 * @param {Layout} layout
 * @param {number} width
 * @param {number} height
 */
export function drawFirstPicture(canvas, data, layout, width, height) {
  const scale = window.devicePixelRatio || 1
  Object.assign(canvas, { width: width * scale, height: height * scale })
  const context = canvas.getContext("2d")
  if (!context) return
  context.scale(scale, scale)
  const { frame, marks, lines } = firstPicture(data, layout, width, height)
  context.strokeStyle = String(layout.xaxis?.gridcolor ?? "#8884")
  for (let i = 0; i <= GRID_LINES; i += 1) {
    const y = frame.top + (frame.height * i) / GRID_LINES
    const x = frame.left + (frame.width * i) / GRID_LINES
    context.strokeRect(frame.left, y, frame.width, 0)
    context.strokeRect(x, frame.top, 0, frame.height)
  }
  for (const { x, y, size, colour, opacity, open } of marks) {
    context.globalAlpha = opacity
    context.beginPath()
    context.arc(x, y, size / 2, 0, 2 * Math.PI)
    context[open ? "strokeStyle" : "fillStyle"] = colour
    if (open) context.stroke()
    else context.fill()
  }
  context.globalAlpha = 1
  for (const { points, colour, width: lineWidth } of lines) {
    context.strokeStyle = colour
    context.lineWidth = lineWidth ?? 2
    context.beginPath()
    points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)))
    context.stroke()
  }
}
