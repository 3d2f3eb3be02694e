/* One entry of the browser's history for each page visit.

   The server writes parameters into the address while it draws a page, and each write adds an
   entry: Back would have to be pressed once for each of them. */

const FOLLOWED = Symbol.for("dynas.pageHistory") // on the history that is followed already

/**
 * Has an address of the page that is shown replace the entry of that page.
 * @param {History} visits
 * @param {() => string} shownAddress
 */
export function keepOneEntryForPage(visits, shownAddress) {
  if (Reflect.has(visits, FOLLOWED)) return
  Reflect.set(visits, FOLLOWED, true)
  const add = visits.pushState.bind(visits)
  visits.pushState = (state, unused, address) => {
    const shown = new URL(shownAddress())
    if (address && new URL(address, shown).pathname === shown.pathname) visits.replaceState(state, unused, address)
    else add(state, unused, address)
  }
}
