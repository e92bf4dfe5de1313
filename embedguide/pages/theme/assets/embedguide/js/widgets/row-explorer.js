// @ts-check
/** Type a token, see its id and its row. The vocabulary and the rows are fetched piece by piece. */

import { announce, element } from "../dom.js"
import { Listbox } from "../listbox.js"
import { loadResult } from "../result.js"
import { reason } from "../widget_problem.js"
import { base, bytes } from "./pieces.js"

const SHOWN = 14
const SPACE = "␣"

/** @typedef {{token: string, id: number, at: number}} Entry `at`: the place of its row among those carried, or -1 */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  for (const panel of root.querySelectorAll("[data-eg-explorer]")) new Explorer(/** @type {HTMLElement} */ (panel), signal)
}

/** @param {string} text the shelf that tokens like this lie on; as in embedguide/analysis/vocabulary.py */
export function shelfOf(text) {
  const first = [...text][0] ?? ""
  if (!first) return "other"
  if (/^[a-z0-9]$/i.test(first)) return first.toLowerCase()
  const code = /** @type {number} */ (first.codePointAt(0))
  return code < 128 ? "other" : `u${(code >> 8).toString(16)}`
}

/** @param {string} token its spelling without case and leading spaces */
function spelling(token) {
  return token.replace(/^␣+/u, "").toLowerCase()
}

/** @param {number} value */
function short(value) {
  return value.toFixed(3).replace(/^-/, "−").replace(/^−(0\.000)$/, "$1")
}

