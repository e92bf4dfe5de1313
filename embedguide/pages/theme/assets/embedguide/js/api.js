// @ts-check
/** The API page: modules are folds; a link opens the one that it leads into, and a box finds functions by their words. */

import { targetOf } from "./address.js"
import { announce } from "./dom.js"

/**
 * Start the list of modules, where the page has one.
 * @param {AbortSignal} signal
 */
export function startApi(signal) {
  const modules = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details[data-eg-api]")])
  if (!modules.length) return
  addEventListener("hashchange", reveal, { signal })
  document.addEventListener("click", (event) => {
    // Following a link to the place where one is already is no change of the address.
    if (event.target instanceof Element && event.target.closest('a[href*="#"]')) setTimeout(reveal)
  }, { signal })
  reveal()
  const bar = document.querySelector("[data-eg-api-find]")
  if (bar instanceof HTMLElement) startFind(bar, modules, signal)
}

/** Open the module that the address leads into. */
function reveal() {
  const target = targetOf(location.hash)
  const module = target?.closest("details[data-eg-api]")
  if (!target || !(module instanceof HTMLDetailsElement) || module.open) return
  module.open = true
  target.scrollIntoView()
}

/**
 * @param {HTMLElement} bar
 * @param {HTMLDetailsElement[]} modules
 * @param {AbortSignal} signal
 */
function startFind(bar, modules, signal) {
  const [input, count, all] = [bar.querySelector("input"), bar.querySelector("output"), bar.querySelector("button")]
  if (!input || !count || !all) return
  bar.hidden = false
  const find = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    const n = modules.reduce((sum, module) => sum + showMatches(module, words), 0)
    count.textContent = words.length ? `${n} found` : ""
    press(all, words.length > 0 && n > 0)
    if (words.length) announce(`${n} found`)
  }
  input.addEventListener("input", find, { signal })
  all.addEventListener("click", () => {
    const open = all.getAttribute("aria-pressed") !== "true"
    for (const module of modules) module.open = open
    press(all, open)
  }, { signal })
}

/** @param {HTMLButtonElement} button @param {boolean} isOpen */
function press(button, isOpen) {
  button.setAttribute("aria-pressed", String(isOpen))
  button.textContent = isOpen ? "Close all" : "Open all"
}

/**
 * Of a module show the functions that have every word; without words all of them, folded.
 * @param {HTMLDetailsElement} module
 * @param {string[]} words
 * @returns {number} functions shown
 */
function showMatches(module, words) {
  const has = (/** @type {Element} */ part) => words.every((word) => (part.textContent ?? "").toLowerCase().includes(word))
  const entries = /** @type {HTMLElement[]} */ ([...module.querySelectorAll("[data-eg-api-entry]")])
  for (const entry of entries) entry.hidden = !has(entry)
  const n = entries.filter((entry) => !entry.hidden).length
  module.hidden = words.length > 0 && n === 0
  module.open = words.length > 0
  return n
}
