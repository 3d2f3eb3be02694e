/* The facts of a run, updated by polling. The page is rerun only if its version has changed; the
   charts fetch their new points themselves. */

import { createElement, findElement } from "../browser/elements.js"
import { waitUntilVisible } from "../browser/page_visibility.js"
import { progressOf, recordProgress } from "../charts/run_progress.js"
import { requestInterval, rerunDelay } from "./request_delays.js"

/** @import { FactsData, Pulse } from "../browser/live_types.js" */
/** @import { Cleanup, Component } from "../browser/types.js" */

/** @type {WeakMap<Element, RunFacts>} */
const factsByElement = new WeakMap()

class RunFacts {
  /** Whether the facts were removed from the page. */
  isRemoved = false
  /** The version of the run for which a rerun of the page was last requested. */
  requestedVersion = ""
  /** Requests a rerun of the page. @type {(version: string) => void} */
  requestRerun = () => {}

  /**
   * @param {HTMLElement} root
   * @param {FactsData} data
   */
  constructor(root, data) {
    this.root = root
    this.data = data
    this.runProgress = progressOf(data.run)
  }

  /**
   * Shows the facts and the progress bar.
   * @param {Pulse} pulse
   */
  show({ facts, progress, label, activity }) {
    const factList = createElement("div", "dynas-facts")
    for (const { name, value, hook } of facts) {
      const fact = createElement("span")
      const factValue = createElement("b", "", value)
      factValue.dataset.testid = hook
      fact.append(createElement("span", "dynas-name", name), factValue)
      factList.append(fact)
    }
    findElement(this.root, ".dynas-facts").replaceWith(factList)
    const bar = findElement(this.root, ".dynas-bar")
    const percent = (100 * progress).toFixed(1)
    bar.setAttribute("aria-valuenow", percent)
    bar.setAttribute("aria-label", label)
    findElement(bar, "div").style.width = `${percent}%`
    const sentence = findElement(this.root, "[data-testid=run-activity]")
    if (sentence.textContent !== activity) sentence.textContent = activity
  }

  /**
   * Takes over new data from the page; facts that are older than those shown are not shown.
   * @param {FactsData} data
   */
  update(data) {
    this.data = data
    this.runProgress = progressOf(data.run)
    if (data.evaluations >= this.runProgress.evaluationCount) this.show(data)
    recordProgress(this.runProgress, data.evaluations)
  }

  /** Fetches the current facts from the server and shows them. */
  async fetchPulse() {
    const answer = await fetch(new URL(this.data.address, document.baseURI))
    if (!answer.ok) return
    /** @type {Pulse} */
    const pulse = await answer.json()
    if (this.isRemoved || this.data.evaluations > pulse.evaluations) return
    this.show(pulse)
    recordProgress(this.runProgress, pulse.evaluations)
    if (pulse.version === this.data.version || pulse.version === this.requestedVersion) return
    this.requestedVersion = pulse.version
    setTimeout(() => {
      if (!this.isRemoved) this.requestRerun(pulse.version)
    }, rerunDelay(this.runProgress.drawingTime))
  }

  /** Fetches the facts repeatedly until they are removed; pauses while the tab is hidden. */
  async poll() {
    while (!this.isRemoved) {
      const interval = requestInterval(this.data.every, this.runProgress.drawingTime)
      await new Promise((resolve) => setTimeout(resolve, interval))
      await waitUntilVisible()
      // The server may be unreachable for a while.
      if (!this.isRemoved) await this.fetchPulse().catch(() => {})
    }
  }
}

/**
 * @param {Component<FactsData>} component
 * @returns {Cleanup | undefined}
 */
export default function showFacts({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dynas-pulse")
  if (!(root instanceof HTMLElement) || !data) return undefined
  const existingFacts = factsByElement.get(root)
  const facts = existingFacts ?? new RunFacts(root, data)
  factsByElement.set(root, facts)
  facts.requestRerun = (version) => setTriggerValue("changed", version)
  facts.update(data)
  if (!existingFacts) facts.poll()
  return () => {
    facts.isRemoved = true
    factsByElement.delete(root)
  }
}
