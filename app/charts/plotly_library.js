/* The drawing library, which is no module: its script puts it on the window. */

/** @import { PlotlyLibrary } from "../browser/plotly.js" */

/** @type {Promise<PlotlyLibrary> | undefined} */
let library

/**
 * Loads the library once, and again where that has failed.
 * @param {string} address relative to the page
 * @returns {Promise<PlotlyLibrary>}
 */
export function loadPlotly(address) {
  library ??= loaded(address).catch((error) => {
    library = undefined
    throw error
  })
  return library
}

/**
 * @param {string} address
 * @returns {Promise<PlotlyLibrary>}
 */
function loaded(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly)
  return new Promise((resolve, reject) => {
    const script = document.createElement("script")
    const failed = () => {
      script.remove()
      reject(new Error("The chart library did not load. Reload the page."))
    }
    script.src = new URL(address, document.baseURI).href
    script.addEventListener("load", () => (window.Plotly ? resolve(window.Plotly) : failed()))
    script.addEventListener("error", failed)
    document.head.append(script)
  })
}
