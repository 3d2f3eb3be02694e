/* Runs as a table that is updated row by row: focus, selection and an open menu stay. */

const WIDTHS = ["34px", "26%", "12%", "27%", "12%", "15%", "11%", "40px"]

function element(tag, kind, text, title) {
  const node = document.createElement(tag)
  if (kind) node.className = kind
  if (text !== undefined) node.textContent = text
  if (title) node.title = title
  return node
}

function checkbox(label) {
  const box = element("input")
  box.type = "checkbox"
  box.setAttribute("aria-label", label)
  return box
}

function cell(row, kind, ...content) {
  const node = element("td", kind)
  node.append(...content)
  row.append(node)
}

function name(view, run) {
  const link = element("a", "cut", run.name, run.name)
  link.href = `live?run=${encodeURIComponent(run.id)}`
  link.style.display = "block"
  link.dataset.testid = "run-open"
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    view.ask(run.id, "open")
  }
  const about = element("div", "tags")
  about.append(element("span", "minor", run.approach))
  run.tags.forEach((tag) => about.append(element("span", "tag cut", tag, tag)))
  if (run.note) about.append(element("span", "minor cut", run.summary, run.note))
  return [link, about]
}

function progress(run) {
  const bar = element("div", "dynas-bar")
  const filled = element("div")
  filled.style.width = `${run.progress}%`
  bar.append(filled)
  bar.setAttribute("role", "progressbar")
  bar.setAttribute("aria-valuemin", "0")
  bar.setAttribute("aria-valuemax", "100")
  bar.setAttribute("aria-valuenow", String(run.progress))
  bar.setAttribute("aria-label", `${run.count} evaluations`)
  return [element("div", "minor", run.count), bar]
}

function grown(run) {
  const node = element("div", "grown")
  node.innerHTML = run.spark
  node.append(element("span", "", run.hypervolume))
  return node
}

function draw(view, run) {
  const row = element("tr")
  row.dataset.run = run.id
  const box = checkbox(`Select ${run.name}`)
  box.dataset.part = "pick"
  box.onclick = (event) => view.toggle(run.id, box.checked, event.shiftKey)
  const more = element("button", "", "⋯", "More")
  more.type = "button"
  more.dataset.part = "more"
  more.setAttribute("aria-label", `More for ${run.name}`)
  more.setAttribute("aria-haspopup", "menu")
  more.onclick = () => openMenu(view, run, more)
  const state = element("span", `dynas-state dynas-${run.colour}`, run.state)
  state.dataset.testid = "run-state"
  cell(row, "pick", box)
  cell(row, "", ...name(view, run))
  cell(row, "", state, ...(run.where ? [element("div", "minor cut", "elsewhere", run.where)] : []))
  cell(row, "", element("div", "cut", run.objectives, run.objectives),
    element("div", "minor cut", run.title, `${run.title}\n${run.supernet}`))
  cell(row, "", ...progress(run))
  cell(row, "", grown(run))
  cell(row, "minor", element("span", "", run.age, run.started))
  cell(row, "more", more)
  return row
}

function openMenu(view, run, button) {
  const { menu } = view
  menu.replaceChildren(...run.menu.map(([action, label]) => {
    const entry = element("button", "", label)
    entry.type = "button"
    entry.setAttribute("role", "menuitem")
    entry.onclick = () => {
      menu.hidePopover()
      view.ask(run.id, action)
    }
    return entry
  }))
  menu.showPopover()
  const at = button.getBoundingClientRect()
  const below = at.bottom + menu.offsetHeight < window.innerHeight
  menu.style.left = `${Math.max(4, at.right - menu.offsetWidth)}px`
  menu.style.top = `${below ? at.bottom + 2 : at.top - menu.offsetHeight - 2}px`
  menu.firstChild?.focus()
  menu.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const entries = [...menu.children]
    const next = entries.indexOf(document.activeElement) + step
    entries[(next + entries.length) % entries.length].focus()
  }
}

