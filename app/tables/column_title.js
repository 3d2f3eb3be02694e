/**
 * Splits a title before its last word, which must stay on one line with the arrow after it; of a
 * word that is too long for a line, its end.
 * @param {string} title
 * @returns {[string, string]} the second part is empty if there is no arrow
 */
export function splitTitle(title) {
  const [, start, end] = /^(.*?)(\S{1,14} [↑↓▲▼].*)$/u.exec(title) ?? [null, title, ""]
  return [start, end]
}
