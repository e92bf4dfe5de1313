// @ts-check
/** A combobox: a field that offers a list while one types, for the keyboard and for everyone. */

import { announce, element } from "./dom.js"

const CLOSES_AFTER = 150

/**
 * @template Entry
 * @typedef {object} Choices
 * @property {(text: string) => Entry[] | Promise<Entry[]>} match all that fit the text, the best first
 * @property {(entry: Entry) => void} take what happens when one is chosen
 * @property {(entry: Entry) => (Node | string)[]} show what an option holds
 * @property {(entry: Entry) => string | null} [look] a class of the option
 * @property {(text: string) => string} none what is said where nothing fits
 * @property {(count: number) => string} some what is said where something does
 * @property {number} shown how many are offered
 * @property {boolean} [isNoneShown] whether the list says that nothing fits
 * @property {() => void} [dropped] Escape on a closed list
 */

/** @template Entry */
export class Listbox {
  /**
   * @param {HTMLInputElement} input with role combobox
   * @param {HTMLElement} list with role listbox
   * @param {Choices<Entry>} choices
   * @param {AbortSignal} signal
   */
  constructor(input, list, choices, signal) {
    this.input = input
    this.list = list
    this.choices = choices
    this.active = -1
    /** Whether a pointer is down on the list. */
    this.isHeld = false
    /** Counts the offers, so that one which was overtaken gives up. */
    this.turn = 0
    /** @type {Entry[]} */
    this.offers = []
    /** The text that the offers fit; another one may be on its way. */
    this.offered = ""
    this.listen(signal)
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.input.addEventListener("input", () => this.offer(), { signal })
    this.input.addEventListener("keydown", (event) => this.key(event), { signal })
    this.input.addEventListener("blur", () => this.closeLater(), { signal })
    // A finger that swipes the list scrolls it; only a click takes. The field keeps the focus meanwhile.
    this.list.addEventListener("mousedown", (event) => event.preventDefault(), { signal })
    this.list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null
      if (option) this.take(this.offers[[...this.list.children].indexOf(option)])
    }, { signal })
    this.list.addEventListener("pointerdown", () => { this.isHeld = true }, { signal })
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => this.release(), { signal })
  }

  /** The pointer that was down on the list is up: close what the field has left meanwhile. */
  release() {
    if (!this.isHeld) return
    this.isHeld = false
    if (document.activeElement !== this.input) this.closeLater()
  }

  /** The click that takes an option comes after the field is left. */
  closeLater() {
    setTimeout(() => { if (!this.isHeld) this.close() }, CLOSES_AFTER)
  }

  /** Open the list with what fits the text of the field. */
  async offer() {
    const turn = ++this.turn
    const text = this.input.value
    this.active = -1
    this.input.removeAttribute("aria-activedescendant")
    if (!text) {
      this.offers = []
      this.offered = ""
      return this.close()
    }
    let matches
    try {
      matches = await this.choices.match(text)
    } catch {
      return announce("The list could not be fetched")
    }
    if (turn !== this.turn) return
    this.offered = text
    this.offers = matches.slice(0, this.choices.shown)
    const options = this.offers.map((entry, at) => element("li", {
      role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false", class: this.choices.look?.(entry),
    }, ...this.choices.show(entry)))
    if (!options.length && this.choices.isNoneShown) options.push(element("li", { class: "eg-find__none" }, this.choices.none(text)))
    this.list.replaceChildren(...options)
    this.list.hidden = !options.length
    this.input.setAttribute("aria-expanded", String(!this.list.hidden))
    announce(matches.length ? this.choices.some(matches.length) : this.choices.none(text))
  }

  /** @param {KeyboardEvent} event */
  async key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (this.list.hidden) await this.offer()
      this.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (event.key === "Enter") {
      event.preventDefault()
      if (this.list.hidden || this.offered !== this.input.value) await this.offer()
      if (this.offered !== this.input.value) return
      const entry = this.offers[Math.max(this.active, 0)]
      if (entry) this.take(entry)
      else announce(this.choices.none(this.input.value))
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.choices.dropped?.()
      // A browser would empty the field as well, while what was chosen stays.
      else event.preventDefault()
      this.close()
    }
  }

  /** @param {number} step */
  move(step) {
    const count = this.offers.length
    if (!count) return
    this.active = (this.active + step + count + (this.active < 0 && step < 0 ? 1 : 0)) % count
    for (const [at, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(at === this.active))
      if (at !== this.active) continue
      this.input.setAttribute("aria-activedescendant", option.id)
      option.scrollIntoView({ block: "nearest" })
    }
  }

  /** @param {Entry} entry */
  take(entry) {
    this.turn++
    this.close()
    this.choices.take(entry)
  }

  close() {
    this.list.hidden = true
    this.input.setAttribute("aria-expanded", "false")
  }
}
