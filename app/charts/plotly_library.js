/* Loads Plotly, whose script defines a global variable instead of a module. */

/** @import { PlotlyLibrary } from "../browser/plotly.js" */

/** @type {Promise<PlotlyLibrary> | undefined} */
let libraryPromise

/**
 * Loads the library once; a call after a failure tries again.
 * @param {string} address relative to the page
 * @returns {Promise<PlotlyLibrary>}
 */
export function loadPlotly(address) {
  libraryPromise ??= loadScript(address).catch((error) => {
    libraryPromise = undefined
    throw error
  })
  return libraryPromise
}

/**
 * @param {string} address
 * @returns {Promise<PlotlyLibrary>}
 */
function loadScript(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly)
  return new Promise((resolve, reject) => {
    const script = document.createElement("script")
    const fail = () => {
      script.remove()
      reject(new Error("The chart library did not load. Reload the page."))
    }
    script.src = new URL(address, document.baseURI).href
    script.addEventListener("load", () => (window.Plotly ? resolve(window.Plotly) : fail()))
    script.addEventListener("error", fail)
    document.head.append(script)
  })
}
