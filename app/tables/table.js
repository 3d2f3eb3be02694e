/* A table whose rows can be picked and whose columns sort, with the mouse or the keyboard. */

const cell = (tag, text, kind) => {
  const node = document.createElement(tag)
  node.textContent = text
  if (kind) node.className = kind
  return node
}

const ORDERS = { ascending: " ▲", descending: " ▼" }

/* A title whose arrow stays with the word before it; its text is the title. */
function titled(node, title) {
  const [, first, last] = /^(.*?)(\S+ [↑↓▲▼].*)$/u.exec(title) ?? [null, title, ""]
  node.append(first)
  if (last) node.append(cell("span", last, "together"))
  return node
}

function header(columns, sort) {
  const row = document.createElement("tr")
  columns.forEach((column) => {
    const node = cell("th", "", column.numeric ? "numeric" : "")
    if (!column.name) titled(node, column.title)
    node.scope = "col"
    if (column.name) {
      const button = titled(cell("button", ""), column.title + (ORDERS[column.order] ?? ""))
      button.type = "button"
      button.title = `Sort by ${column.title}`
      button.onclick = () => sort(column.name)
      node.setAttribute("aria-sort", column.order || "none")
      node.append(button)
    }
    row.append(node)
  })
  return row
}

function body(row, columns, selected, pick) {
  const line = document.createElement("tr")
  line.tabIndex = -1
  line.dataset.number = String(row.number)
  line.setAttribute("aria-selected", String(row.number === selected))
  row.cells.forEach((text, i) => {
    const node = cell("td", text, columns[i].numeric ? "numeric" : "")
    if (row.remarks[i]) node.append(" ", cell("span", row.remarks[i], "remark"))
    line.append(node)
  })
  if (row.fresh) {
    line.classList.add("fresh")
    line.firstChild.append(cell("span", "new", "tag"))
  }
  line.onclick = () => pick(row.number)
  line.onkeydown = (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      pick(row.number)
    }
  }
  return line
}

/* Tab leads to one row; the arrows, Home and End lead from it to others. */
function rove(rows, first) {
  const lines = [...rows.rows]
  const stop = (line) => lines.forEach((one) => { one.tabIndex = one === line ? 0 : -1 })
  stop(first ?? lines[0])
  rows.addEventListener("focusin", ({ target }) => stop(target))
  rows.addEventListener("keydown", (event) => {
    const at = lines.indexOf(event.target)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key]
    if (at < 0 || !lines[to]) return
    event.preventDefault()
    lines[to].focus()
  })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".dynas-table")
  if (!root || !data) return
  const text = JSON.stringify(data)
  root.pick = (number) => {
    root.querySelectorAll("tbody tr").forEach((line) =>
      line.setAttribute("aria-selected", String(Number(line.dataset.number) === number)))
    setTriggerValue("picked", number)
  }
  root.sort = (name) => setTriggerValue("sorted", name)
  if (root.drawn === text) return
  root.drawn = text
  const focused = root.querySelector("tr:focus")?.dataset.number
  const moved = root.selected !== data.selected
  root.selected = data.selected
  root.style.maxHeight = `${data.height}px`
  const table = document.createElement("table")
  table.dataset.testid = `table-${data.name}`
  table.append(cell("caption", data.caption))
  const head = table.createTHead()
  head.append(header(data.columns, (name) => root.sort(name)))
  const rows = table.createTBody()
  const pick = (number) => root.pick(number)
  data.rows.forEach((row) => rows.append(body(row, data.columns, data.selected, pick)))
  const scroll = root.scrollTop
  root.replaceChildren(table)
  root.scrollTop = scroll
  const chosen = root.querySelector('tr[aria-selected="true"]')
  if (chosen && moved) {
    const { offsetTop, offsetHeight } = chosen
    const above = offsetTop - head.offsetHeight < root.scrollTop
    if (above || offsetTop + offsetHeight > root.scrollTop + root.clientHeight) {
      root.scrollTop = offsetTop - root.clientHeight / 2
    }
  }
  const held = focused && root.querySelector(`tr[data-number="${focused}"]`)
  rove(rows, held || chosen)
  if (held) held.focus({ preventScroll: true })
}
