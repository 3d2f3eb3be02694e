/* How far a run has grown, as its page has heard. The charts that are fed by the run follow. */

function growthOf(run) {
  const known = (window.dynasGrowth ??= new Map())
  if (!known.has(run)) known.set(run, { upto: 0, told: 0, cost: 0, followers: new Set() })
  return known.get(run)
}

function grow(growth, upto) {
  if (upto <= growth.upto) return
  Object.assign(growth, { upto, told: performance.now() })
  growth.followers.forEach((follow) => follow())
}

/* Notes what it took from the news of growth to the picture of it, once that is on the screen. */
function drawnNow(growth) {
  requestAnimationFrame(() => setTimeout(() => { growth.cost = performance.now() - growth.told }))
}

/* Resolves once the tab can be seen. */
function visible() {
  if (!document.hidden) return null
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }))
}
