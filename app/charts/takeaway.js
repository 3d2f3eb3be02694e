/* What can be taken away of a chart: pictures, its data, the figure as papers print it. */

const ROWS_SHOWN = 1000

function save(blob, filename) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = filename
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

const titleOf = (axis, otherwise) => axis?.title?.text?.replaceAll("<br>", " ") || otherwise
const beyond = (trace, i) => (String(trace.text?.[i] ?? "").includes("extrapolated") ? "yes" : "")

/* Header and rows of a figure's data. */
function rowsOf({ data, layout }) {
  const parallel = data.find((trace) => trace.type === "parcoords")
  if (parallel) {
    const { dimensions } = parallel
    const rows = Array.from(dimensions[0].values, (_, i) => dimensions.map((d) => d.values[i]))
    return [dimensions.map((dimension) => dimension.label), ...rows]
  }
  const axes = layout.scene ?? layout
  const spread = data.some((trace) => trace.error_x)
  const header = ["series", "number", titleOf(axes.xaxis, "x"), titleOf(axes.yaxis, "value")]
  if (layout.scene) header.push(titleOf(axes.zaxis, "z"))
  if (spread) header.push("deviation")
  const extrapolated = data.some((trace) => trace.x?.some((_, i) => beyond(trace, i)))
  if (extrapolated) header.push("extrapolated")
  const rows = [header]
  for (const trace of data) {
    const listed = trace.type === "bar" || trace.mode?.includes("markers") || data.length === 1
    if (listed && trace.name !== "Selected") {
      trace.x.forEach((x, i) => {
        const row = [trace.name, trace.customdata?.[i] ?? "", x, trace.y[i]]
        if (layout.scene) row.push(trace.z[i])
        if (spread) row.push(trace.error_x?.array[i] ?? "")
        if (extrapolated) row.push(beyond(trace, i))
        rows.push(row)
      })
    }
  }
  return rows
}

/* A spreadsheet would run a name that begins like a formula: it begins with ' instead. */
const plainText = (text) => (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text)

const quoted = (text) => `"${plainText(String(text ?? "")).replaceAll('"', '""')}"`

const csv = (figure) => rowsOf(figure).map((row) => row.map(quoted).join(",")).join("\n") + "\n"

function tableOf(figure, title) {
  const [header, ...rows] = rowsOf(figure)
  const table = document.createElement("table")
  const shown = Math.min(rows.length, ROWS_SHOWN)
  table.createCaption().textContent = shown < rows.length
    ? `${title}: the first ${shown} of ${rows.length} rows; the CSV has all.`
    : `${title}: ${rows.length} rows.`
  const head = table.createTHead().insertRow()
  header.forEach((text) => {
    const cell = document.createElement("th")
    cell.scope = "col"
    cell.textContent = text
    head.append(cell)
  })
  const body = table.createTBody()
  rows.slice(0, shown).forEach((row) => {
    const line = body.insertRow()
    row.forEach((value) => {
      const number = typeof value === "number"
      line.insertCell().textContent = number ? String(Number(value.toPrecision(9))) : value
    })
  })
  return table
}

/* The figure as published notebooks print it: white, black axes, triangles by evaluation count. */
function printed(figure, { theme, layout, axis, marker }, title) {
  const paper = paint(figure, theme)
  const data = paper.data.map((trace) =>
    trace.marker?.coloraxis ? { ...trace, marker: { ...trace.marker, ...marker } } : trace)
  const axes = Object.entries(paper.layout)
    .filter(([name]) => /^[xy]axis/.test(name))
    .map(([name, own]) => [name, { ...own, ...axis, title: { ...own.title, font: { size: 15 } } }])
  const heading = { text: title, x: 0.5, xanchor: "center", font: { size: 16 } }
  const legend = figure.points ? { showlegend: false } : {} // one shape for all of them
  return {
    data: data.filter((trace) => trace.name !== "Selected"),
    layout: { ...paper.layout, ...Object.fromEntries(axes), ...layout, ...legend, title: heading },
  }
}

function openPrinted(view, Plotly) {
  const { name, title } = view.data
  const dialog = document.createElement("dialog")
  dialog.className = "dynas-printed"
  dialog.dataset.testid = `printed-${name}`
  dialog.setAttribute("aria-label", `${title} as a published figure`)
  dialog.innerHTML = `
    <div class="dynas-printed-plot"></div>
    <div class="dynas-printed-tools">
      <button type="button" data-as="png">PNG</button>
      <button type="button" data-as="svg">SVG</button>
      <button type="button" data-as="csv">CSV</button>
      <button type="button" data-as="close" autofocus>Close</button>
    </div>`
  const plot = dialog.firstElementChild
  const figure = printed(view.figure, PUBLISHED, title)
  const { width, height } = figure.layout
  const filename = `dynas-${name}-figure`
  const acts = {
    png: () => Plotly.downloadImage(plot, { format: "png", filename, width, height, scale: 3 }),
    svg: () => Plotly.downloadImage(plot, { format: "svg", filename, width, height }),
    csv: () => save(new Blob([csv(figure)], { type: "text/csv" }), `${filename}.csv`),
    close: () => dialog.close(),
  }
  dialog.querySelectorAll("button").forEach((button) => {
    button.onclick = acts[button.dataset.as]
  })
  dialog.onclose = () => {
    Plotly.purge(plot)
    dialog.remove()
  }
  view.root.append(dialog)
  dialog.showModal()
  Plotly.newPlot(plot, figure.data, figure.layout, { displayModeBar: false, staticPlot: true })
}
