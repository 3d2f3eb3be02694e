/* The points of a run that grows: all of them are fetched once, later only those that are new. */

const FEEDS_KEPT = 8
const FED = ["number", "x", "y", "cycle", "missed", "extrapolated"]

function feedOf(address) {
  const feeds = (window.dynasFeeds ??= new Map())
  const feed = feeds.get(address) ?? emptied({ address })
  feeds.delete(address) // the one used last stands last
  feeds.set(address, feed)
  if (feeds.size > FEEDS_KEPT) feeds.delete(feeds.keys().next().value)
  return feed
}

function emptied(feed) {
  for (const name of [...FED, "steps", "heights"]) feed[name] = []
  return Object.assign(feed, { upto: 0, measured: 0, front: new Set() })
}

async function ask(feed) {
  const risen = feed.steps.at(-1) ?? 0
  const address = new URL(`${feed.address}&after=${feed.upto}&risen=${risen}`, document.baseURI)
  const answer = await fetch(address)
  if (!answer.ok) throw new Error("The points did not load. Reload the page.")
  const fresh = paint(await answer.json(), {})
  for (const name of [...FED, "steps", "heights"]) {
    for (const value of fresh[name]) feed[name].push(value)
  }
  feed.front = new Set(fresh.front)
  feed.upto = fresh.upto
  feed.measured = fresh.measured
  if (feed.number.length > fresh.most) feed.full = true
}

/* Brings a feed up to an evaluation; charts that ask at the same time share one answer. */
async function fetched({ address }, upto) {
  const feed = feedOf(address)
  for (let turn = 0; turn < 2 && feed.upto < upto; turn += 1) {
    if (feed.full) Object.assign(emptied(feed), { full: false }) // thinned anew
    feed.asking ??= ask(feed).finally(() => { feed.asking = null })
    await feed.asking
  }
  return feed
}

const WIDTH = 256 // evaluations less than one part in so many are too few to see

/* What a picture of the feed depends on: a staircase that does not rise needs no new one. */
function reached({ steps }, feed) {
  if (!steps) return feed.upto
  return `${feed.steps.length} ${Math.floor(feed.upto / Math.ceil(feed.upto / WIDTH))}`
}

const STILL_ON = 2147483647

/* A figure with the points of its feed: a scatter by roles, or a staircase of the hypervolume. */
function fed(figure, feed) {
  const { divide } = figure.feed
  if (figure.steps) {
    const last = feed.heights.length ? [feed.heights.at(-1)] : []
    const staircase = {
      ...figure.data[0], x: [...feed.steps, ...last.map(() => feed.upto)], y: [...feed.heights, ...last],
    }
    return { ...figure, upto: feed.upto, data: [staircase, ...figure.data.slice(1)] }
  }
  return {
    ...figure,
    upto: feed.upto,
    measured: feed.measured,
    points: {
      cycles: [],
      ...figure.points,
      number: feed.number,
      cycle: feed.cycle,
      missed: feed.missed,
      extrapolated: feed.extrapolated,
      x: feed.x.map((value) => value / divide[0]),
      y: feed.y.map((value) => value / divide[1]),
      feasible: feed.missed.map((bits) => bits === 0),
      ends: feed.number.map((number) => (feed.front.has(number) ? STILL_ON : 0)),
    },
  }
}

/* What to say of points that are not drawn. */
function leftOut({ feed, points, measured }) {
  if (!feed || !points || points.number.length >= measured) return ""
  const count = (number) => number.toLocaleString("en")
  const front = points.joined === undefined ? "" : "; the front is complete"
  return `${count(points.number.length)} of ${count(measured)} sub-networks drawn${front}.`
}
