// @ts-check
/** The rows of a table that its page does not carry: fetched from the result when they are asked for. */

import { announce, element } from "./dom.js"
import { cellText } from "./format.js"
import { fileBehind } from "./load.js"
import { loadResult } from "./result.js"

/** Rows put into the page at a time; a vocabulary has more rows than a page can hold. */
const CHUNK = 500
const LONGEST_CELL = 160
/** A text of more characters gets a column that is not cut to its longest word; as `templates/table.html.jinja` marks them. */
const LONG = 48
/** A table of more rows shows this many of them until a reader asks for all; as `embedguide/pages/table_rows.py` places them. */
const WHOLE = 60
const SHOWN = 40

/**
 * A long table's page carries its first rows; the line under it brings all.
 * @param {HTMLElement} panel
 * @param {HTMLTableElement} table
 * @param {AbortSignal} signal
 * @param {() => void} resets what its controls do when all rows are asked for
 */
export function bindMore(panel, table, signal, resets) {
  const more = panel.querySelector("[data-eg-more]")
  if (!more) return
  /** @type {any} */
  const held = table
  held.egAddress = addressOf(panel)
  held.egMore = more.parentElement
  more.addEventListener("click", async (event) => {
    event.preventDefault()
    if (!await takeAllRows(table)) return
    resets()
    held.egShowsAll = true
    fill(table, 0)
    focusOn(table.closest(".eg-scroll") ?? table) // the link that was pressed is gone
    announce(`${held.egRows.length} rows`)
  }, { signal })
}

/**
 * The rows of a model that the page did not speak of at first come when it is switched to.
 * @param {HTMLElement} panel
 * @param {HTMLTableElement} table
 */
export async function bringFirstRows(panel, table) {
  if (panel.hidden || table.tBodies[0].rows.length) return
  await takeAllRows(table)
  /** @type {any} */
  const held = table
  if (!held.egRows) return
  const isLong = held.egRows.length > WHOLE && !held.egLetsThrough
  fill(table, 0, isLong ? (/** @type {any[]} */ _row, /** @type {number} */ place) => place < SHOWN : undefined)
}

/**
 * Fetch all rows of a table that carries only its first ones; without them it stays as it is, and a sentence says why.
 * @param {HTMLTableElement} table
 * @returns {Promise<boolean>} whether all rows of the table are at hand
 */
export async function takeAllRows(table) {
  /** @type {any} */
  const held = table
  if (!held.egAddress || held.egRows) return true
  try {
    const { rows = [], columns = [] } = await loadResult(held.egAddress)
    // The columns as the page has them: it may have put some of the file's last.
    const order = table.dataset.order?.split(" ").map(Number) ?? columns.map((_column, place) => place)
    held.egRows = rows.map((row) => order.map((place) => row[place]))
    held.egColumns = order.map((place) => columns[place])
    held.egProblem?.remove()
    return true
  } catch (problem) {
    const sentence = `The other rows could not be fetched: ${fileBehind(problem, held.egAddress)} could not be read. The table stays as it is.`
    held.egProblem ??= element("p", { class: "eg-problem eg-problem--figure" })
    held.egProblem.textContent = sentence
    ;(table.closest(".eg-scroll") ?? table).after(held.egProblem)
    announce(sentence)
    console.warn(`embedguide: ${held.egAddress}: ${problem instanceof Error ? problem.message : problem}`)
    return false
  }
}

/** @param {Element} part what a reader goes on from when the thing that was pressed is gone */
function focusOn(part) {
  if (!(part instanceof HTMLElement)) return
  if (!part.hasAttribute("tabindex")) part.tabIndex = -1
  part.focus({ preventScroll: true })
}

/**
 * Put the rows that its filters let through into the table, from one on, a chunk at a time.
 * @param {HTMLTableElement} table
 * @param {number} from
 * @param {(row: any[], place: number) => boolean} [letsThrough]
 */
export function fill(table, from, letsThrough) {
  /** @type {any} */
  const held = table
  const wanted = letsThrough ?? (held.egShowsAll ? undefined : held.egLetsThrough)
  const rows = wanted ? held.egRows.filter(wanted) : held.egRows
  const body = table.tBodies[0]
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  const made = rows.slice(from, from + CHUNK).map((/** @type {any[]} */ row) => rowOf(row, held.egColumns, heads, body.closest(".eg-rows--open") !== null))
  if (from) body.append(...made)
  else body.replaceChildren(...made)
  markSame(table)
  const rest = rows.length - from - made.length
  if (held.egMore) held.egMore.hidden = rows.length === held.egRows.length
  if (rest <= 0) return
  const button = element("button", { type: "button", class: "eg-quiet" }, `Show ${Math.min(CHUNK, rest)} more of ${rest}`)
  const line = element("tr", {}, element("td", { colspan: String(held.egColumns.length) }, button))
  button.addEventListener("click", () => {
    line.remove()
    fill(table, from + CHUNK, letsThrough)
    focusOn(body.rows[from + CHUNK])
  })
  body.append(line)
}

/**
 * Mark the columns of which a control has picked one value: they say the same in every row, and the style puts them out of the way.
 * @param {HTMLTableElement} table
 */
export function markSame(table) {
  /** @type {any} */
  const held = table
  const picked = held.egShowsAll ? [] : held.egPicked?.() ?? []
  for (const row of table.rows) {
    for (const cell of row.cells) cell.toggleAttribute("data-same", cell.colSpan === 1 && picked.includes(cell.cellIndex))
  }
}

/**
 * @param {any[]} row
 * @param {any[]} columns
 * @param {HTMLElement[]} heads those of its columns, which say what can be spared on a narrow screen, and what is long
 * @param {boolean} isHeaded whether its first cell names the row
 */
function rowOf(row, columns, heads, isHeaded) {
  const isMarked = (/** @type {number} */ index, /** @type {string} */ mark) => heads[index]?.hasAttribute(`data-${mark}`)
  return element("tr", {}, ...row.map((value, index) => {
    const isHead = isHeaded && index === 0
    const text = cellText(value, columns[index] ?? {}).slice(0, LONGEST_CELL)
    const marks = typeof value === "number" ? { "data-align": "right" } : { "data-long": text.length > LONG || isMarked(index, "long") ? "" : null }
    return element(isHead ? "th" : "td", { scope: isHead ? "row" : null, "data-spare": isMarked(index, "spare") ? "" : null, ...marks }, text)
  }))
}

/** @param {HTMLElement} panel @returns {string} where the panel's result lies */
export function addressOf(panel) {
  return new URL(panel.dataset.json ?? "", location.href).href
}
