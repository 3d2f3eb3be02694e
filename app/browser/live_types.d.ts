/* Types of what the server sends of live runs. Only the type checker reads this file. */

/* ---- Facts of a run: app/live/run_progress.py and app/live/facts.py ---- */

export interface Pulse {
  evaluations: number
  /** Changes when the page must be rerun. */
  version: string
  facts: { name: string; value: string; hook: string }[]
  /** Share of the budget, from 0 to 1. */
  progress: number
  label: string
  /** What the run does now or waits for; may be empty. */
  activity: string
}

export interface FactsData extends Pulse {
  run: string
  address: string
  /** The minimum time between requests in milliseconds. */
  every: number
}

/* ---- Runs that end: app/live/run_endings.py ---- */

export interface EndingsData {
  /** The ids of the runs that are live. */
  live: string[]
  address: string
  /** The address of the page of a run. */
  page: string
  /** The time between requests in milliseconds. */
  every: number
}
