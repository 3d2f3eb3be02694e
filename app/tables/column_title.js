/**
 * A title in two parts: the last word stays on one line with the arrow that follows it.
 * @param {string} title
 * @returns {[string, string]} the second is empty for a title without an arrow
 */
export function titleParts(title) {
  const [, first, last] = /^(.*?)(\S+ [↑↓▲▼].*)$/u.exec(title) ?? [null, title, ""]
  return [first, last]
}
