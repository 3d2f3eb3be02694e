/* The colours of figures in the current theme of the page. */

import { FIGURE_COLOURS } from "./engine_styles.js"

/** @import { Theme } from "../browser/types.js" */

/**
 * The luminance of a CSS colour, from 0 to 1.
 * @param {string} colour
 */
function luminance(colour) {
  const context = document.createElement("canvas").getContext("2d")
  if (!context) return 1
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}

/**
 * The theme of the page that contains an element.
 * @param {Element} element
 * @returns {Theme}
 */
export function pageTheme(element) {
  const style = getComputedStyle(element)
  /** @param {string} name */
  const cssVariable = (name) => style.getPropertyValue(`--st-${name}`).trim()
  const background = cssVariable("background-color") || "#ffffff"
  const themeIndex = luminance(background) < 0.5 ? 1 : 0
  /** @type {Theme} */
  const theme = {
    background,
    text: cssVariable("text-color"),
    panel: cssVariable("secondary-background-color"),
    border: cssVariable("border-color"),
    muted: cssVariable("gray-text-color"),
    font: cssVariable("font") || "sans-serif",
  }
  for (const [name, colours] of Object.entries(FIGURE_COLOURS)) theme[name] = colours[themeIndex]
  return theme
}
