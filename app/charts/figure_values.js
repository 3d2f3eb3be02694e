/* Replaces colour names and packed arrays in figures by their values. */

import { decodeBase64 } from "../browser/base64.js"

/** @import { PackedArray, Theme } from "../browser/types.js" */

const ARRAY_TYPES = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, u1: Uint8Array,
}

/**
 * Decodes a packed array into a typed array.
 * @param {PackedArray} packed
 */
export const unpackArray = ({ dtype, bdata }) => new ARRAY_TYPES[dtype](decodeBase64(bdata).buffer)

/**
 * A copy of a figure, or of a part of one, in which colours replace their names and typed arrays
 * replace packed arrays. Names that the theme does not define stay.
 * @template Part
 * @param {Part} value
 * @param {Theme} theme
 * @returns {Part}
 */
export function resolveValues(value, theme) {
  return resolve(value, theme)
}

/**
 * @param {any} value
 * @param {Theme} theme
 * @returns {any}
 */
function resolve(value, theme) {
  if (typeof value === "string") return value[0] === "@" ? (theme[value.slice(1)] ?? value) : value
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value
  if (value.bdata !== undefined) return unpackArray(value)
  if (Array.isArray(value)) return value.map((item) => resolve(item, theme))
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(item, theme)])
  return Object.fromEntries(entries)
}
