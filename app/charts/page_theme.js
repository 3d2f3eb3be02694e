/* What a figure's colour names mean on the page as it is now, light or dark. */

import { FIGURE_COLOURS } from "./engine_styles.js"

/** @import { Theme } from "../browser/types.js" */

/**
 * How light a colour of CSS is, from 0 to 1.
 * @param {string} colour
 */
function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d")
  if (!probe) return 1
  probe.fillStyle = colour
  probe.fillRect(0, 0, 1, 1)
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}

/**
 * The theme of the page that holds an element.
 * @param {Element} element
 * @returns {Theme}
 */
export function pageTheme(element) {
  const style = getComputedStyle(element)
  /** @param {string} name */
  const token = (name) => style.getPropertyValue(`--st-${name}`).trim()
  const background = token("background-color") || "#ffffff"
  const column = luminance(background) < 0.5 ? 1 : 0
  /** @type {Theme} */
  const theme = {
    background,
    text: token("text-color"),
    panel: token("secondary-background-color"),
    border: token("border-color"),
    muted: token("gray-text-color"),
    font: token("font") || "sans-serif",
  }
  for (const [name, pair] of Object.entries(FIGURE_COLOURS)) theme[name] = pair[column]
  return theme
}
