/* The facts of a run, kept up to date by asking for them. What else has to change on the page is
   asked of the server only where it has changed: the charts fetch their new points themselves. */

import { element, part } from "../browser/elements.js"
import { pageVisible } from "../browser/page_visibility.js"
import { growthOf, recordGrowth } from "../charts/run_growth.js"
import { pageDelay, restTime } from "./request_times.js"

/** @import { Component, End, FactsData, Pulse } from "../browser/types.js" */

/** @type {WeakMap<Element, RunFacts>} */
const shownFacts = new WeakMap()

class RunFacts {
  /** Whether the facts have been taken off the page. */
  ended = false
  /** The version of the run for which the page was asked to change. */
  askedFor = ""
  /** Asks the page to be drawn anew. @type {(version: string) => void} */
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

  /** @param {Pulse} pulse */
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
    if (data.upto >= this.growth.upto) this.show(data)
    recordGrowth(this.growth, data.upto)
  }

  /** Asks the server how far the run is. */
  async ask() {
    const answer = await fetch(new URL(this.data.address, document.baseURI))
    if (!answer.ok) return
    /** @type {Pulse} */
    const news = await answer.json()
    if (this.ended || this.data.upto > news.upto) return
    this.show(news)
    recordGrowth(this.growth, news.upto)
    if (news.version === this.data.version || news.version === this.askedFor) return
    this.askedFor = news.version
    setTimeout(() => {
      if (!this.ended) this.askPage(news.version)
    }, pageDelay(this.growth.drawingTime))
  }

  /** Asks over and over, while the facts are on a page that can be seen. */
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
  const root = parentElement.querySelector(".dynas-pulse")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const known = shownFacts.get(root)
  const facts = known ?? new RunFacts(root, data)
  shownFacts.set(root, facts)
  facts.askPage = (version) => setTriggerValue("changed", version)
  facts.update(data)
  if (!known) facts.follow()
  return () => {
    facts.ended = true
    shownFacts.delete(root)
  }
}
