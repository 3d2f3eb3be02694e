/* The replay component: moves linked charts through the evaluations of a run. */

import { decodeBase64 } from "../browser/base64.js"
import { findElement } from "../browser/elements.js"
import { formatCount } from "../browser/number_text.js"
import { addStyleSheet } from "../browser/style_sheet.js"
import { chartLink, removeLink, updateLink } from "../charts/chart_link.js"
import { factsAt, playingStep } from "./replay_text.js"

/** @import { Cleanup, Component, ReplayData } from "../browser/types.js" */

const DURATION_MS = 12_000 // from the first evaluation to the last
const TICK_MS = 80
const PLAY_LABEL = "Play the search from here"
const HTML = `
  <button type="button" data-testid="replay-play"></button>
  <input type="range" min="1" step="1" data-testid="replay-slider" aria-label="Replay: evaluations so far">
  <output data-testid="replay-count"></output>
  <span class="dynas-replay-facts" data-testid="replay-facts"></span>`

await addStyleSheet(new URL("replay.css", import.meta.url))

/** @type {WeakMap<Element, Replay>} */
const replays = new WeakMap()

class Replay {
  /** The playback timer; undefined while paused. @type {number | undefined} */
  timer
  /** The last position that the page has set, as text. */
  pagePosition = ""
  /** The filter matches in base64. @type {string | null} */
  encodedMatches = null
  /** The decoded matches. @type {Uint8Array | null} */
  matchBits = null
  /** Sends the position to the page. @type {(n: number) => void} */
  reportPosition = () => {}

  /**
   * @param {HTMLElement} root
   * @param {ReplayData} data
   */
  constructor(root, data) {
    root.innerHTML = HTML
    this.data = data
    this.n = data.n
    this.link = chartLink(data.link)
    this.button = findElement(root, "button")
    this.slider = /** @type {HTMLInputElement} */ (findElement(root, "input"))
    this.count = findElement(root, "output")
    this.facts = findElement(root, ".dynas-replay-facts")
    this.slider.addEventListener("input", () => {
      this.pause()
      this.moveTo(Number(this.slider.value))
    })
    this.slider.addEventListener("change", () => this.reportMove())
    this.button.addEventListener("click", () => {
      if (this.timer === undefined) {
        this.play()
      } else {
        this.pause()
        this.reportMove()
      }
    })
    this.pause()
  }

  /** Shows the position and the facts of the run there. */
  show() {
    const { data, n } = this
    const facts = factsAt(data, n)
    this.count.textContent = `${formatCount(n)} / ${formatCount(data.total)}`
    this.facts.textContent = facts.join(" · ")
    this.slider.value = String(n)
    const valueText = `after ${n} of ${data.total} evaluations, ${facts.join(", ")}`
    this.slider.setAttribute("aria-valuetext", valueText)
  }

  /** The number of evaluations that linked charts show; null for all. */
  get visibleCount() {
    return this.n >= this.data.total ? null : this.n
  }

  /**
   * Moves to the state after `n` evaluations.
   * @param {number} n
   */
  moveTo(n) {
    this.n = n
    this.show()
    updateLink(this.link, { n: this.visibleCount })
  }

  /** Sends the position to the page if it has changed. */
  reportMove() {
    if (this.n !== this.data.n) this.reportPosition(this.n)
  }

  /**
   * @param {string} symbol
   * @param {string} label
   */
  labelButton(symbol, label) {
    this.button.textContent = symbol
    this.button.setAttribute("aria-label", label)
    this.button.title = label
  }

  pause() {
    clearInterval(this.timer)
    this.timer = undefined
    this.labelButton("▶", PLAY_LABEL)
  }

  play() {
    const { total } = this.data
    if (this.n >= total) this.moveTo(1)
    const step = playingStep(total, TICK_MS, DURATION_MS)
    this.labelButton("❚❚", "Pause")
    this.timer = setInterval(() => {
      this.moveTo(Math.min(this.n + step, this.data.total))
      if (this.n >= this.data.total) {
        this.pause()
        this.reportMove()
      }
    }, TICK_MS)
  }

  /**
   * Takes over the data of the page; playback continues from its position.
   * @param {ReplayData} data
   */
  update(data) {
    const pagePosition = JSON.stringify([data.n, data.total])
    const isNewPosition = pagePosition !== this.pagePosition
    this.pagePosition = pagePosition
    this.data = data
    this.link = chartLink(data.link)
    this.slider.max = String(data.total)
    if (isNewPosition && this.timer === undefined) this.n = data.n
    this.show()
    if (data.matches !== this.encodedMatches) {
      this.encodedMatches = data.matches
      this.matchBits = data.matches ? decodeBase64(data.matches) : null
    }
    const { selected, at } = data
    updateLink(this.link, { n: this.visibleCount, selected, at, matches: this.matchBits })
  }
}

/**
 * @param {Component<ReplayData>} component
 * @returns {Cleanup | undefined}
 */
export default function showReplay({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-replay")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const replay = replays.get(root) ?? new Replay(root, data)
  replays.set(root, replay)
  replay.reportPosition = (n) => setTriggerValue("moved", n)
  replay.update(data)
  return () => {
    clearInterval(replay.timer)
    removeLink(data.link)
  }
}