function header(view, data) {
  const row = element("tr")
  const pick = element("td", "pick")
  view.all = checkbox("Select all runs shown")
  view.all.onclick = () => view.toggleAll(view.all.checked)
  pick.append(view.all)
  row.append(pick)
  data.columns.forEach((column) => {
    const title = element("th")
    title.scope = "col"
    const sorted = data.order.replace("-", "") === column.name
    const falling = data.order.startsWith("-")
    title.setAttribute("aria-sort", sorted ? (falling ? "descending" : "ascending") : "none")
    const button = element("button", "", column.title + (sorted ? (falling ? " ↓" : " ↑") : ""), "Sort")
    button.type = "button"
    button.dataset.part = `sort-${column.name}`
    button.onclick = () => view.sort(column.name)
    title.append(button)
    row.append(title)
  })
  row.append(element("td", "more"))
  return row
}

function build(root) {
  const table = element("table")
  table.dataset.testid = "table-runs"
  table.append(element("caption", "", "Runs; the name opens one, the box selects it for an action."))
  const widths = element("colgroup")
  WIDTHS.forEach((width) => { widths.append(element("col")); widths.lastChild.style.width = width })
  table.append(widths)
  const view = {
    table, head: table.createTHead(), body: table.createTBody(), menu: element("div", "menu"),
    drawn: new Map(), ids: [], selection: new Set(), revision: undefined, last: undefined,
  }
  view.menu.popover = "auto"
  view.menu.setAttribute("role", "menu")
  root.replaceChildren(table, view.menu)
  view.mark = () => {
    for (const row of view.body.children) {
      const selected = view.selection.has(row.dataset.run)
      row.classList.toggle("selected", selected)
      row.querySelector("[data-part=pick]").checked = selected
    }
    const count = view.ids.filter((id) => view.selection.has(id)).length
    view.all.checked = count > 0 && count === view.ids.length
    view.all.indeterminate = count > 0 && count < view.ids.length
  }
  view.changed = () => { view.mark(); view.pick([...view.selection]) }
  view.set = (id, on) => (on ? view.selection.add(id) : view.selection.delete(id))
  view.toggle = (id, on, range) => {
    const [from, to] = [view.ids.indexOf(view.last), view.ids.indexOf(id)].sort((a, b) => a - b)
    if (range && from >= 0) view.ids.slice(from, to + 1).forEach((other) => view.set(other, on))
    view.set(id, on)
    view.last = id
    view.changed()
  }
  view.toggleAll = (on) => { view.ids.forEach((id) => view.set(id, on)); view.changed() }
  return view
}

function update(view, data) {
  const active = document.activeElement
  const inside = view.table.contains(active)
  const focus = inside && [active.closest("tr")?.dataset.run, active.dataset.part]
  const head = JSON.stringify([data.columns, data.order])
  if (view.headed !== head) {
    view.headed = head
    view.head.replaceChildren(header(view, data))
  }
  const rows = data.rows.map((run) => {
    const text = JSON.stringify(run)
    const known = view.drawn.get(run.id)
    const node = known?.text === text ? known.node : draw(view, run)
    view.drawn.set(run.id, { text, node })
    return node
  })
  view.ids = data.rows.map((run) => run.id)
  const same = rows.length === view.body.children.length
    && rows.every((row, i) => row === view.body.children[i])
  if (!same) view.body.replaceChildren(...rows)
  if (focus && !view.table.contains(document.activeElement)) {
    const [run, part] = focus
    const row = run ? view.body.querySelector(`tr[data-run="${CSS.escape(run)}"]`) : view.head
    ;(part ? row?.querySelector(`[data-part="${part}"]`) : row?.querySelector("a"))?.focus()
  }
}

const views = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".dynas-runs")
  if (!root || !data) return
  if (!views.has(root)) views.set(root, build(root))
  const view = views.get(root)
  view.ask = (run, action) => setTriggerValue("asked", { run, action })
  view.pick = (ids) => setTriggerValue("picked", ids)
  view.sort = (column) => setTriggerValue("sorted", column)
  if (view.revision !== data.revision) {
    view.revision = data.revision
    view.selection = new Set(data.selected)
  }
  update(view, data)
  view.mark()
}
