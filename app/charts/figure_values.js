/* Figures name colours by what they mean and carry arrays in a packed form. */

import { bytesOf } from "../browser/base64.js"

/** @import { PackedArray, Theme } from "../browser/types.js" */

const ARRAYS = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, u1: Uint8Array,
}

/**
 * The numbers of a packed array.
 * @param {PackedArray} packed
 */
export const unpackedArray = ({ dtype, bdata }) => new ARRAYS[dtype](bytesOf(bdata).buffer)

/**
 * A copy of a figure, or of a part of one, with colours in place of their names and arrays in place
 * of their packed form. Names that the theme does not have stay.
 * @template Part
 * @param {Part} value
 * @param {Theme} theme
 * @returns {Part}
 */
export function concreteValues(value, theme) {
  return concrete(value, theme)
}

/**
 * @param {any} value
 * @param {Theme} theme
 * @returns {any}
 */
function concrete(value, theme) {
  if (typeof value === "string") return value[0] === "@" ? (theme[value.slice(1)] ?? value) : value
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value
  if (value.bdata !== undefined) return unpackedArray(value)
  if (Array.isArray(value)) return value.map((item) => concrete(item, theme))
  const entries = Object.entries(value).map(([key, item]) => [key, concrete(item, theme)])
  return Object.fromEntries(entries)
}
