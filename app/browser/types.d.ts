/* Types of the data that the server sends to components. Only the type checker reads this file. */

import type { Layout, Role, Trace, Values } from "./plotly.js"
import type { Points } from "./points.js"

export type { HoverColumn, Points } from "./points.js"

/** The argument with which Streamlit calls the default export of a component. */
export interface Component<Data> {
  /** Missing until the server sends the first data. */
  data: Data | null | undefined
  /** The element that contains the component's HTML. */
  parentElement: ParentNode
  /** Sends a value to the server and reruns the page. */
  setTriggerValue(name: string, value: unknown): void
}

/** Returned by a component; Streamlit calls it when the component is removed from the page. */
export type Cleanup = () => void

/** A step function: ascending pairs of the number at which a value starts, and the value. */
export type Steps = ReadonlyArray<readonly [number, number]>

/** An array as `engine.analysis.figures.packing` encodes it: a type and the bytes in base64. */
export interface PackedArray {
  dtype: "f8" | "f4" | "i4" | "i2" | "u1"
  bdata: string
}

/* ---- Charts: app/charts/component.py ---- */

export interface ChartData {
  /** Contains packed arrays, and `@name` in place of each colour. */
  figure: Figure
  /** Part of file names and of test ids. */
  name: string
  title: string
  /** The text alternative. */
  description: string
  /** Pixels. */
  height: number
  /** A message to show in place of the plot; empty if there is a plot. */
  empty: string
  note: string
  /** The explanation that the question mark opens. */
  about: string
  more: string
  /** The name that linked charts share; empty for a chart without a link. */
  link: string
  /** The layout and the height in pixels on a narrow screen, where these differ. */
  narrow?: { layout: Layout; height: number } | null
  pickable: boolean
  /** The URL of Plotly's script. */
  script: string
}

/** A Plotly figure with the data from which the browser completes it. */
export interface Figure {
  data: Trace[]
  layout: Layout
  /** The sub-networks that traces with a role show. */
  points?: Points
  /** Where the browser fetches the sub-networks of a running search. */
  feed?: FeedSpec
  /** Whether the first trace is the hypervolume over evaluations, drawn from the feed. */
  steps?: boolean
  /** A line at the evaluation that the replay shows. */
  cursor?: Record<string, unknown>
  /** The data as a table, where points in a chart do not say it: an array for each column. */
  table?: { header: string[]; columns: Values<string | number>[] }
  /** The part of the view that is saved in the URL. */
  place?: Place
  /** The number of evaluations that the points cover; set by the browser. */
  evaluationCount?: number
  /** The number of measured sub-networks, drawn or not; set by the browser. */
  measuredCount?: number
}

/** Built by `app.charts.point_feed`: the URL of the points and the evaluations that must be loaded. */
export interface FeedSpec {
  run: string
  address: string
  /** The number of evaluations. */
  evaluations: number
  /** Divisors that convert values to the units of the x and the y axis. */
  divide: [number, number]
}

/** The response of a feed. */
export interface FeedAnswer {
  evaluations: number
  measured: number
  number: PackedArray
  x: PackedArray
  y: PackedArray
  cycle: PackedArray
  missed: PackedArray
  extrapolated: PackedArray
  front: PackedArray
  /** The evaluations at which the hypervolume increases, and its values there. */
  steps: PackedArray
  heights: PackedArray
  /** A browser that has more points than this fetches all of them again. */
  most: number
}

/** Built by `app.charts.view_address`: the URL parameter of a zoom (with axes) or a camera (without). */
export interface Place {
  keyword: string
  axes?: PlaceAxis[]
}

export interface PlaceAxis {
  axis: "xaxis" | "yaxis"
  /** The name of the metric. */
  name: string
  divide: number
  log: boolean
}

/** The state that the linked charts of a page share. */
export interface LinkState {
  /** The number of evaluations to show; null for all of them. */
  n: number | null
  /** The number of the selected sub-network. */
  selected: number | null
  /** Its values on the axes of the front. */
  at: number[] | null
  /** A bit for each evaluation that passes the filter; null without one. */
  matches: Uint8Array | null
}

/** Colours by name; `font` is a font family. */
export type Theme = Record<string, string>

/** Built by `engine.analysis.figures.marker_density`: how markers become smaller. */
export interface MarkerDensity {
  /** The width and the height of the axes in pixels. */
  area: [number, number]
  /** The width of a cell in pixels. */
  cell: number
  /** The widest marker as a share of the distance between neighbours. */
  fill: number
  /** Where points lie most densely: the share of the usual size, and the opacity. */
  least: Partial<Record<Role, [number, number]>>
  /** The width and the height of points in space as a share of those of the axes of a plane. */
  space: number
}

/** Built by `engine.analysis.figures.published`. */
export interface PublishedStyle {
  theme: Theme
  layout: Partial<Layout>
  axis: Record<string, unknown>
  marker: Record<string, unknown>
}

/* ---- Replay: app/replay/component.py ---- */

export interface ReplayData {
  n: number
  total: number
  selected: number | null
  at: number[] | null
  /** Bits in base64; null without a filter. */
  matches: string | null
  hypervolume: Steps
  front: Steps
  cycles: Steps
  names: Record<string, string>
  link: string
}

/* ---- Tables: app/tables/component.py and app/tables/runs.py ---- */

export interface TableColumn {
  title: string
  numeric: boolean
  /** The sort key; empty if the column cannot be sorted. */
  name: string
  order: "" | "ascending" | "descending"
}

export interface TableRow {
  number: number
  cells: string[]
  /** A remark for each cell; empty if there is none. */
  notes: string[]
  newest: boolean
}

export interface TableData {
  name: string
  caption: string
  columns: TableColumn[]
  rows: TableRow[]
  selected: number | null
  /** The maximum height in pixels. */
  height: number
}

export interface RunRow {
  id: string
  name: string
  state: string
  colour: string
  where: string
  /** For which workers a queued run waits. */
  waits: string
  supernet: string
  title: string
  objectives: string
  approach: string
  /** Percent. */
  progress: number
  count: string
  /** What is counted, in the plural. */
  unit: string
  best: string
  limits: string
  /** Explains `best`. */
  bestHelp: string
  hypervolume: string
  /** How the hypervolume stands among those that it can be compared with, and an explanation. */
  standing: string
  standingHelp: string
  /** An SVG drawing that the server renders. */
  spark: string
  age: string
  started: string
  tags: string[]
  note: string
  summary: string
  /** Pairs of an action and its label. */
  menu: [string, string][]
}

export interface RunsData {
  columns: { name: string; title: string }[]
  /** The name of the sort column; it begins with `-` for descending order. */
  order: string
  rows: RunRow[]
  selected: string[]
  /** Changes when the server replaces the selection. */
  revision: number
}

/* ---- Drawings: app/diagrams/component.py ---- */

export interface DrawingData {
  /** An SVG drawing that the server renders. */
  svg: string
}
