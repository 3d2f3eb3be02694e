/* Types of the data of the shortcuts. Only the type checker reads this file. */

export interface Shortcut {
  /** Keys pressed one after another, separated by spaces. */
  keys: string
  text: string
  /** Of a page, relative to this one; empty for another kind of shortcut. */
  address: string
  click: string[]
  focus: string[]
}
