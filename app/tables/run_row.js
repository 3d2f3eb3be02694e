/* A row of the table of runs. */

import { createElement } from "../browser/elements.js"

/** @import { RunRow } from "../browser/types.js" */
/**
 * The callbacks of a row.
 * @typedef {object} RunActions
 * @property {(run: string, action: string) => void} requestAction
 * @property {(run: string, selected: boolean, range: boolean) => void} select
 * @property {(run: RunRow, button: HTMLElement) => void} openMenu
 */

/**
 * Creates a checkbox with a label for screen readers.
 * @param {string} label
 */
export function createCheckbox(label) {
  const box = createElement("input")
  box.type = "checkbox"
  box.setAttribute("aria-label", label)
  return box
}

/**
 * @param {string} className
 * @param {...(Node | string)} content
 */
function cell(className, ...content) {
  const element = createElement("td", className)
  element.append(...content)
  return element
}

/**
 * @param {RunRow} run
 * @param {RunActions} actions
 */
function selectionCheckbox(run, actions) {
  const box = createCheckbox(`Select ${run.name}`)
  box.dataset.part = "pick"
  box.addEventListener("click", (event) => actions.select(run.id, box.checked, event.shiftKey))
  return box
}

/**
 * @param {RunRow} run
 * @param {RunActions} actions
 */
function nameLink(run, actions) {
  const link = createElement("a", "name", run.name, run.name)
  link.href = `run?run=${encodeURIComponent(run.id)}`
  link.dataset.testid = "run-open"
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    actions.requestAction(run.id, "open")
  })
  return link
}

/** @param {RunRow} run */
function tagLine(run) {
  const line = createElement("div", "tags")
  line.append(createElement("span", "minor", run.approach))
  line.append(...run.tags.map((tag) => createElement("span", "tag cut", tag, tag)))
  if (run.note) line.append(createElement("span", "minor cut", run.summary, run.note))
  return line
}

/** @param {RunRow} run */
function stateLabel(run) {
  const label = createElement("span", `dynas-state dynas-${run.colour}`, run.state)
  label.dataset.testid = "run-state"
  return label
}

/** @param {RunRow} run */
function progressBar(run) {
  const bar = createElement("div", "dynas-bar")
  const fill = createElement("div")
  fill.style.width = `${run.progress}%`
  bar.append(fill)
  bar.setAttribute("role", "progressbar")
  bar.setAttribute("aria-valuemin", "0")
  bar.setAttribute("aria-valuemax", "100")
  bar.setAttribute("aria-valuenow", String(run.progress))
  bar.setAttribute("aria-label", `${run.count} ${run.unit}`)
  return bar
}

/** @param {RunRow} run */
function hypervolumeChart(run) {
  const drawing = createElement("div", "grown")
  drawing.innerHTML = run.spark
  const texts = createElement("div")
  texts.append(createElement("div", "", run.hypervolume))
  if (run.standing) texts.append(createElement("div", "minor", run.standing))
  drawing.append(texts)
  drawing.title = run.standingHelp
  return drawing
}

/** @param {RunRow} run */
function bestCell(run) {
  const element = cell("", createElement("div", "", run.best))
  if (run.limits) element.append(createElement("div", "minor limits", run.limits))
  element.title = run.bestHelp
  return element
}

/**
 * @param {RunRow} run
 * @param {RunActions} actions
 */
function menuButton(run, actions) {
  const button = createElement("button", "", "⋯", "More actions")
  button.type = "button"
  button.dataset.part = "more"
  button.setAttribute("aria-label", `More actions for ${run.name}`)
  button.setAttribute("aria-haspopup", "menu")
  button.addEventListener("click", () => actions.openMenu(run, button))
  return button
}

/**
 * Creates the table row of a run.
 * @param {RunRow} run
 * @param {RunActions} actions
 */
export function runRow(run, actions) {
  const row = createElement("tr")
  row.dataset.run = run.id
  const driverNotes = run.where ? [createElement("div", "minor cut", "elsewhere", run.where)] : []
  if (run.waits) driverNotes.push(createElement("div", "minor cut", "for workers", run.waits))
  row.append(
    cell("pick", selectionCheckbox(run, actions)),
    cell("", nameLink(run, actions), tagLine(run)),
    cell("", stateLabel(run), ...driverNotes),
    cell("", createElement("div", "cut", run.objectives, run.objectives),
      createElement("div", "minor cut", run.title, `${run.title}\n${run.supernet}`)),
    cell("", createElement("div", "minor cut", run.count, `${run.count} ${run.unit}`), progressBar(run)),
    bestCell(run),
    cell("", hypervolumeChart(run)),
    cell("minor", createElement("span", "", run.age, run.started)),
    cell("more", menuButton(run, actions)),
  )
  return row
}
