/* What charts of one page share: the replayed moment, the selected sub-network, what matches. */

function linkOf(name) {
  window.dynasLinks ??= new Map()
  if (!window.dynasLinks.has(name)) {
    window.dynasLinks.set(name, { n: null, selected: null, at: null, matches: null, followers: new Set() })
  }
  return window.dynasLinks.get(name)
}

function tell(link, change) {
  Object.assign(link, change)
  link.followers.forEach((follow) => follow())
}
