// @ts-check
/** The seven steps of CBOW: a window that slides over a line, the rows of its words, their mean, and the guess. */

import { element } from "../dom.js"
import { loadBytes } from "../load.js"
import { loadResult } from "../result.js"

/** The number that a strip draws in full color; larger ones look the same. */
const STRONG = 0.9

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  const { windows = "", rows = "", scale = "1", dims = "1", size = "1", start: first = "0" } = root.dataset
  const here = (/** @type {string} */ path) => new URL(path, location.href).href
  const [table, { bytes }] = await Promise.all([loadResult(here(windows)), loadBytes(here(rows))])
  if (signal.aborted) return
  const cells = new Int8Array(bytes)
  const all = (table.rows ?? []).map((row, at) => new Place(row, vector(cells, at, Number(dims), Number(scale))))
  const view = new View(root, all, Number(size), signal)
  view.show(0, Number(first))
}

/**
 * @param {Int8Array} cells
 * @param {number} at
 * @param {number} dims
 * @param {number} scale
 */
function vector(cells, at, dims, scale) {
  return Array.from(cells.subarray(at * dims, (at + 1) * dims), (cell) => cell * scale)
}

/** One word of one line, as a row of the table has it. */
class Place {
  /**
   * @param {any[]} row
   * @param {number[]} numbers
   */
  constructor(row, numbers) {
    const list = (/** @type {string} */ text) => (text ? text.split(" ") : [])
    this.sentence = Number(row[0])
    this.printed = String(row[2])
    this.word = String(row[3])
    /** @type {number | null} */
    this.row = row[4]
    this.neighbors = list(row[5]).map(Number)
    this.answers = list(row[6])
    this.probabilities = list(row[7]).map(Number)
    /** @type {number | null} */
    this.rank = row[9]
    this.raised = list(row[10])
    this.numbers = numbers
  }
}

