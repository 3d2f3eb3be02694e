/* What linked charts of a page share: the replayed moment, the selection and the filter. */

/** @import { Moment } from "../browser/types.js" */
/** @typedef {Moment & { followers: Set<() => void> }} ChartLink */

/** The state of a chart without a link: every evaluation, and no selection.
 * @type {Readonly<Moment>} */
export const WHOLE_RUN = { n: null, selected: null, at: null, matches: null }

/** @type {Map<string, ChartLink>} */
const links = new Map()

/**
 * The link of a name, created on first use.
 * @param {string} name
 */
export function chartLink(name) {
  let link = links.get(name)
  if (!link) {
    link = { ...WHOLE_RUN, followers: new Set() }
    links.set(name, link)
  }
  return link
}

/**
 * Changes the shared state, and redraws the linked charts.
 * @param {ChartLink} link
 * @param {Partial<Moment>} change
 */
export function updateLink(link, change) {
  Object.assign(link, change)
  link.followers.forEach((redraw) => redraw())
}

/**
 * Removes a link when its page has been left.
 * @param {string} name
 */
export function removeLink(name) {
  links.delete(name)
}
