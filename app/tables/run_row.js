/* A row of the table of runs. */

import { element } from "../browser/elements.js"

/** @import { RunRow } from "../browser/types.js" */
/**
 * What a row lets the visitor do.
 * @typedef {object} RunActions
 * @property {(run: string, action: string) => void} ask
 * @property {(run: string, selected: boolean, range: boolean) => void} select
 * @property {(run: RunRow, button: HTMLElement) => void} openMenu
 */

/** @param {string} label */
export function checkbox(label) {
  const box = element("input")
  box.type = "checkbox"
  box.setAttribute("aria-label", label)
  return box
}

/**
 * @param {string} className
 * @param {...(Node | string)} content
 */
function cell(className, ...content) {
  const made = element("td", className)
  made.append(...content)
  return made
}

/**
 * @param {RunRow} run
 * @param {RunActions} actions
 */
function selectionBox(run, actions) {
  const box = checkbox(`Select ${run.name}`)
  box.dataset.part = "pick"
  box.addEventListener("click", (event) => actions.select(run.id, box.checked, event.shiftKey))
  return box
}

/**
 * @param {RunRow} run
 * @param {RunActions} actions
 */
function nameLink(run, actions) {
  const link = element("a", "cut", run.name, run.name)
  link.href = `live?run=${encodeURIComponent(run.id)}`
  link.style.display = "block"
  link.dataset.testid = "run-open"
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    actions.ask(run.id, "open")
  })
  return link
}

/** @param {RunRow} run */
function tagLine(run) {
  const line = element("div", "tags")
  line.append(element("span", "minor", run.approach))
  line.append(...run.tags.map((tag) => element("span", "tag cut", tag, tag)))
  if (run.note) line.append(element("span", "minor cut", run.summary, run.note))
  return line
}

/** @param {RunRow} run */
function stateLabel(run) {
  const label = element("span", `dynas-state dynas-${run.colour}`, run.state)
  label.dataset.testid = "run-state"
  return label
}

/** @param {RunRow} run */
function progressBar(run) {
  const bar = element("div", "dynas-bar")
  const filled = element("div")
  filled.style.width = `${run.progress}%`
  bar.append(filled)
  bar.setAttribute("role", "progressbar")
  bar.setAttribute("aria-valuemin", "0")
  bar.setAttribute("aria-valuemax", "100")
  bar.setAttribute("aria-valuenow", String(run.progress))
  bar.setAttribute("aria-label", `${run.count} evaluations`)
  return bar
}

/** @param {RunRow} run */
function hypervolume(run) {
  const drawing = element("div", "grown")
  drawing.innerHTML = run.spark
  drawing.append(element("span", "", run.hypervolume))
  return drawing
}

/**
 * @param {RunRow} run
 * @param {RunActions} actions
 */
function menuButton(run, actions) {
  const button = element("button", "", "⋯", "More")
  button.type = "button"
  button.dataset.part = "more"
  button.setAttribute("aria-label", `More for ${run.name}`)
  button.setAttribute("aria-haspopup", "menu")
  button.addEventListener("click", () => actions.openMenu(run, button))
  return button
}

/**
 * The row of a run, as the page describes it.
 * @param {RunRow} run
 * @param {RunActions} actions
 */
export function runRow(run, actions) {
  const row = element("tr")
  row.dataset.run = run.id
  const elsewhere = run.where ? [element("div", "minor cut", "elsewhere", run.where)] : []
  row.append(
    cell("pick", selectionBox(run, actions)),
    cell("", nameLink(run, actions), tagLine(run)),
    cell("", stateLabel(run), ...elsewhere),
    cell("", element("div", "cut", run.objectives, run.objectives),
      element("div", "minor cut", run.title, `${run.title}\n${run.supernet}`)),
    cell("", element("div", "minor", run.count), progressBar(run)),
    cell("", hypervolume(run)),
    cell("minor", element("span", "", run.age, run.started)),
    cell("more", menuButton(run, actions)),
  )
  return row
}
