/* Moves linked charts through the evaluations; tells the page where it stopped. */

const PLAY_SECONDS = 12
const TICK = 80 // milliseconds

function stepAt(steps, n) {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle][0] <= n) low = middle + 1
    else high = middle
  }
  return low ? steps[low - 1][1] : null
}

const thousands = (number) => number.toLocaleString("en-US")

function say(view, n) {
  const { data } = view
  const hypervolume = stepAt(data.hypervolume, n)
  const cycle = stepAt(data.cycles, n)
  const facts = [
    `${stepAt(data.front, n) ?? 0} on the front`,
    hypervolume === null ? "" : `hypervolume ${hypervolume.toFixed(4)}`,
    cycle === null ? "" : cycle < 1 ? data.names[cycle] : `cycle ${cycle}`,
  ].filter(Boolean)
  view.count.textContent = `${thousands(n)} / ${thousands(data.total)}`
  view.facts.textContent = facts.join(" · ")
  view.slider.value = String(n)
  view.slider.setAttribute("aria-valuetext", `after ${n} of ${data.total} evaluations, ${facts.join(", ")}`)
}

function move(view, n) {
  view.n = n
  say(view, n)
  tell(view.link, { n: n >= view.data.total ? null : n })
}

function settle(view) {
  if (view.n !== view.data.n) view.moved(view.n)
}

function pause(view) {
  clearInterval(view.timer)
  view.timer = undefined
  view.play.textContent = "▶"
  view.play.setAttribute("aria-label", "Play the search from here")
  view.play.title = "Play the search from here"
}

function play(view) {
  const { total } = view.data
  if (view.n >= total) move(view, 1)
  const step = Math.max(1, Math.round((total * TICK) / (1000 * PLAY_SECONDS)))
  view.play.textContent = "❚❚"
  view.play.setAttribute("aria-label", "Pause")
  view.play.title = "Pause"
  view.timer = setInterval(() => {
    move(view, Math.min(view.n + step, view.data.total))
    if (view.n >= view.data.total) {
      pause(view)
      settle(view)
    }
  }, TICK)
}

function build(root) {
  root.innerHTML = `
    <button type="button" data-testid="replay-play">▶</button>
    <input type="range" min="1" step="1" data-testid="replay-slider" aria-label="Replay: evaluations so far">
    <output data-testid="replay-count"></output>
    <span class="dynas-replay-facts" data-testid="replay-facts"></span>`
  const [play, slider, count, facts] = root.children
  return { play, slider, count, facts }
}

function connect(view) {
  view.slider.oninput = () => {
    if (view.timer) pause(view)
    move(view, Number(view.slider.value))
  }
  view.slider.onchange = () => settle(view)
  view.play.onclick = () => {
    if (view.timer) {
      pause(view)
      settle(view)
    } else play(view)
  }
  pause(view)
}

const bitsOf = (text) => (text ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : null)

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".dynas-replay")
  if (!root || !data) return undefined
  let { view } = root
  if (!view) {
    view = build(root)
    root.view = view
    connect(view)
  }
  const newer = JSON.stringify([data.n, data.total]) !== view.told
  view.told = JSON.stringify([data.n, data.total])
  view.data = data
  view.link = linkOf(data.link)
  view.moved = (n) => setTriggerValue("moved", n)
  view.slider.max = String(data.total)
  if (newer && !view.timer) view.n = data.n
  say(view, view.n)
  if (data.matches !== view.matches) {
    view.matches = data.matches
    view.bits = bitsOf(data.matches)
  }
  tell(view.link, {
    n: view.n >= data.total ? null : view.n,
    selected: data.selected,
    at: data.at,
    matches: view.bits ?? null,
  })
  return () => {
    clearInterval(view.timer)
    window.dynasLinks.delete(data.link)
  }
}
