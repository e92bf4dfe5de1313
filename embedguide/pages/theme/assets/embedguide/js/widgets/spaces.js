// @ts-check
/** One word in several spaces: its nearest words side by side, and how many of them the spaces share. */

import { quoted, readHash, replaceHash, writeHash } from "../address.js"
import { announce, element } from "../dom.js"
import { loadResult } from "../result.js"
import { base } from "./pieces.js"

/** @typedef {{space: string, words: string[], cosines: string[], tied: number}} Neighborhood */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  const table = await loadResult(base(root.dataset.rows))
  /** @type {Map<string, Neighborhood[]>} */
  const all = new Map()
  for (const [word, space, words, cosines, tied] of table.rows ?? []) {
    const list = (/** @type {string} */ text) => (text ? text.split(" ") : [])
    all.set(word, [...(all.get(word) ?? []), { space, words: list(words), cosines: list(cosines), tied }])
  }
  new Spaces(root, all, signal)
}

class Spaces {
  /**
   * @param {HTMLElement} root
   * @param {Map<string, Neighborhood[]>} all
   * @param {AbortSignal} signal
   */
  constructor(root, all, signal) {
    this.root = root
    this.all = all
    this.input = /** @type {HTMLInputElement} */ (this.part("word"))
    this.part("words").replaceChildren(...[...all.keys()].map((word) => element("option", { value: word })))
    for (const event of ["change", "search"]) this.input.addEventListener(event, () => this.take(this.input.value), { signal })
    this.input.addEventListener("focus", () => this.input.select(), { signal })
    this.input.addEventListener("input", () => { if (all.has(this.input.value.trim().toLowerCase())) this.take(this.input.value) }, { signal })
    this.part("another").addEventListener("click", () => {
      const words = [...all.keys()]
      this.take(words[Math.floor(Math.random() * words.length)])
    }, { signal })
    this.part("all").addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null
      if (!button) return
      this.take(button.textContent ?? "")
      if (button.isConnected) return
      // The button is gone with its list: who came by keyboard goes on at the new one.
      const next = this.part("all").querySelector("button") ?? this.input
      next.focus({ preventScroll: true })
    }, { signal })
    addEventListener("hashchange", () => this.follow(), { signal })
    this.show(root.dataset.word ?? "")
    this.follow()
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-part=${name}]`))
  }

  /** Show the word that the address names. */
  follow() {
    const target = readHash(location.hash)
    const word = target?.id === this.root.id ? target.wanted.get("word") : null
    if (word) this.take(word)
  }

  /** @param {string} text */
  take(text) {
    const word = text.trim().toLowerCase()
    if (!word || word === this.word) return
    if (!this.all.has(word)) {
      const near = [...this.all.keys()].filter((one) => one.startsWith(word.slice(0, 2))).slice(0, 6)
      this.say(`${quoted(word)} is not among the ${this.all.size} words.${near.length ? ` Try ${near.join(", ")}.` : ""}`)
      return
    }
    this.show(word)
    replaceHash(writeHash(this.root.id, [["word", word]]))
  }

  /** @param {string} words */
  say(words) {
    this.part("said").textContent = words
    if (words) announce(words)
  }

  /** @param {string} word */
  show(word) {
    const spaces = this.all.get(word) ?? []
    this.word = word
    this.input.value = word
    this.say("")
    /** @type {Map<string, number>} */
    const times = new Map()
    for (const one of spaces.flatMap((space) => space.words)) times.set(one, (times.get(one) ?? 0) + 1)
    this.part("all").replaceChildren(...spaces.map((space) => this.column(space, times)))
    this.part("shared").textContent = shared(spaces)
  }

  /**
   * @param {Neighborhood} space
   * @param {Map<string, number>} times in how many spaces a word stands
   */
  column(space, times) {
    const items = space.words.map((word, at) => {
      const n = times.get(word) ?? 1
      const name = this.all.has(word) ? element("button", { type: "button", class: "eg-net__go" }, word) : element("span", {}, word)
      return element("li", { class: n > 1 ? "eg-spaces__both" : null }, name, element("span", { class: "eg-net__cosine" }, ` ${space.cosines[at].replace("-", "−")}${n > 1 ? ` in ${n}` : ""}`))
    })
    const note = !items.length ? "This word stands in every part of the text, so its row is all zeros and points nowhere." : space.tied ? `and ${space.tied} more at the same cosine` : ""
    return element("section", { class: "eg-spaces__space" }, element("h3", {}, space.space), element("ol", {}, ...items), note ? element("p", { class: "eg-net__cosine" }, note) : "")
  }
}

/** @param {Neighborhood[]} spaces */
function shared(spaces) {
  const pairs = spaces.flatMap((a, at) => spaces.slice(at + 1).map((b) => ({ names: `${a.space} and ${b.space}`, n: a.words.filter((word) => b.words.includes(word)).length })))
  const some = pairs.filter((pair) => pair.n).sort((a, b) => b.n - a.n)
  const words = some.map((pair) => `${pair.names} ${pair.n}`).join(", ")
  return some.length ? `Of ten neighbors they share: ${words}. All other pairs share none.` : "No two of the spaces share a neighbor."
}
