// @ts-check
/** Which model the page speaks of: one switch, remembered across pages and carried in the address. */

import { announce } from "./dom.js"

const STORED = "embedguide.model"

/** @returns {string | null} what the address says, else what the reader chose before */
function wanted() {
  const named = new URLSearchParams(location.search).get("model")
  if (named) return named
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null
  }
}

/**
 * Start the model switch of the page.
 * @param {AbortSignal} signal
 */
export function startModels(signal) {
  const radios = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("[data-eg-models] input")])
  const known = radios.map((radio) => radio.value)
  const model = wanted()
  const radio = radios.find((one) => one.value === model)
  if (radio) {
    radio.checked = true
    show(radio.value)
  }
  for (const one of radios) {
    one.addEventListener("change", () => {
      if (!known.includes(one.value)) return
      remember(one.value)
      show(one.value)
      document.dispatchEvent(new CustomEvent("eg:model", { detail: one.value }))
      announce(`Figures and numbers now from ${one.parentElement?.textContent?.trim()}`)
    }, { signal })
  }
}

/** @param {string} model */
function remember(model) {
  try {
    localStorage.setItem(STORED, model)
  } catch {
    // Private windows may refuse; the address still carries the choice.
  }
  const address = new URL(location.href)
  address.searchParams.set("model", model)
  history.replaceState(history.state, "", address)
}

/**
 * Show what belongs to a model; a result that was not computed for it keeps its own.
 * @param {string} model
 */
function show(model) {
  for (const group of document.querySelectorAll("[data-eg-variants]")) {
    const parts = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-model]")])
    if (!parts.some((part) => part.dataset.model === model)) continue
    for (const part of parts) part.hidden = Boolean(part.dataset.model) && part.dataset.model !== model
    // The title that names the figure moves along with the caption that is shown.
    const title = group.querySelector(".eg-caption__title[id]")
    const next = group.querySelector(".eg-caption:not([hidden]) > .eg-caption__title")
    if (!title || !next || title === next) continue
    next.id = title.id
    title.removeAttribute("id")
  }
}
