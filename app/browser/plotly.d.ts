/* What the charts use of Plotly, and of its figures. Read by the type checker alone. */

/** An array or a typed array, which both draw and travel alike. */
export interface Values<Value> extends Iterable<Value> {
  readonly length: number
  readonly [index: number]: Value
  indexOf(value: Value): number
  forEach(visit: (value: Value, index: number) => void): void
}

/** What the traces of a figure stand for; `measured` are all sub-networks. */
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
  meta?: { runs?: string[] }
  error_x?: { array: Values<number> }
  /** Of parallel coordinates. */
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

/** What a plane and a space have in common. */
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

/** An element that Plotly has drawn into. */
export interface PlotElement extends HTMLElement {
  data: Trace[]
  layout: Layout
  on(event: string, handler: (event: PlotEvent) => void): void
}

export interface PlotEvent {
  points: {
    x: number
    y: number
    z?: number
    customdata?: number
    curveNumber: number
    pointNumber: number
  }[]
}

/** What the charts use of the library. */
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
    /** Plotly's script puts itself here. */
    Plotly?: PlotlyLibrary
  }
}
