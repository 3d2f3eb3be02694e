/* The facts of a run, kept up to date by asking for them. What else has to change on the page is
   asked of the server only when there is something: the charts fetch their new points themselves. */

const REST = 2 // times the time of drawing, for which a tab rests after it
const LONGEST = 1300 // milliseconds of rest, however busy the machine is
const TURNS = 5 // times the time of drawing, over which the tabs of a busy machine spread their requests

const pulses = new WeakMap()

function show(root, { facts, progress, label }) {
  const line = document.createElement("div")
  line.className = "dynas-facts"
  for (const { name, value, hook } of facts) {
    const fact = document.createElement("span")
    const title = document.createElement("span")
    title.className = "dynas-name"
    title.textContent = name
    const text = document.createElement("b")
    text.dataset.testid = hook
    text.textContent = value
    fact.append(title, text)
    line.append(fact)
  }
  root.querySelector(".dynas-facts").replaceWith(line)
  const bar = root.querySelector(".dynas-bar")
  const percent = (100 * progress).toFixed(1)
  bar.setAttribute("aria-valuenow", percent)
  bar.setAttribute("aria-label", label)
  bar.firstElementChild.style.width = `${percent}%`
}

async function ask(pulse) {
  const answer = await fetch(new URL(pulse.data.address, document.baseURI))
  if (!answer.ok) return
  const news = await answer.json()
  if (pulse.ended || pulse.data.upto > news.upto) return
  show(pulse.root, news)
  grow(pulse.growth, news.upto)
  if (news.version !== pulse.data.version && news.version !== pulse.told) {
    pulse.told = news.version
    const turn = Math.random() * Math.min(TURNS * pulse.growth.cost, 3 * LONGEST)
    setTimeout(() => { if (!pulse.ended) pulse.tell("changed", news.version) }, turn)
  }
}

async function follow(pulse) {
  while (!pulse.ended) {
    const wait = Math.max(pulse.data.every, Math.min(REST * pulse.growth.cost, LONGEST))
    await new Promise((resolve) => setTimeout(resolve, wait))
    await visible()
    if (!pulse.ended) await ask(pulse).catch(() => {}) // the server may be away for a while
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-pulse")
  if (!root || !data) return undefined
  let pulse = pulses.get(root)
  const known = Boolean(pulse)
  if (!known) pulses.set(root, (pulse = { root, ended: false }))
  const growth = growthOf(data.run)
  Object.assign(pulse, { data, growth, tell: setTriggerValue })
  if (data.upto >= growth.upto) show(root, data)
  grow(growth, data.upto)
  if (!known) follow(pulse)
  return () => {
    pulse.ended = true
    pulses.delete(root)
  }
}