class View {
  /**
   * @param {HTMLElement} root
   * @param {Place[]} places
   * @param {number} size of the vocabulary
   * @param {AbortSignal} signal
   */
  constructor(root, places, size, signal) {
    this.places = places
    this.size = size
    this.sentence = 0
    this.position = 0
    this.stage = /** @type {HTMLElement} */ (root.querySelector("[data-stage]"))
    this.said = /** @type {HTMLElement} */ (root.querySelector("[data-said]"))
    const bar = /** @type {HTMLElement} */ (root.querySelector("[data-bar]"))
    const lines = this.lines()
    this.choice = /** @type {HTMLSelectElement} */ (element("select", { id: `${root.id}-line` },
      ...lines.map((line, at) => element("option", { value: String(at) }, line.map((place) => place.printed).join(" ")))))
    this.slider = /** @type {HTMLInputElement} */ (element("input", { id: `${root.id}-at`, type: "range", min: "0", step: "1" }))
    bar.replaceChildren(
      element("span", { class: "eg-control eg-cbow__line" }, element("label", { for: this.choice.id }, "Line"), this.choice),
      element("span", { class: "eg-control" }, element("label", { for: this.slider.id }, "Slide the window"), this.slider),
    )
    this.choice.addEventListener("change", () => this.show(Number(this.choice.value), 0, true), { signal })
    this.slider.addEventListener("input", () => this.show(this.sentence, Number(this.slider.value), true), { signal })
    this.stage.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-at]") : null
      if (button instanceof HTMLElement) this.show(this.sentence, Number(button.dataset.at), true)
    }, { signal })
  }

  /** @returns {Place[][]} */
  lines() {
    /** @type {Place[][]} */
    const lines = []
    for (const place of this.places) (lines[place.sentence] ??= []).push(place)
    return lines
  }

  /**
   * @param {number} sentence
   * @param {number} position
   * @param {boolean} [speak]
   */
  show(sentence, position, speak = false) {
    const line = this.lines()[sentence]
    const hadFocus = document.activeElement instanceof HTMLElement && document.activeElement.dataset.at !== undefined
    this.sentence = sentence
    this.position = Math.min(position, line.length - 1)
    const at = line[this.position]
    this.slider.max = String(line.length - 1)
    this.slider.value = String(this.position)
    this.slider.setAttribute("aria-valuetext", at.printed)
    const near = at.neighbors.map((number) => line[number])
    this.stage.replaceChildren(this.sentenceOf(line, at), this.network(near), this.guess(at))
    if (hadFocus) /** @type {HTMLElement | null} */ (this.stage.querySelector(`[data-at="${this.position}"]`))?.focus()
    if (speak) this.said.textContent = `Between ${near.map((one) => one.word).join(", ")}: ${at.answers[0]}. ${verdict(at)}`
  }

  /**
   * Steps 1 and 2.
   * @param {Place[]} line
   * @param {Place} at
   */
  sentenceOf(line, at) {
    const words = line.map((place, number) => {
      const role = place === at ? "eg-cbow__gap" : at.neighbors.includes(number) ? "eg-cbow__near" : ""
      return element("button", { type: "button", class: `eg-cbow__word ${role}`, "data-at": String(number), "aria-pressed": String(place === at) }, place.printed)
    })
    return element("div", { class: "eg-cbow__part" },
      heading("1", "A window slides over the text."), element("div", { class: "eg-cbow__sentence" }, ...words))
  }

  /**
   * Steps 2 to 5: a line for each neighbor, and their mean.
   * @param {Place[]} near
   */
  network(near) {
    const rows = near.flatMap((place) => [
      element("span", { class: "eg-cbow__name" }, place.word),
      this.oneHot(place),
      strip(place.numbers, `row of ${place.word}`),
    ])
    const mean = near[0].numbers.map((_, d) => near.reduce((sum, place) => sum + place.numbers[d], 0) / near.length)
    return element("div", { class: "eg-cbow__part eg-cbow__network" },
      heading("2", "Its neighbors"), heading("3", "One 1 among zeros"), heading("4", "The 1 selects a row of the hidden layer"),
      ...rows, element("span"), heading("5", "Their mean", "eg-cbow__right"), strip(mean, "mean of the rows"))
  }

  /** @param {Place} place */
  oneHot(place) {
    const row = place.row ?? 0
    const left = (100 * row) / this.size
    // The number stands where the mark is not.
    const side = left > 50 ? "eg-cbow__hot eg-cbow__hot--right" : "eg-cbow__hot"
    return element("span", { class: side, role: "img", "aria-label": `a 1 at place ${row + 1} of ${this.size}` },
      element("i", { style: `left:${left.toFixed(1)}%` }), element("b", {}, (row + 1).toLocaleString("en").replace(",", "\u2009")))
  }

  /**
   * Steps 6 and 7.
   * @param {Place} at
   */
  guess(at) {
    const most = at.probabilities[0]
    const bars = at.answers.flatMap((word, number) => {
      const p = at.probabilities[number]
      return [
        element("span", { class: word === at.word ? "eg-cbow__name eg-cbow__hit" : "eg-cbow__name" }, word),
        element("span", { class: "eg-cbow__bar" }, element("i", { style: `width:${((100 * p) / most).toFixed(1)}%` })),
        element("span", { class: "eg-cbow__p" }, `${(100 * p).toFixed(p < 0.0995 ? 1 : 0)} %`),
      ]
    })
    return element("div", { class: "eg-cbow__part eg-cbow__output" },
      heading("6", `Softmax: a probability for each of ${this.size.toLocaleString("en").replace(",", "\u2009")} words`, "eg-cbow__whole"), ...bars,
      element("p", { class: "eg-cbow__raised" }, "Raised most above chance: ", element("b", {}, at.raised.join(", "))),
      heading("7", `The guess: ${at.answers[0]}. ${verdict(at)}`, "eg-cbow__whole"))
  }
}

/** @param {Place} at */
function verdict(at) {
  if (at.rank === null) return `The line says ${at.word}, which is too rare to have a row.`
  if (at.rank === 1) return "That is the word of the line."
  return `The line says ${at.word}, which comes in place ${at.rank.toLocaleString("en").replace(",", "\u2009")}.`
}

/**
 * @param {string} number
 * @param {string} words
 * @param {string} [extra] class
 */
function heading(number, words, extra = "") {
  return element("span", { class: `eg-cbow__step ${extra}` }, element("b", {}, number), ` ${words}`)
}

/**
 * A row of numbers as cells.
 * @param {number[]} numbers
 * @param {string} label
 */
function strip(numbers, label) {
  const cells = numbers.map((x) => element("i", {
    class: x < 0 ? "eg-cbow__minus" : "eg-cbow__plus", style: `--v:${Math.min(100, Math.round((100 * Math.abs(x)) / STRONG))}%`,
  }))
  return element("span", { class: "eg-cbow__strip", role: "img", "aria-label": `${label}: ${numbers.length} numbers` }, ...cells)
}
