/* What charts of one page share: the replayed moment, the selected sub-network, what matches. */

/** @import { Moment } from "../browser/types.js" */
/** @typedef {Moment & { followers: Set<() => void> }} ChartLink */

/** What a chart shows that is linked with none: everything, and nothing selected.
 * @type {Readonly<Moment>} */
export const WHOLE_RUN = { n: null, selected: null, at: null, matches: null }

/** @type {Map<string, ChartLink>} */
const links = new Map()

/**
 * The link of a name, made when it is first asked for.
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
 * Changes what linked charts show, and draws them anew.
 * @param {ChartLink} link
 * @param {Partial<Moment>} change
 */
export function updateLink(link, change) {
  Object.assign(link, change)
  link.followers.forEach((redraw) => redraw())
}

/**
 * Forgets a link, when the page that showed it has gone.
 * @param {string} name
 */
export function removeLink(name) {
  links.delete(name)
}
