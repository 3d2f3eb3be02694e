/**
 * Splits a title before its last word, or what follows the last underscore in it, which must stay
 * on one line with the arrow after it.
 * @param {string} title
 * @returns {[string, string]} the second part is empty if there is no arrow
 */
export function splitTitle(title) {
  const [, start, end] = /^(.*?)([^\s_]+ [↑↓▲▼].*)$/u.exec(title) ?? [null, title, ""]
  return [start, end]
}
