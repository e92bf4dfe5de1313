// @ts-check
/** Any two of some thousand words: cosine, percentile, centered cosine and dot product, computed from rounded rows. */

import { element } from "../dom.js"
import { cellText } from "../format.js"
import { Listbox } from "../listbox.js"
import { loadBytes } from "../load.js"
import { loadResult } from "../result.js"
import { base } from "./pieces.js"

const SHOWN = 12
const NEAREST = 5

/** @typedef {{token: string, id: number, scale: number, at: number}} Word */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  for (const panel of root.querySelectorAll("[data-eg-pairs]")) new Pairs(/** @type {HTMLElement} */ (panel), signal)
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function dot(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function cosine(a, b) {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

/**
 * The percent of values below one, by their hundred and one percentiles.
 * @param {number[]} quantiles ascending
 * @param {number} value
 */
export function percentBelow(quantiles, value) {
  const above = quantiles.findIndex((one) => one > value)
  if (above < 0) return quantiles.length - 1
  if (above === 0) return 0
  return above - 1 + (value - quantiles[above - 1]) / (quantiles[above] - quantiles[above - 1])
}

class Pairs {
  /**
   * @param {HTMLElement} panel
   * @param {AbortSignal} signal
   */
  constructor(panel, signal) {
    this.panel = panel
    this.signal = signal
    this.dims = Number(panel.dataset.dims)
    /** @type {Word[]} */
    this.words = []
    /** @type {Float32Array[]} */
    this.rows = []
    /** @type {number[]} */
    this.mean = []
    /** @type {number[]} */
    this.quantiles = []
    /** @type {(Word | undefined)[]} */
    this.chosen = []
    this.inputs = /** @type {HTMLInputElement[]} */ ([...panel.querySelectorAll("[role=combobox]")])
    this.button = /** @type {HTMLButtonElement} */ (this.part("fetch"))
    this.button.addEventListener("click", () => this.load(), { signal })
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.panel.querySelector(`[data-part=${name}]`))
  }

  async load() {
    const { words, rows, mean, quantiles, meanScale, first, second } = this.panel.dataset
    this.button.disabled = true
    this.part("state").textContent = "Fetching …"
    try {
      const [table, whole, center, random] = await Promise.all([
        loadResult(base(words)), loadBytes(base(rows)), loadBytes(base(mean)), loadResult(base(quantiles))])
      this.words = (table.rows ?? []).map(([id, token, scale], at) => ({ id, token: token.replace(/^␣/u, ""), scale, at }))
      this.rows = this.words.map((word, at) => Float32Array.from(new Int8Array(whole.bytes, at * this.dims, this.dims), (value) => value * word.scale))
      this.mean = Array.from(new Int16Array(center.bytes), (value) => value * Number(meanScale))
      this.quantiles = (random.rows ?? []).map((row) => row[1])
    } catch (problem) {
      this.part("state").textContent = `The rows could not be fetched: ${problem instanceof Error ? problem.message : problem}.`
      this.button.disabled = false
      return
    }
    this.chosen = [first, second].map((text) => this.words.find((word) => word.token === text) ?? this.words[0])
    this.open()
  }

  /** The rows are there: put the fields in place of the button. */
  open() {
    for (const [n, input] of this.inputs.entries()) {
      const list = /** @type {HTMLElement} */ (input.parentElement?.querySelector("[role=listbox]"))
      /** @type {Listbox<Word>} */
      const box = new Listbox(input, list, {
        match: (text) => this.match(text),
        take: (word) => {
          input.value = word.token
          this.chosen[n] = word
          this.show()
        },
        show: (word) => [element("bdi", {}, word.token)],
        none: (text) => `“${text}” is not among the ${this.words.length} words`,
        some: (count) => `${count} words`,
        shown: SHOWN,
        isNoneShown: true,
      }, this.signal)
      input.addEventListener("focus", () => input.select(), { signal: this.signal })
      input.addEventListener("search", () => { if (!input.value) box.close() }, { signal: this.signal })
    }
    this.part("ask").hidden = false
    const hadFocus = document.activeElement === this.button || document.activeElement === document.body
    this.button.hidden = true
    this.part("state").textContent = ""
    if (hadFocus) this.inputs[0].focus()
    this.show()
  }

  /** @param {string} text @returns {Word[]} the word itself, then what begins with it; frequent ones first */
  match(text) {
    const wanted = text.trim().toLowerCase()
    return this.words.filter((word) => word.token.toLowerCase().startsWith(wanted))
      .sort((a, b) => Number(b.token.toLowerCase() === wanted) - Number(a.token.toLowerCase() === wanted) || a.at - b.at)
  }

  show() {
    const [a, b] = this.chosen
    if (!a || !b) return
    const [x, y] = [this.rows[a.at], this.rows[b.at]]
    const middle = (/** @type {Float32Array} */ row) => row.map((value, i) => value - this.mean[i])
    const plain = cosine(x, y)
    const put = (/** @type {string} */ name, /** @type {string} */ text) => { this.part(name).textContent = text }
    put("pair", `${a.token} – ${b.token}`)
    put("cosine", cellText(plain, { format: ".2f" }))
    put("percentile", a === b ? "the same word" : `${cellText(percentBelow(this.quantiles, plain), { format: ".0f" })} %`)
    put("centered", cellText(cosine(middle(x), middle(y)), { format: ".2f" }))
    put("dot", cellText(dot(x, y), { format: ".2f" }))
    this.near(a)
  }

  /** @param {Word} word name the words that are nearest to the first one, both ways */
  near(word) {
    const row = this.rows[word.at]
    const best = (/** @type {(a: ArrayLike<number>, b: ArrayLike<number>) => number} */ measure) => this.words.filter((one) => one !== word)
      .map((one) => ({ one, value: measure(row, this.rows[one.at]) })).sort((left, right) => right.value - left.value)
      .slice(0, NEAREST).map(({ one }) => one.token).join(", ")
    const place = this.part("near")
    place.replaceChildren("Nearest to ", element("bdi", {}, word.token), ` among these words: by cosine ${best(cosine)}; by dot product ${best(dot)}.`)
    place.hidden = false
  }
}
