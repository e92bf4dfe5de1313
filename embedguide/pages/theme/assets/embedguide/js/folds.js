// @ts-check
/** The folds under a figure or table: what is in them lies in a page of its own, fetched when the first of them is opened. */

import { loadText } from "./load.js"

/** @type {Map<string, Promise<Document>>} */
const pages = new Map()

/**
 * Start the folds of the page.
 * @param {AbortSignal} signal
 */
export function startFolds(signal) {
  for (const fold of document.querySelectorAll("[data-eg-fold]")) {
    fold.addEventListener("toggle", () => {
      if (fold instanceof HTMLDetailsElement && fold.open) fillFold(fold)
    }, { signal })
  }
}

/**
 * Put what belongs into a fold; a second call does nothing.
 * @param {HTMLElement} fold
 */
export async function fillFold(fold) {
  const pending = fold.querySelector(":scope > [data-eg-pending]")
  const link = pending?.querySelector("a")
  if (!pending || !link) return
  try {
    const url = link.href.split("#")[0]
    const parts = partsOf(await behind(url), fold.dataset.egFold ?? "", url)
    showModel(parts)
    // Opened twice while it was on its way: the first to come in has put it there.
    if (pending.isConnected) pending.replaceWith(...parts)
  } catch (problem) {
    link.textContent = "This could not be fetched. Open it as a page"
    console.warn(`embedguide: ${link.href}: ${problem instanceof Error ? problem.message : problem}`)
  }
}

/** @param {string} url @returns {Promise<Document>} the page, fetched once */
function behind(url) {
  let page = pages.get(url)
  if (!page) {
    page = loadText(url).then((text) => new DOMParser().parseFromString(text, "text/html"))
    pages.set(url, page)
    page.catch(() => pages.delete(url))
  }
  return page
}

/**
 * A copy of one part of the page, its addresses those of the page it came from.
 * @param {Document} page
 * @param {string} name
 * @param {string} url
 */
function partsOf(page, name, url) {
  const found = [...page.querySelectorAll(`[data-part="${name}"] > .eg-fold__body`)]
  if (!found.length) throw new Error(`it has no ${name}`)
  const parts = /** @type {HTMLElement[]} */ (found.map((part) => document.importNode(part, true)))
  for (const part of parts) {
    for (const link of part.querySelectorAll("a[href]")) link.setAttribute("href", new URL(link.getAttribute("href") ?? "", url).href)
    for (const name of part.querySelectorAll(".eg-behind__model")) name.remove()
  }
  return parts
}

/**
 * Of the parts that belong to models only those of the model now shown; the switch takes over from here.
 * @param {HTMLElement[]} parts
 */
function showModel(parts) {
  const chosen = document.querySelector("[data-eg-models] input:checked")
  const wanted = chosen instanceof HTMLInputElement ? chosen.value : ""
  const models = parts.map((part) => part.dataset.model).filter(Boolean)
  const shown = models.includes(wanted) ? wanted : models[0]
  for (const part of parts) part.hidden = Boolean(part.dataset.model) && part.dataset.model !== shown
}
