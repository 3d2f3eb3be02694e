/* The facts of a run, updated by polling the server. The page is drawn again only if something
   else has changed: the charts fetch their new points themselves. */

import { element, part } from "../browser/elements.js"
import { pageVisible } from "../browser/page_visibility.js"
import { growthOf, recordGrowth } from "../charts/run_growth.js"
import { pageDelay, restTime } from "./request_times.js"

/** @import { Component, End, FactsData, RunProgress } from "../browser/types.js" */

/** @type {WeakMap<Element, RunFacts>} */
const factsByRoot = new WeakMap()

class RunFacts {
  /** Whether the facts have been removed from the page. */
  ended = false
  /** The version of the run for which the page was last asked to be drawn again. */
  requestedVersion = ""
  /** Asks the page to be drawn again. @type {(version: string) => void} */
  askPage = () => {}

  /**
   * @param {HTMLElement} root
   * @param {FactsData} data
   */
  constructor(root, data) {
    this.root = root
    this.data = data
    this.growth = growthOf(data.run)
  }

  /** @param {RunProgress} progress */
  show({ facts, progress, label }) {
    const line = element("div", "dynas-facts")
    for (const { name, value, hook } of facts) {
      const fact = element("span")
      const text = element("b", "", value)
      text.dataset.testid = hook
      fact.append(element("span", "dynas-name", name), text)
      line.append(fact)
    }
    part(this.root, ".dynas-facts").replaceWith(line)
    const bar = part(this.root, ".dynas-bar")
    const percent = (100 * progress).toFixed(1)
    bar.setAttribute("aria-valuenow", percent)
    bar.setAttribute("aria-label", label)
    part(bar, "div").style.width = `${percent}%`
  }

  /** @param {FactsData} data */
  update(data) {
    this.data = data
    this.growth = growthOf(data.run)
    if (data.evaluations >= this.growth.evaluations) this.show(data)
    recordGrowth(this.growth, data.evaluations)
  }

  /** Requests the progress of the run from the server. */
  async ask() {
    const answer = await fetch(new URL(this.data.address, document.baseURI))
    if (!answer.ok) return
    /** @type {RunProgress} */
    const latest = await answer.json()
    if (this.ended || this.data.evaluations > latest.evaluations) return
    this.show(latest)
    recordGrowth(this.growth, latest.evaluations)
    if (latest.version === this.data.version || latest.version === this.requestedVersion) return
    this.requestedVersion = latest.version
    setTimeout(() => {
      if (!this.ended) this.askPage(latest.version)
    }, pageDelay(this.growth.drawingTime))
  }

  /** Polls the server while the facts are on a visible page. */
  async follow() {
    while (!this.ended) {
      const rest = restTime(this.data.every, this.growth.drawingTime)
      await new Promise((resolve) => setTimeout(resolve, rest))
      await pageVisible()
      if (!this.ended) await this.ask().catch(() => {}) // the server may be away for a while
    }
  }
}

/**
 * @param {Component<FactsData>} component
 * @returns {End | undefined}
 */
export default function showFacts({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-run-progress")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const existing = factsByRoot.get(root)
  const facts = existing ?? new RunFacts(root, data)
  factsByRoot.set(root, facts)
  facts.askPage = (version) => setTriggerValue("changed", version)
  facts.update(data)
  if (!existing) facts.follow()
  return () => {
    facts.ended = true
    factsByRoot.delete(root)
  }
}
