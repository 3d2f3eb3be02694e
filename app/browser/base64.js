/**
 * Decodes a base64 text into bytes.
 * @param {string} text
 */
export function decodeBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}
