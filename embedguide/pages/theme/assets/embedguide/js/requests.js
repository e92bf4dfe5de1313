// @ts-check
/** Large figures, which are fetched when a reader asks for them. */

import { announce } from "./dom.js"

/**
 * Draw a figure when its button is pressed.
 * @param {Map<Element, import("./figure.js").Figure>} figures
 * @param {(figure: import("./figure.js").Figure) => void} raise
 * @param {AbortSignal} signal
 */
export function answerRequests(figures, raise, signal) {
  for (const [root, figure] of figures) {
    root.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-tool=request]") : null
      const panel = button?.closest("[data-eg-waits]")
      if (!(panel instanceof HTMLElement)) return
      delete panel.dataset.egWaits
      if (button?.parentElement) button.parentElement.hidden = true
      announce("Fetching the points")
      raise(figure)
    }, { signal })
  }
}

/**
 * What a reader asked for and did not get can be asked for again.
 * @param {HTMLElement} panel
 * @returns {boolean} whether it is one that waits to be asked
 */
export function mayAskAgain(panel) {
  const request = panel.querySelector(".eg-request")
  if (!(request instanceof HTMLElement)) return false
  request.hidden = false
  panel.dataset.egWaits = ""
  return true
}
