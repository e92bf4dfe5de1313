// @ts-check
/** The element that a figure's plot is drawn into, on its panel's stage. */

import { isSolid } from "./engine.js"
import { hoverAtRest, isLarge } from "./rest.js"
import { turnLighter } from "./turning.js"
import { showMoves } from "./view.js"

/**
 * A new, empty element on a panel's stage, named for those who cannot see what will be drawn in it.
 * @param {HTMLElement} panel
 * @param {any[]} data the traces that will be drawn
 * @returns {any} what Plotly takes
 */
export function newPlot(panel, data) {
  const plot = document.createElement("div")
  plot.className = "eg-plot"
  plot.setAttribute("role", "img")
  plot.setAttribute("aria-label", panel.dataset.alt ?? "")
  const summary = panel.querySelector(".eg-summary")
  if (summary) plot.setAttribute("aria-describedby", summary.id)
  if (isSolid(data)) leaveScrolling(plot)
  if (isLarge(data)) {
    hoverAtRest(plot)
    turnLighter(plot)
  }
  panel.querySelector(".eg-stage")?.append(plot)
  showMoves(panel, false)
  return plot
}

/**
 * Plotly's clouds take wheel and finger for themselves, and a page cannot be scrolled past them. Only where nothing else is on
 * the screen may they: buttons zoom and turn everywhere.
 * @param {HTMLElement} plot
 */
function leaveScrolling(plot) {
  for (const name of ["wheel", "touchstart", "touchmove"]) {
    plot.addEventListener(name, (event) => {
      if (!document.fullscreenElement) event.stopPropagation()
    }, { capture: true, passive: true })
  }
}
