/* Where a chart is zoomed to, or looked at from, kept in the address: a pasted link shows the same.

   `figure.place` names the keyword of the address and, for a plane, what its axes stand for. The
   address has metrics in their own units, such as `zoom=macs:3000000~5000000;acc:89~92`, and of a
   camera the coordinates of eye, centre and up, such as `camera=1.5,1.5,0.9,0,0,-0.15,0,0,1`. */

const SETTLED = 200 // milliseconds without a further turn of the wheel
const NARROWEST = 1e-6 // part of the whole that a range from an address may show
const WIDEST = 1e3 // times the whole that it may show, or be away from it
const NEAREST = 1e-3 // of a camera to what it looks at
const FARTHEST = 100 // coordinates of a camera
const STILL = 1e-4 // of a camera that has not been turned
const CAMERA_PARTS = ["eye", "center", "up"]

/* A range as it is drawn, from one in the metric's own unit, and back. */
const drawnRange = ({ divide, log }, range) => range.map((end) => (log ? Math.log10(end / divide) : end / divide))
const ownRange = ({ divide, log }, range) => range.map((end) => divide * (log ? 10 ** end : end))

/* Whether a range shows something of an axis: neither nothing at all nor a speck in the void. */
function sensible([low, high], [from, to]) {
  const whole = Math.abs(to - from)
  const span = high - low
  const away = Math.abs(high + low - from - to) / 2
  return span >= NARROWEST * whole && span <= WIDEST * whole && away <= WIDEST * whole
}

/* What a text says of the ranges of the axes, as Plotly takes it; what makes no sense is left out. */
function zoomFrom(text, axes, plot) {
  const change = {}
  for (const part of text.split(";")) {
    const [, name, low, high] = part.match(/^([^:~]+):([-+.\de]+)~([-+.\de]+)$/) ?? []
    const axis = axes.find((one) => one.name === name)
    if (!axis) continue
    const range = drawnRange(axis, [Number(low), Number(high)])
    if (sensible(range, shownRangeOf(plot, axis.axis))) change[`${axis.axis}.range`] = range
  }
  return change
}

function zoomText({ place, layout }, plot) {
  const written = []
  for (const axis of place.axes) {
    const { range, autorange } = plot.layout[axis.axis]
    const whole = layout[axis.axis].range
    if (autorange || !range || (whole && range.every((end, i) => end === whole[i]))) continue
    const [low, high] = ownRange(axis, range).map((end) => Number(end.toPrecision(8)))
    written.push(`${axis.name}:${low}~${high}`)
  }
  return written.join(";")
}

function cameraFrom(text) {
  const numbers = text.split(",").map((one) => (one.trim() ? Number(one) : NaN))
  if (numbers.length !== 9 || !numbers.every((one) => Math.abs(one) <= FARTHEST)) return {}
  const [eye, center, up] = [0, 3, 6].map((from) => numbers.slice(from, from + 3))
  const ahead = Math.hypot(...eye.map((one, i) => one - center[i]))
  if (ahead < NEAREST || Math.hypot(...up) < NEAREST) return {} // nowhere to look, or no up
  const points = [eye, center, up].map(([x, y, z]) => ({ x, y, z }))
  return { "scene.camera": Object.fromEntries(CAMERA_PARTS.map((part, i) => [part, points[i]])) }
}

const cameraNumbers = (camera) =>
  CAMERA_PARTS.flatMap((part) => {
    const { x = 0, y = 0, z = part === "up" ? 1 : 0 } = camera?.[part] ?? {}
    return [x, y, z]
  })

function cameraText({ layout }, plot) {
  const first = cameraNumbers(layout.scene.camera)
  const numbers = cameraNumbers(cameraOf(plot))
  if (numbers.every((one, i) => Math.abs(one - first[i]) < STILL)) return ""
  return numbers.map((one) => Number(one.toPrecision(6))).join(",") // from above, direction is in the digits
}

/* Writes the place into the address, without a word to the server. */
function keepPlace(view) {
  const { place } = view.figure
  if (!place || view.ended || location.pathname !== view.path) return
  const text = (place.axes ? zoomText : cameraText)(view.figure, view.plot)
  const address = new URL(location.href)
  if ((address.searchParams.get(place.keyword) ?? "") === text) return
  if (text) address.searchParams.set(place.keyword, text)
  else address.searchParams.delete(place.keyword)
  history.replaceState(history.state, "", address)
}

/* Follows the visitor's zooming and turning. */
function followPlace(view) {
  view.plot.on("plotly_relayout", () => {
    clearTimeout(view.settling)
    view.settling = setTimeout(() => keepPlace(view), SETTLED)
  })
}

/* Shows the place that the address names, once; other axes than before are shown as a whole. */
async function showPlace(view, Plotly) {
  const { place, layout } = view.figure
  const axes = layout.scene?.uirevision ?? layout.uirevision
  if (!place || view.placed === axes) return
  if (view.placed === undefined) {
    view.path = location.pathname
    const text = new URLSearchParams(location.search).get(place.keyword) ?? ""
    const change = place.axes ? zoomFrom(text, place.axes, view.plot) : cameraFrom(text)
    if (Object.keys(change).length) await Plotly.relayout(view.plot, change)
  }
  view.placed = axes
  keepPlace(view)
}
