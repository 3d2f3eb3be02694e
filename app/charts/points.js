/* The front as it was after n evaluations, from points that were sent once. */

const NOBODY = { n: null, selected: null, at: null, matches: null }

/* The last entry of ascending [n, value] pairs that is not beyond n. */
function stepAt(steps, n) {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle][0] <= n) low = middle + 1
    else high = middle
  }
  return low ? steps[low - 1] : null
}

const matched = (bits, number) => (bits[(number - 1) >> 3] >> ((number - 1) & 7)) & 1

function sorted(points, { n, matches }) {
  const last = n ?? Infinity
  const cycle = stepAt(points.cycles, last)?.[1] ?? 0
  const roles = { measured: [], other: [], infeasible: [], dominated: [], population: [], front: [], line: [] }
  for (let i = 0; i < points.number.length && points.number[i] <= last; i += 1) {
    const onFront = points.ends[i] > last || (n === null && points.ends[i] === 2147483647)
    roles.measured.push(i)
    if (onFront) roles.line.push(i)
    if (matches && !matched(matches, points.number[i])) roles.other.push(i)
    else if (!points.feasible[i]) roles.infeasible.push(i)
    else if (onFront) roles.front.push(i)
    else if (points.cycle[i] === cycle && cycle > 0) roles.population.push(i)
    else roles.dominated.push(i)
  }
  if (!points.joined) roles.line = []
  roles.line.sort((a, b) => points.x[a] - points.x[b])
  return roles
}

function place(trace, points, indices) {
  const numbers = indices.map((i) => points.number[i])
  const filled = { ...trace, x: indices.map((i) => points.x[i]), y: indices.map((i) => points.y[i]) }
  if (points.z) filled.z = indices.map((i) => points.z[i])
  if (trace.role === "line") return filled
  filled.customdata = numbers
  filled.text = indices.map((i) => {
    const cycle = points.names[points.cycle[i]] ?? `cycle ${points.cycle[i]}`
    const beyond = points.extrapolated?.[i] ? ["extrapolated"] : []
    return [cycle, ...reasons(points, i), ...beyond].join("<br>")
  })
  if (trace.marker.coloraxis) filled.marker = { ...trace.marker, color: numbers }
  return filled
}

/* The constraints that a point misses, where the figure names them. */
function reasons({ missed, limits }, i) {
  return (limits ?? []).filter((_, bit) => (missed[i] >> bit) & 1).map((limit) => `infeasible: ${limit}`)
}

function ringed(trace, points, moment) {
  const { n } = moment
  const selected = moment.selected ?? points.selected ?? null
  const at = moment.at ?? points.at
  const i = points.number.indexOf(selected)
  const where = i >= 0 ? [points.x[i], points.y[i], points.z?.[i]] : at
  const shown = selected !== null && where && selected <= (n ?? Infinity)
  const one = (axis) => (shown ? [where[axis]] : [])
  return { ...trace, x: one(0), y: one(1), ...(points.z ? { z: one(2) } : {}) }
}

/* The figure with its points in the traces of their roles, and a cursor where it follows n. */
function atMoment(figure, link) {
  const moment = link ?? NOBODY
  const { points } = figure
  if (points) {
    const roles = sorted(points, moment)
    const data = figure.data.map((trace) =>
      trace.role === "selected" ? ringed(trace, points, moment)
        : trace.role ? place(trace, points, roles[trace.role]) : trace)
    return { ...figure, data }
  }
  if (!figure.cursor || moment.n === null) return figure
  const cursor = { ...figure.cursor, x0: moment.n, x1: moment.n }
  return { ...figure, layout: { ...figure.layout, shapes: [...(figure.layout.shapes ?? []), cursor] } }
}
