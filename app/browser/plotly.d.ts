/* Types of the parts of Plotly that the charts use. Only the type checker reads this file. */

/** An array or a typed array. */
export interface Values<Value> extends Iterable<Value> {
  readonly length: number
  readonly [index: number]: Value
  indexOf(value: Value): number
  forEach(visit: (value: Value, index: number) => void): void
}

/** The group of sub-networks that a trace shows; `measured` is all of them. */
export type Role =
  | "measured" | "other" | "infeasible" | "dominated" | "population" | "front" | "line" | "selected"

export interface Trace {
  type?: string
  name?: string
  role?: Role
  mode?: string
  x: Values<number | string>
  y: Values<number | string>
  z?: Values<number | string>
  customdata?: Values<number>
  text?: Values<string>
  marker?: Record<string, unknown>
  /** The runs of the points; whether it is only an entry of the legend. */
  meta?: { runs?: string[]; legend?: boolean }
  error_x?: { array: Values<number> }
  /** The axes of parallel coordinates. */
  dimensions?: Dimension[]
  [other: string]: unknown
}

export interface Dimension {
  name: string
  label: string
  values: Values<number | string>
  constraintrange?: number[] | number[][]
}

export interface PlotAxis {
  title?: { text?: string }
  range?: number[]
  autorange?: boolean
  [other: string]: unknown
}

/** The camera of a chart with three axes. */
export interface Camera {
  eye?: Partial<Point>
  center?: Partial<Point>
  up?: Partial<Point>
}

export interface Point {
  x: number
  y: number
  z: number
}

/** Properties of both two-dimensional layouts and three-dimensional scenes. */
export interface Axes {
  xaxis?: PlotAxis
  yaxis?: PlotAxis
  zaxis?: PlotAxis
  dragmode?: string
  uirevision?: string
}

export interface Layout extends Axes {
  scene?: Axes & { camera?: Camera; [other: string]: unknown }
  shapes?: Record<string, unknown>[]
  width?: number
  height?: number
  [other: string]: unknown
}

/** An element that contains a Plotly chart. */
export interface PlotElement extends HTMLElement {
  data: Trace[]
  layout: Layout
  on(event: string, handler: (event: PlotEvent) => void): void
}

export interface PlotPoint {
  x: number
  y: number
  z?: number
  customdata?: number
  curveNumber: number
  pointNumber: number
}

export interface PlotEvent {
  points: PlotPoint[]
}

/** The functions of Plotly that the charts call. */
export interface PlotlyLibrary {
  newPlot(element: HTMLElement, data: Trace[], layout: Layout, options: object): Promise<unknown>
  react(element: HTMLElement, data: Trace[], layout: Layout, options: object): Promise<unknown>
  relayout(element: HTMLElement, change: object): Promise<unknown>
  restyle(element: HTMLElement, change: object, traces?: number[]): Promise<unknown>
  purge(element: HTMLElement): void
  downloadImage(element: HTMLElement, options: object): Promise<unknown>
  Plots: { resize(element: HTMLElement): void }
}

declare global {
  interface Window {
    /** Set by Plotly's script. */
    Plotly?: PlotlyLibrary
  }
}
