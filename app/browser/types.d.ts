/* What the server sends to the components of the pages. Read by the type checker alone. */

import type { Layout, Role, Trace, Values } from "./plotly.js"

/** What Streamlit calls the default function of a component with. */
export interface Component<Data> {
  /** None before the first data has come. */
  data: Data | null | undefined
  /** What holds the component's own HTML. */
  parentElement: ParentNode
  /** Sends a value to the page, which runs anew. */
  setTriggerValue(name: string, value: unknown): void
}

/** What a component returns: called when it is taken off the page. */
export type End = () => void

/** Ascending pairs: from which number on a value holds. */
export type Steps = ReadonlyArray<readonly [number, number]>

/** An array as `app.charts.packing` sends it: its numbers in base64. */
export interface PackedArray {
  dtype: "f8" | "f4" | "i4" | "i2" | "u1"
  bdata: string
}

/* ---- Charts: app/charts/component.py ---- */

export interface ChartData {
  /** With packed arrays, and with `@name` for each colour. */
  figure: Figure
  /** Ends up in file names and in what tests look for. */
  name: string
  title: string
  /** The text alternative. */
  description: string
  /** Pixels. */
  height: number
  /** What to say instead of a drawing; empty where there is one. */
  empty: string
  note: string
  /** The explanation behind the question mark. */
  about: string
  /** The name that linked charts share; empty for a chart by itself. */
  link: string
  pickable: boolean
  /** The address of Plotly's library. */
  script: string
}

/** A Plotly figure and what the browser completes it with. */
export interface Figure {
  data: Trace[]
  layout: Layout
  /** The sub-networks that traces with a role are filled from. */
  points?: Points
  /** Where the sub-networks of a growing run are asked for. */
  feed?: FeedSpec
  /** Whether the feed fills the staircase of a hypervolume. */
  steps?: boolean
  /** A line that follows the replayed moment. */
  cursor?: Record<string, unknown>
  /** What of the axes is kept in the address. */
  place?: Place
  /** Evaluations that the feed has come to. */
  upto?: number
  /** Sub-networks of the run, drawn or not. */
  measured?: number
}

/** Sub-networks in the order of their numbers; each array has one value for each. */
export interface Points {
  number: Values<number>
  x: Values<number>
  y: Values<number>
  z?: Values<number>
  cycle: Values<number>
  feasible: Values<number | boolean>
  /** The number of the evaluation that took each off the front; 0 if it never was on it. */
  ends: Values<number>
  /** The constraints that each misses, a bit for each of `limits`. */
  missed?: Values<number>
  extrapolated?: Values<number>
  limits?: string[]
  /** From which evaluation on a cycle is the newest. */
  cycles: Steps
  /** What cycles are called that are not called by their number. */
  names: Record<string, string>
  /** Whether a line joins the front. */
  joined?: boolean
  selected?: number | null
  /** Where the selected sub-network is if it is none of these. */
  at?: number[] | null
}

/** Of `app.charts.feed`: where to ask, and how far at least. */
export interface FeedSpec {
  run: string
  address: string
  /** Evaluations. */
  upto: number
  /** What values are divided by to be in the units of the x and of the y axis. */
  divide: [number, number]
}

/** What the address of a feed answers. */
export interface FeedAnswer {
  upto: number
  measured: number
  number: PackedArray
  x: PackedArray
  y: PackedArray
  cycle: PackedArray
  missed: PackedArray
  extrapolated: PackedArray
  front: PackedArray
  /** The numbers of the evaluations at which the hypervolume rose, and how high it then was. */
  steps: PackedArray
  heights: PackedArray
  /** A browser that holds more points should ask from the start again. */
  most: number
}

/** Of `app.charts.place`: a zoom has axes, a camera has none. */
export interface Place {
  keyword: string
  axes?: PlaceAxis[]
}

export interface PlaceAxis {
  axis: "xaxis" | "yaxis"
  /** Of the metric. */
  name: string
  divide: number
  log: boolean
}

/** What linked charts of a page agree on. */
export interface Moment {
  /** The evaluations that are shown; null for all of them. */
  n: number | null
  /** The number of a sub-network. */
  selected: number | null
  /** Its values on the axes of the front. */
  at: number[] | null
  /** A bit for each evaluation that passes the filter; null without one. */
  matches: Uint8Array | null
}

/** What colour names mean; `font` is a family of fonts. */
export type Theme = Record<string, string>

/** Of `engine.analysis.figures.published`. */
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

/* ---- Facts of a run: app/live/pulse.py and app/live/facts.py ---- */

export interface Pulse {
  upto: number
  /** Another one when the page has to be drawn anew. */
  version: string
  facts: { name: string; value: string; hook: string }[]
  /** Share of the budget, from 0 to 1. */
  progress: number
  label: string
}

export interface FactsData extends Pulse {
  run: string
  address: string
  /** Milliseconds between questions. */
  every: number
}

/* ---- Tables: app/tables/component.py and app/tables/runs.py ---- */

export interface TableColumn {
  title: string
  numeric: boolean
  /** Its title sorts; empty where it does not. */
  name: string
  order: "" | "ascending" | "descending"
}

export interface TableRow {
  number: number
  cells: string[]
  /** Below the cells in the same places. */
  remarks: string[]
  fresh: boolean
}

export interface TableData {
  name: string
  caption: string
  columns: TableColumn[]
  rows: TableRow[]
  selected: number | null
  /** Pixels at most. */
  height: number
}

export interface RunRow {
  id: string
  name: string
  state: string
  colour: string
  where: string
  supernet: string
  title: string
  objectives: string
  approach: string
  /** Percent. */
  progress: number
  count: string
  hypervolume: string
  /** An SVG drawing that this program made. */
  spark: string
  age: string
  started: string
  tags: string[]
  note: string
  summary: string
  /** Actions and what they are called. */
  menu: [string, string][]
}

export interface RunsData {
  columns: { name: string; title: string }[]
  /** The name of the column that sorts, after `-` if it falls. */
  order: string
  rows: RunRow[]
  selected: string[]
  /** Another one when the selection is no longer that of the browser. */
  revision: number
}

/* ---- Drawings: app/diagrams/component.py ---- */

export interface DrawingData {
  /** A drawing that this program made. */
  svg: string
}
