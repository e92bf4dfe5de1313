// @ts-check
/** The ledger: rows that agree with the filters, their state in the address, and what is shown as a CSV file. */

import { replaceHash, writeHash } from "./address.js"
import { toCsv } from "./csv.js"
import { announce, saveText } from "./dom.js"

const ID = "table-ledger"
const COLUMNS = [
  "row", "article", "row_says", "claim", "says", "of", "tolerance", "model", "measured", "verdict", "note", "chapter", "shown_in",
]

/** @typedef {Record<string, string>} Wanted filter -> value; empty for all */

/**
 * Start the ledger of the page.
 * @param {AbortSignal} signal
 */
export function startLedger(signal) {
  const root = document.querySelector("[data-eg-ledger]")
  if (!(root instanceof HTMLElement)) return
  const inputs = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...root.querySelectorAll("[data-ledger]")])
  const read = () => Object.fromEntries(inputs.map((input) => [input.dataset.ledger ?? "", input.value.trim()]))
  const apply = (/** @type {boolean} */ isTold) => {
    const wanted = read()
    const text = `${filter(wanted)} claims`
    const count = root.querySelector("[data-ledger-count]")
    if (count) count.textContent = text
    if (!isTold) return
    announce(text)
    replaceHash(writeHash(ID, Object.entries(wanted).filter(([, value]) => value)))
  }
  for (const input of inputs) input.addEventListener("input", () => apply(true), { signal })
  root.querySelector('[data-tool="csv"]')?.addEventListener("click", () => {
    saveText("embedguide-ledger.csv", toCsv(COLUMNS, shownRows(read())), "text/csv;charset=utf-8")
  }, { signal })
  const follow = () => {
    const [id, query = ""] = location.hash.slice(1).split(/\?(.*)/s)
    if (id !== ID) return
    const asked = new URLSearchParams(query)
    for (const input of inputs) {
      input.value = asked.get(input.dataset.ledger ?? "") ?? ""
      if (input instanceof HTMLSelectElement && input.selectedIndex < 0) input.value = ""
    }
    apply(false)
  }
  addEventListener("hashchange", follow, { signal })
  apply(false)
  follow()
}

/** @returns {HTMLTableSectionElement[]} one per row of the articles */
function groups() {
  return [...document.querySelectorAll("[data-eg-ledger-table]")].flatMap((table) =>
    table instanceof HTMLTableElement ? [...table.tBodies] : [])
}

/** @param {HTMLTableSectionElement} group @returns {HTMLTableRowElement[]} */
function claimsOf(group) {
  return [...group.rows].filter((row) => row.dataset.claim !== undefined)
}

/**
 * Show what agrees; a row of an article stays as long as one of its claims does.
 * @param {Wanted} wanted
 * @returns {number} claims shown, those that stand under a trap as well counted once
 */
function filter(wanted) {
  const shown = new Set()
  for (const group of groups()) {
    const isArticle = !wanted.article || group.dataset.article === wanted.article
    let isShown = false
    for (const row of claimsOf(group)) {
      const isIn = isArticle && agrees(row, group, wanted)
      row.hidden = !isIn
      if (!isIn) continue
      isShown = true
      shown.add(row.dataset.claim)
    }
    // A row that a page answers without a claim has neither verdict, model nor chapter.
    const isPlain = !wanted.verdict && !wanted.model && !wanted.chapter
    const answers = claimsOf(group).length === 0 && isPlain && isArticle && finds(group.textContent ?? "", wanted.find)
    group.hidden = !isShown && !answers
  }
  return shown.size
}

/** @param {HTMLTableRowElement} row @param {HTMLTableSectionElement} group @param {Wanted} wanted */
function agrees(row, group, wanted) {
  if (wanted.chapter && row.dataset.chapter !== wanted.chapter) return false
  const measured = measuredOf(row, wanted)
  if (!measured.length) return false
  const heading = group.rows[0]?.textContent ?? ""
  return finds(`${row.dataset.claim} ${heading} ${row.textContent}`, wanted.find)
}

/** The models of a claim that agree. @param {HTMLTableRowElement} row @param {Wanted} wanted */
function measuredOf(row, wanted) {
  const all = /** @type {HTMLElement[]} */ ([...row.querySelectorAll("[data-got]")])
  const ofModel = all.filter((one) => !wanted.model || one.dataset.model === wanted.model)
  if (!wanted.verdict) return ofModel
  // Without a model the verdict is that of the claim as a whole.
  if (!wanted.model) return row.dataset.verdict === wanted.verdict ? ofModel : []
  return ofModel.filter((one) => one.dataset.verdict === wanted.verdict)
}

/** @param {string} text @param {string} wanted every word of it has to be there */
function finds(text, wanted) {
  const low = text.toLowerCase()
  return wanted.toLowerCase().split(/\s+/).every((word) => low.includes(word))
}

/** One line per claim and model that is shown, and one per row that a page answers. @param {Wanted} wanted */
function shownRows(wanted) {
  return groups().filter((group) => !group.hidden).flatMap((group) => {
    const head = [group.dataset.row, group.dataset.article, group.dataset.says]
    const claims = claimsOf(group)
    if (!claims.length) return [[...head, ...Array(9).fill(""), linkOf(group.rows[0])]]
    return claims.filter((row) => !row.hidden).flatMap((row) => measuredOf(row, wanted).map((one) => [
      ...head, row.dataset.claim, row.querySelector(".eg-ledger__says")?.textContent ?? "", row.dataset.of,
      row.dataset.tolerance, one.dataset.model, valueOf(one.dataset.got ?? ""), one.dataset.verdict, row.dataset.note,
      row.dataset.chapter, linkOf(row),
    ]))
  })
}

/** @param {string} got a number stays one, so that a spreadsheet can count with it */
function valueOf(got) {
  return got !== "" && Number.isFinite(Number(got)) ? Number(got) : got
}

/** @param {HTMLTableRowElement | undefined} row */
function linkOf(row) {
  const link = row?.querySelector("td:last-child a")
  return link instanceof HTMLAnchorElement ? link.href : ""
}
