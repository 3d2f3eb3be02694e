/* Marker sizes and opacities that follow how densely points lie: a copy of
   `engine/analysis/figures/marker_density.py`, from which the numbers come. */

/** @import { Role, Values } from "../browser/plotly.js" */
/** @import { Figure, MarkerDensity, Points } from "../browser/types.js" */
/** @typedef {{ across: Float64Array, up: Float64Array }} Positions */

/**
 * @param {Values<number>} values
 * @param {boolean} isLog
 */
function fromZeroToOne(values, isLog) {
  const scaled = Float64Array.from(values, (value) => (isLog ? Math.log10(value) : value))
  let [low, high] = [Infinity, -Infinity]
  for (const value of scaled) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return scaled.map((value) => (high > low ? (value - low) / (high - low) : 0.5))
}

/**
 * The points of a figure from 0 to 1, between the outermost ones; those in space as seen from the
 * side, where they are farther away.
 * @param {Points} points
 * @param {Figure["layout"]} layout
 * @param {MarkerDensity} density
 * @returns {Positions}
 */
export function positionsInAxes(points, layout, { space }) {
  const axes = layout.scene ?? layout
  const x = fromZeroToOne(points.x, axes.xaxis?.type === "log")
  const y = fromZeroToOne(points.y, axes.yaxis?.type === "log")
  if (!points.z) return { across: x, up: y }
  const z = fromZeroToOne(points.z, axes.zaxis?.type === "log")
  return {
    across: x.map((value, i) => (space * (value + y[i])) / 2),
    up: z.map((value) => space * value),
  }
}

/**
 * The usual distance in pixels between neighbours among the points at `indices`.
 * @param {Positions} positions
 * @param {number[]} indices
 * @param {boolean} onALine whether the points follow each other instead of filling an area
 * @param {MarkerDensity} density
 */
export function neighbourDistance({ across, up }, indices, onALine, { cell, area }) {
  const [width, height] = area
  if (!indices.length) return cell
  const columns = Math.ceil(width / cell) + 1
  const cells = new Set(indices.map((i) =>
    Math.floor((across[i] * width) / cell) + columns * Math.floor((up[i] * height) / cell)))
  const crowding = indices.length / cells.size
  return cell / (onALine ? crowding : Math.sqrt(crowding))
}

/** @param {number} value */
const rounded = (value) => Math.floor(100 * value + 0.5) / 100

/**
 * A marker, made for a sparse chart, at a distance in pixels between neighbours.
 * @param {Record<string, any>} marker
 * @param {Role} role
 * @param {number} distance
 * @param {MarkerDensity} density
 */
export function sizedMarker(marker, role, distance, { fill, least }) {
  const limits = least[role]
  if (!limits) return marker
  const most = Number(marker.size)
  const smallest = limits[0] * most
  const size = Math.min(most, Math.max(smallest, Math.floor(2 * fill * distance + 0.5) / 2))
  const share = (size - smallest) / (most - smallest)
  const opacity = Number(marker.opacity ?? 1)
  const faintest = Math.min(limits[1], opacity)
  /** @type {Record<string, unknown>} */
  const sized = { ...marker, size, opacity: rounded(faintest + (opacity - faintest) * share) }
  if (marker.line && !String(marker.symbol).endsWith("-open")) {
    sized.line = { ...marker.line, width: marker.line.width * share }
  }
  return sized
}
