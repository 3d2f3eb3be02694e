/**
 * Formats a count with thousands separators, such as 20,000.
 * @param {number} count
 */
export const formatCount = (count) => count.toLocaleString("en-US")
