// @ts-check
/** The controls under a table, each of which lets through the rows that say one thing in one column. */

import { announce } from "./dom.js"
import { cellText } from "./format.js"
import { Listbox } from "./listbox.js"
import { fill, markSame, takeAllRows } from "./table_rows.js"

const OFFERED = 12

/**
 * Show the rows that agree with the controls.
 * @param {HTMLElement} panel
 * @param {HTMLTableElement} table
 * @param {AbortSignal} signal
 */
export function bindFilters(panel, table, signal) {
  const boxes = boxesOf(panel)
  if (!boxes.length) return
  /** @type {any} */
  const held = table
  held.egLetsThrough = (/** @type {any[]} */ row) => boxes.every((box) => {
    const at = Number(box.dataset.filter)
    return agrees(box, cellText(row[at], held.egColumns[at] ?? {}))
  })
  held.egPicked = () => boxes.filter((box) => chosenIn(box) !== null).map((box) => Number(box.dataset.filter))
  const refresh = async () => {
    if (!await takeAllRows(table)) return
    held.egShowsAll = false
    if (held.egRows) fill(table, 0)
    else {
      markSame(table)
      for (const row of table.tBodies[0].rows) {
        row.toggleAttribute("data-out", !boxes.every((box) => agrees(box, row.cells[Number(box.dataset.filter)]?.textContent ?? "")))
      }
    }
    announce(`${table.tBodies[0].querySelectorAll("tr:not([data-out])").length} rows`)
  }
  for (const box of boxes) {
    const input = box.querySelector("[role=combobox]")
    if (input instanceof HTMLInputElement) bindTyped(box, input, refresh, signal)
    else box.addEventListener("input", refresh, { signal })
  }
}

/** Let all rows through, but for the switches, which have no such state. @param {HTMLElement} panel */
export function choosesAll(panel) {
  for (const box of boxesOf(panel)) {
    const input = box.querySelector("select, [role=combobox]")
    if (input instanceof HTMLSelectElement || input instanceof HTMLInputElement) input.value = ""
    if (box.dataset.chosen !== undefined) box.dataset.chosen = ""
  }
}

/** @param {HTMLElement} panel @returns {HTMLElement[]} */
function boxesOf(panel) {
  return [...panel.querySelectorAll("[data-filter]")].filter((box) => box instanceof HTMLElement)
}

/** @param {HTMLElement} box @returns {string | null} the text that its column has to hold; null where any will do */
function chosenIn(box) {
  const input = box.querySelector("input, select")
  if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked ? "yes" : "no"
  return (input instanceof HTMLSelectElement ? input.value : box.dataset.chosen) || null
}

/** @param {HTMLElement} box @param {string} text that of the row's cell in the filter's column */
function agrees(box, text) {
  const chosen = chosenIn(box)
  return chosen === null || text === chosen
}

/**
 * A choice of many texts is typed, and completed from a list.
 * @param {HTMLElement} box
 * @param {HTMLInputElement} input
 * @param {() => void} refresh
 * @param {AbortSignal} signal
 */
function bindTyped(box, input, refresh, signal) {
  const list = /** @type {HTMLElement} */ (box.querySelector("[role=listbox]"))
  /** @type {string[]} */
  const texts = JSON.parse(box.dataset.options ?? "[]")
  const take = (/** @type {string} */ text) => {
    input.value = box.dataset.chosen = text
    refresh()
  }
  const none = (/** @type {string} */ text) => `“${text.trim()}” is not among the ${texts.length} of this list`
  new Listbox(input, list, {
    match: (text) => startingWith(texts, text.trim()), take, show: (text) => [text], none,
    some: (count) => `${count} in the list`, shown: OFFERED, isNoneShown: true, dropped: () => take(""),
  }, signal)
  // Emptied, the field lets all rows through; left with half a word, it says again which rows are shown.
  input.addEventListener("change", () => { if (input.value.trim() === "") take("") }, { signal })
  input.addEventListener("blur", () => { input.value = box.dataset.chosen ?? "" }, { signal })
}

/** Texts that begin so, before those that hold it elsewhere. @param {string[]} texts @param {string} typed */
function startingWith(texts, typed) {
  const wanted = typed.toLowerCase()
  const place = (/** @type {string} */ text) => (text === typed ? -1 : text.toLowerCase().indexOf(wanted))
  const found = texts.filter((text) => text.toLowerCase().includes(wanted))
  return found.sort((left, right) => Math.min(place(left), 1) - Math.min(place(right), 1) || left.length - right.length)
}