class Explorer {
  /**
   * @param {HTMLElement} panel
   * @param {AbortSignal} signal
   */
  constructor(panel, signal) {
    this.panel = panel
    this.dims = Number(panel.dataset.dims)
    this.input = /** @type {HTMLInputElement} */ (panel.querySelector("[role=combobox]"))
    this.slider = /** @type {HTMLInputElement} */ (this.part("dimension"))
    /** @type {number[] | null} */
    this.values = null
    this.token = panel.dataset.first ?? ""
    /** Counts the choices, so that a row which was overtaken is not shown. */
    this.turn = 0
    /** @type {Map<string, Promise<Entry[]>>} */
    this.shelves = new Map()
    this.listen(signal)
    this.begin()
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.panel.querySelector(`[data-part=${name}]`))
  }

  /** The numbers of the first row, which stands there already; a reader may have gone on meanwhile. */
  async begin() {
    const isFirst = () => !this.values && this.token === this.panel.dataset.first
    try {
      const table = await loadResult(base(this.panel.dataset.values))
      if (!isFirst()) return
      this.values = (table.rows ?? []).map((row) => row[1])
      this.read()
    } catch (problem) {
      if (isFirst()) this.tell(`The numbers of ${this.token} could not be fetched`, problem)
    }
  }

  /**
   * One sentence below the row that stays.
   * @param {string} words
   * @param {unknown} problem
   */
  tell(words, problem) {
    const place = this.part("problem")
    place.textContent = `${words}: ${reason(problem)}.`
    place.hidden = false
    console.warn("embedguide: row-explorer:", problem)
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.input.addEventListener("focus", () => this.input.select(), { signal })
    /** @type {Listbox<Entry>} */
    this.listbox = new Listbox(this.input, /** @type {HTMLElement} */ (this.panel.querySelector("[role=listbox]")), {
      match: (text) => this.match(text),
      take: (one) => { this.take(one) },
      show: (one) => [element("bdi", {}, one.token), " ", element("span", { class: "eg-explorer__hint" }, `${one.id}${one.at < 0 ? ", id only" : ""}`)],
      look: (one) => (one.at < 0 ? "eg-explorer__bare" : null),
      none: (text) => `No token begins with “${text}”`,
      some: (count) => `${count} tokens`,
      shown: SHOWN,
      isNoneShown: true,
    }, signal)
    this.slider.addEventListener("input", () => this.read(), { signal })
    const spark = /** @type {SVGElement} */ (this.panel.querySelector(".eg-spark"))
    spark.addEventListener("pointermove", (event) => {
      const box = spark.getBoundingClientRect()
      const place = Math.floor((event.clientX - box.left) / box.width * this.dims)
      this.slider.value = String(Math.min(this.dims, Math.max(1, place + 1)))
      this.read()
    }, { signal })
  }

  /** @param {string} name @returns {Promise<Entry[]>} */
  shelf(name) {
    let pending = this.shelves.get(name)
    if (!pending) {
      pending = this.loadShelf(name)
      this.shelves.set(name, pending)
      pending.catch(() => this.shelves.delete(name))
    }
    return pending
  }

  /** @param {string} name @returns {Promise<Entry[]>} */
  async loadShelf(name) {
    const [index, carried] = await Promise.all([this.panel.dataset.index, this.panel.dataset.ids].map((url) => loadResult(base(url))))
    const found = (index.rows ?? []).find((row) => row[0] === name)
    if (!found) return []
    const places = new Map((carried.rows ?? []).map((row, at) => [row[0], at]))
    const text = new TextDecoder().decode(await bytes(base(this.panel.dataset.vocabulary), found[1], found[2]))
    return text.split("\n").filter(Boolean).map((line) => {
      const cut = line.indexOf(" ")
      const id = Number.parseInt(line.slice(0, cut), 36)
      return { token: line.slice(cut + 1), id, at: places.get(id) ?? -1 }
    })
  }

  /** @param {string} text @returns {Promise<Entry[]>} the same spelling first, then what begins with it; short ones first */
  async match(text) {
    const asTyped = text.replace(/ /g, SPACE)
    const wanted = spelling(asTyped)
    const entries = await this.shelf(shelfOf(wanted))
    const rank = (/** @type {Entry} */ one) => (one.token === asTyped ? 0 : spelling(one.token) === wanted ? 1 : 2)
    return entries.filter((one) => spelling(one.token).startsWith(wanted))
      .sort((a, b) => rank(a) - rank(b) || Number(b.at >= 0) - Number(a.at >= 0) || a.token.length - b.token.length || a.id - b.id)
  }

  /** @param {Entry} one */
  async take(one) {
    const turn = ++this.turn
    this.input.value = one.token
    let values = null
    try {
      if (one.at >= 0) values = await this.row(one)
    } catch (problem) {
      if (turn === this.turn) this.missed(one, problem)
      return
    }
    if (turn !== this.turn) return
    this.part("problem").hidden = true
    const before = { token: this.token, values: this.values }
    this.token = one.token
    this.values = values
    this.part("token").textContent = one.token
    this.part("id").textContent = String(one.id)
    this.part("row").textContent = String(one.id)
    this.draw(before)
    this.missing(one)
  }

  /**
   * The field says again what the row shows, unless a reader types already.
   * @param {Entry} one
   * @param {unknown} problem
   */
  missed(one, problem) {
    if (this.input.value === one.token) this.input.value = this.token
    this.tell(`The row of ${one.token} could not be fetched`, problem)
    announce(this.part("problem").textContent ?? "")
  }

  /** @param {Entry} one @returns {Promise<number[]>} */
  async row(one) {
    const carried = await loadResult(base(this.panel.dataset.ids))
    const scale = (carried.rows ?? [])[one.at][2]
    const whole = new Int8Array(await bytes(base(this.panel.dataset.rows), one.at * this.dims, this.dims))
    return Array.from(whole, (value) => value * scale)
  }

  /** @param {{token: string, values: number[] | null}} before */
  draw(before) {
    const { values } = this
    const lines = [values, before.values].filter((one) => one !== null)
    const top = Math.max(...lines.flat().map(Math.abs), 1e-9)
    const path = (/** @type {number[] | null} */ row) => (row ? `M${row.map((value, at) => `${at} ${(50 - 48 * value / top).toFixed(1)}`).join("L")}` : "")
    this.panel.querySelector(".eg-spark__line")?.setAttribute("d", path(values))
    this.panel.querySelector(".eg-spark__before")?.setAttribute("d", values ? path(before.values) : "")
    this.part("before").textContent = values && before.values ? `before: ${before.token}` : ""
    this.part("numbers").textContent = values ? `${values.slice(0, 3).map(short).join(", ")}, …, ${short(values[values.length - 1])}` : `${this.dims} numbers`
    this.read()
  }

  /** @param {Entry} one */
  missing(one) {
    const place = this.part("missing")
    place.hidden = one.at >= 0
    if (one.at >= 0) return
    const model = this.panel.dataset.modelName
    place.replaceChildren(`Row ${one.id} is not among those that this page carries. See it with: `,
      element("code", {}, `python -c "from embedguide.models import open_token_table as t; print(t('${model}').row(${one.id}))"`))
  }

  /** Say the number under the cursor. */
  read() {
    const place = Number(this.slider.value)
    const value = this.values?.[place - 1]
    const words = value === undefined ? "" : `${place} of ${this.dims}: ${value.toFixed(3).replace("-", "−")}`
    this.part("reading").textContent = words
    this.slider.setAttribute("aria-valuetext", words || String(place))
    const line = this.panel.querySelector(".eg-spark__at")
    line?.setAttribute("x1", String(place - 1))
    line?.setAttribute("x2", String(place - 1))
  }
}
