/**
 * A count as people write it, such as 20,000.
 * @param {number} count
 */
export const withCommas = (count) => count.toLocaleString("en-US")
