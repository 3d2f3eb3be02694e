/* Moves linked charts through the evaluations; tells the page where it stopped. */

import { bytesOf } from "../browser/base64.js"
import { part } from "../browser/elements.js"
import { withCommas } from "../browser/number_text.js"
import { addStyleSheet } from "../browser/style_sheet.js"
import { chartLink, removeLink, updateLink } from "../charts/chart_link.js"
import { factsAt, playingStep } from "./replay_text.js"

/** @import { Component, End, ReplayData } from "../browser/types.js" */

const DURATION = 12_000 // milliseconds, from the first evaluation to the last
const TICK = 80 // milliseconds
const PLAY = "Play the search from here"
const HTML = `
  <button type="button" data-testid="replay-play"></button>
  <input type="range" min="1" step="1" data-testid="replay-slider" aria-label="Replay: evaluations so far">
  <output data-testid="replay-count"></output>
  <span class="dynas-replay-facts" data-testid="replay-facts"></span>`

await addStyleSheet(new URL("replay.css", import.meta.url))

/** @type {WeakMap<Element, Replay>} */
const replays = new WeakMap()

class Replay {
  /** A timer; undefined while the replay stands still. @type {number | undefined} */
  timer
  /** Where the page last put it, as text. */
  page = ""
  /** The matches as they came, and unpacked. @type {string | null} */
  matches = null
  /** @type {Uint8Array | null} */
  matchBits = null
  /** Tells the page where the replay came to rest. @type {(n: number) => void} */
  report = () => {}

  /**
   * @param {HTMLElement} root
   * @param {ReplayData} data
   */
  constructor(root, data) {
    root.innerHTML = HTML
    this.data = data
    this.n = data.n
    this.link = chartLink(data.link)
    this.button = part(root, "button")
    this.slider = /** @type {HTMLInputElement} */ (part(root, "input"))
    this.count = part(root, "output")
    this.facts = part(root, ".dynas-replay-facts")
    this.slider.addEventListener("input", () => {
      this.pause()
      this.moveTo(Number(this.slider.value))
    })
    this.slider.addEventListener("change", () => this.settle())
    this.button.addEventListener("click", () => {
      if (this.timer === undefined) {
        this.play()
      } else {
        this.pause()
        this.settle()
      }
    })
    this.pause()
  }

  /** Shows where the replay is. */
  show() {
    const { data, n } = this
    const facts = factsAt(data, n)
    this.count.textContent = `${withCommas(n)} / ${withCommas(data.total)}`
    this.facts.textContent = facts.join(" · ")
    this.slider.value = String(n)
    const spoken = `after ${n} of ${data.total} evaluations, ${facts.join(", ")}`
    this.slider.setAttribute("aria-valuetext", spoken)
  }

  /** The evaluations that linked charts show; null for all. */
  get shown() {
    return this.n >= this.data.total ? null : this.n
  }

  /** @param {number} n */
  moveTo(n) {
    this.n = n
    this.show()
    updateLink(this.link, { n: this.shown })
  }

  settle() {
    if (this.n !== this.data.n) this.report(this.n)
  }

  /**
   * @param {string} face
   * @param {string} label
   */
  labelButton(face, label) {
    this.button.textContent = face
    this.button.setAttribute("aria-label", label)
    this.button.title = label
  }

  pause() {
    clearInterval(this.timer)
    this.timer = undefined
    this.labelButton("▶", PLAY)
  }

  play() {
    const { total } = this.data
    if (this.n >= total) this.moveTo(1)
    const step = playingStep(total, TICK, DURATION)
    this.labelButton("❚❚", "Pause")
    this.timer = setInterval(() => {
      this.moveTo(Math.min(this.n + step, this.data.total))
      if (this.n >= this.data.total) {
        this.pause()
        this.settle()
      }
    }, TICK)
  }

  /**
   * Takes over what the page says; a replay that plays goes on from where it is.
   * @param {ReplayData} data
   */
  update(data) {
    const page = JSON.stringify([data.n, data.total])
    const moved = page !== this.page
    this.page = page
    this.data = data
    this.link = chartLink(data.link)
    this.slider.max = String(data.total)
    if (moved && this.timer === undefined) this.n = data.n
    this.show()
    if (data.matches !== this.matches) {
      this.matches = data.matches
      this.matchBits = data.matches ? bytesOf(data.matches) : null
    }
    const { selected, at } = data
    updateLink(this.link, { n: this.shown, selected, at, matches: this.matchBits })
  }
}

/**
 * @param {Component<ReplayData>} component
 * @returns {End | undefined}
 */
export default function showReplay({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-replay")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const replay = replays.get(root) ?? new Replay(root, data)
  replays.set(root, replay)
  replay.report = (n) => setTriggerValue("moved", n)
  replay.update(data)
  return () => {
    clearInterval(replay.timer)
    removeLink(data.link)
  }
}
