/* Types of the points of a figure. Only the type checker reads this file. */

import type { Values } from "./plotly.js"
import type { Steps } from "./types.js"

/** Built by `engine.analysis.figures.hover_texts`. A value that is not a number has the text of "". */
export interface HoverColumn {
  label: string
  values: Values<number>
  texts: Record<string, string>
  decimals: number
  unit: string
}

/** Sub-networks in ascending order of their numbers; each array has one value per sub-network. */
export interface Points {
  number: Values<number>
  x: Values<number>
  y: Values<number>
  z?: Values<number>
  cycle: Values<number>
  feasible: Values<number | boolean>
  /** The evaluation at which each one leaves the front; 0 if it is never on the front. */
  ends: Values<number>
  /** The constraints that each one violates: a bit for each of `limits`. */
  missed?: Values<number>
  extrapolated?: Values<number>
  limits?: string[]
  /** The current cycle at each evaluation. */
  cycles: Steps
  /** The names of cycles that are not shown as a number. */
  names: Record<string, string>
  /** Columns that the hover text has beside the axes. */
  columns?: HoverColumn[]
  /** The notes on evaluations, by number. */
  notes?: Record<string, string>
  /** Whether a line connects the points of the front. */
  joined?: boolean
  selected?: number | null
  /** The position of the selected sub-network if it is not among the points. */
  at?: number[] | null
}
