/* The state that linked charts share: replayed evaluations, selected sub-network and filter. */

/** @import { LinkState } from "../browser/types.js" */
/** @typedef {LinkState & { listeners: Set<() => void> }} ChartLink */

/** The state of a chart without a link: all evaluations, no selection, no filter.
 * @type {Readonly<LinkState>} */
export const INITIAL_STATE = { n: null, selected: null, at: null, matches: null }

/** @type {Map<string, ChartLink>} */
const links = new Map()

/**
 * Returns the link with a name; creates it at the first call.
 * @param {string} name
 */
export function chartLink(name) {
  let link = links.get(name)
  if (!link) {
    link = { ...INITIAL_STATE, listeners: new Set() }
    links.set(name, link)
  }
  return link
}

/**
 * Changes the state of a link and redraws its charts.
 * @param {ChartLink} link
 * @param {Partial<LinkState>} change
 */
export function updateLink(link, change) {
  Object.assign(link, change)
  link.listeners.forEach((redraw) => redraw())
}

/**
 * Removes a link when its page is closed.
 * @param {string} name
 */
export function removeLink(name) {
  links.delete(name)
}
