/* The layout of charts on narrow screens: a chart is high there, and its colour bar lies above. */

/** @import { Camera, Layout } from "../browser/plotly.js" */
/** @typedef {{ layout: Layout, height: number }} OwnLayout the layout of a chart for narrow screens */

const NARROW = 480 // pixels
const NARROW_WINDOW = 640 // pixels
const HERO_HEIGHT = 400 // a chart of this height is the main one of its page
const SCREEN_SHARE = 0.6 // of the height of the window for the main chart on a narrow screen
const USUAL_ASPECT = 1.5 // width to height of a frame that a space fills

/**
 * Whether a chart of a width is narrow because its screen is.
 * @param {number} width
 */
const isNarrow = (width) => width > 0 && width < NARROW && window.innerWidth < NARROW_WINDOW

/**
 * The height of a plot in pixels: the main chart of a page has most of a narrow screen.
 * @param {number} height of the chart on a wide screen
 * @param {number} width of the chart
 * @param {OwnLayout | null} [own]
 */
export function plotHeight(height, width, own) {
  if (own && isNarrow(width)) return own.height
  if (!isNarrow(width) || height < HERO_HEIGHT) return height
  return Math.max(height, Math.round(SCREEN_SHARE * window.innerHeight))
}

/**
 * The camera as far away as a frame needs that is narrower than usual.
 * @param {Camera} camera
 * @param {number} aspect
 * @returns {Camera}
 */
function distantCamera(camera, aspect) {
  const factor = Math.max(1, Math.min(1.6, (USUAL_ASPECT / aspect) ** 0.4))
  const { x = 0, y = 0, z = 0 } = camera.eye ?? {}
  return { ...camera, eye: { x: x * factor, y: y * factor, z: z * factor } }
}

/**
 * The layout for a chart of a width and a height in pixels.
 * @param {Layout} layout
 * @param {number} width
 * @param {number} height
 * @param {OwnLayout | null} [own]
 * @returns {Layout}
 */
export function layoutForWidth(layout, width, height, own) {
  if (!isNarrow(width)) return layout
  if (own) return { ...layout, ...own.layout }
  /** @type {any} */
  const { coloraxis, legend, margin, scene } = layout
  const narrow = { ...layout }
  if (margin?.l > 44) narrow.margin = { ...margin, l: 44 }
  if (coloraxis?.colorbar) {
    const { title } = coloraxis.colorbar
    const colorbar = {
      ...coloraxis.colorbar, orientation: "h", title: { ...title, side: "top", font: { size: 11 } },
      x: 0.5, xanchor: "center", y: scene ? 0 : -0.16, yanchor: "top", len: 1, thickness: 8,
    }
    narrow.coloraxis = { ...coloraxis, colorbar }
  }
  if (legend) narrow.legend = { ...legend, font: { ...legend.font, size: 10 } }
  if (scene?.camera) {
    narrow.scene = { ...scene, camera: distantCamera(scene.camera, width / height) }
  }
  return narrow
}
