// @ts-check
/** Explorables that are no Plotly figures: `<div data-eg-widget="name">` is handed to `widgets/name.js` when it comes near. */

import { readHash } from "./address.js"
import { problemIn } from "./widget_problem.js"

/**
 * Start the widgets of the page. A module exports `start(element, signal)` as its default.
 * @param {AbortSignal} signal ends with the page
 */
export function startWidgets(signal) {
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue
      observer.unobserve(entry.target)
      startOne(/** @type {HTMLElement} */ (entry.target), signal)
    }
  }, { rootMargin: "600px 0px" })
  for (const element of document.querySelectorAll("[data-eg-widget]")) observer.observe(element)
  // An address that names a widget's state leads to it; the browser alone looks for an element of that whole name.
  const target = readHash(location.hash)
  if (target?.id.startsWith("widget-")) document.getElementById(target.id)?.scrollIntoView({ block: "start" })
  signal.addEventListener("abort", () => observer.disconnect())
}

/**
 * @param {HTMLElement} element
 * @param {AbortSignal} signal
 */
async function startOne(element, signal) {
  const name = element.dataset.egWidget ?? ""
  try {
    const module = await import(`./widgets/${name}.js`)
    await module.default(element, signal)
    element.dataset.egReady = ""
  } catch (error) {
    console.warn(`widget ${name}:`, error)
    problemIn(element, error)
  }
}
