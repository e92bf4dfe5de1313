// @ts-check
/** Tables: sorting by their headers, filters, and CSV; for placed tables and for the data behind figures. */

import { toCsv } from "./csv.js"
import { announce, element, flash, saveText } from "./dom.js"
import { fillFold } from "./folds.js"
import { loadResult } from "./result.js"
import { bindFilters, choosesAll } from "./table_filters.js"
import { addressOf, bindMore, bringFirstRows, fill, takeAllRows } from "./table_rows.js"

const collator = new Intl.Collator("en", { numeric: true })

/**
 * Start the tables and data folds of the page.
 * @param {AbortSignal} signal
 */
export function startTables(signal) {
  for (const box of document.querySelectorAll("[data-eg-table]")) {
    for (const panel of box.querySelectorAll(":scope > .eg-panel")) {
      const table = panel.querySelector("table")
      if (!(table instanceof HTMLTableElement) || !(panel instanceof HTMLElement)) continue
      makeSortable(table, signal)
      bindFilters(panel, table, signal)
      bindMore(panel, table, signal, () => choosesAll(panel))
      bringFirstRows(panel, table)
      document.addEventListener("eg:model", () => bringFirstRows(panel, table), { signal })
    }
    const csv = box.querySelector('[data-tool="csv"]')
    csv?.addEventListener("click", () => {
      const panel = box.querySelector(":scope > .eg-panel:not([hidden])")
      if (panel instanceof HTMLElement && csv instanceof HTMLElement) saveCsv(panel, csv)
    }, { signal })
  }
  for (const fold of document.querySelectorAll('[data-eg-fold="data"]')) bindDataFold(fold, signal)
  watchOverflow(document.querySelectorAll(".eg-scroll"), signal)
}

/**
 * Turn header cells into buttons that sort.
 * @param {HTMLTableElement} table
 * @param {AbortSignal} signal
 */
function makeSortable(table, signal) {
  for (const [index, head] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
    if (head.querySelector("button")) continue
    const button = element("button", { type: "button", class: "eg-sort" }, ...head.childNodes)
    head.append(button)
    button.addEventListener("click", () => sortBy(table, index), { signal })
  }
}

/**
 * @param {HTMLTableElement} table
 * @param {number} index
 */
async function sortBy(table, index) {
  if (!await takeAllRows(table)) return
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  const isUp = heads[index].getAttribute("aria-sort") !== "ascending"
  for (const [at, head] of heads.entries()) {
    if (at === index) head.setAttribute("aria-sort", isUp ? "ascending" : "descending")
    else head.removeAttribute("aria-sort")
  }
  const compare = (/** @type {any} */ left, /** @type {any} */ right) => (isUp ? 1 : -1) * order(left, right)
  /** @type {any} */
  const held = table
  if (held.egRows) {
    held.egRows.sort((/** @type {any[]} */ left, /** @type {any[]} */ right) => compare(left[index], right[index]))
    fill(table, 0)
  } else {
    const body = table.tBodies[0]
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[index]) }))
    rows.sort((left, right) => compare(left.key, right.key))
    body.append(...rows.map(({ row }) => row))
  }
  announce(`Sorted by ${heads[index].textContent}, ${isUp ? "ascending" : "descending"}`)
}

/** @param {HTMLElement | undefined} cell what a cell sorts as */
function keyOf(cell) {
  const raw = cell?.dataset.sort ?? cell?.textContent ?? ""
  return raw.trim() !== "" && Number.isFinite(Number(raw)) ? Number(raw) : raw
}

/** Numbers before text, nothing last. @param {any} left @param {any} right */
function order(left, right) {
  if (typeof left === "number" && typeof right === "number") return left - right
  if (typeof left === "number") return -1
  if (typeof right === "number") return 1
  return collator.compare(String(left ?? "\uffff"), String(right ?? "\uffff"))
}

/**
 * The data fold of a figure: when it is opened, its first rows are replaced by all rows of the result.
 * @param {Element} fold
 * @param {AbortSignal} signal
 */
function bindDataFold(fold, signal) {
  if (!(fold instanceof HTMLDetailsElement)) return
  const panelOf = () => /** @type {HTMLElement | null} */ (fold.closest("[data-eg-figure]")?.querySelector(":scope > .eg-panel:not([hidden])"))
  const fill = async () => {
    if (!fold.open) return
    await fillFold(fold)
    const panel = panelOf()
    const body = fold.querySelector(".eg-fold__body:not([hidden])")
    const table = body?.querySelector("table")
    if (!panel || !body || !table || signal.aborted) return
    watchOverflow(body.querySelectorAll(".eg-scroll"), signal)
    fillFrom(panel, table, body, signal)
  }
  fold.addEventListener("toggle", fill, { signal })
  document.addEventListener("eg:model", fill, { signal })
  fold.addEventListener("click", (event) => {
    const csv = event.target instanceof Element ? event.target.closest('[data-tool="csv"]') : null
    const panel = panelOf()
    if (panel && csv instanceof HTMLElement) saveCsv(panel, csv)
  }, { signal })
}

/**
 * @param {HTMLElement} panel
 * @param {HTMLTableElement} table
 * @param {Element} body
 * @param {AbortSignal} signal
 */
async function fillFrom(panel, table, body, signal) {
  /** @type {any} */
  const held = table
  if (held.egRows) return
  makeSortable(table, signal)
  try {
    const { rows = [], columns = [] } = await loadResult(addressOf(panel))
    held.egRows = [...rows]
    held.egColumns = columns
    fill(table, 0)
    const count = body.querySelector("[data-eg-count]")
    if (count) count.textContent = `${rows.length} rows.`
  } catch {
    // The rows that the page itself carries stay; the figure has said which file is missing.
  }
}

/**
 * @param {HTMLElement} panel
 * @param {HTMLElement} button
 */
async function saveCsv(panel, button) {
  try {
    const { rows = [], columns = [] } = await loadResult(addressOf(panel))
    saveText(panel.dataset.csv || "data.csv", toCsv(columns.map((column) => column.name), rows), "text/csv;charset=utf-8")
  } catch (problem) {
    flash(button, "Could not be read")
    console.warn(`embedguide: ${panel.dataset.json}: ${problem instanceof Error ? problem.message : problem}`)
  }
}

/**
 * A box is a stop for the Tab key only while there is something to scroll.
 * @param {Iterable<Element>} boxes
 * @param {AbortSignal} signal
 */
function watchOverflow(boxes, signal) {
  const observer = new ResizeObserver((entries) => {
    const changed = new Set(entries.map(({ target }) => target.closest(".eg-scroll") ?? target))
    // All are measured before one is changed: else the browser would work the styles out again for each.
    const measured = [...changed].map((box) => /** @type {[Element, boolean]} */ ([
      box, box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1,
    ]))
    for (const [box, isOver] of measured) {
      if (isOver) box.setAttribute("tabindex", "0")
      else if (box !== document.activeElement) box.removeAttribute("tabindex") // it would lose the focus
    }
  })
  for (const box of boxes) for (const part of [box, ...box.children]) observer.observe(part)
  signal.addEventListener("abort", () => observer.disconnect())
}
