// @ts-check
/** The controls under a figure: the inputs stand in the page, this reads and sets them and keeps their labels true. */

import { quoted } from "./address.js"
import { announce } from "./dom.js"
import { same } from "./result.js"

/** @typedef {import("./result.js").Control} Control */
const STEP_PAUSE = 700

export class Controls {
  /**
   * @param {HTMLElement} panel what holds the inputs
   * @param {Control[]} declared the controls as the result declares them
   * @param {() => void} onChange
   * @param {AbortSignal} signal
   */
  constructor(panel, declared, onChange, signal) {
    this.declared = declared.filter((control) => control.kind !== "play")
    this.onChange = onChange
    /** @type {Map<string, HTMLElement>} */
    this.boxes = new Map()
    for (const box of panel.querySelectorAll("[data-control]")) {
      if (box instanceof HTMLElement) this.boxes.set(box.dataset.control ?? "", box)
    }
    for (const control of declared) this.bind(control, signal)
    this.relabel()
  }

  /**
   * @param {Control} control
   * @param {AbortSignal} signal
   */
  bind(control, signal) {
    const box = this.boxes.get(control.id)
    if (!box) return
    if (control.kind === "play") {
      const button = box.querySelector("button")
      if (button) this.bindPlay(button, control, signal)
      return
    }
    for (const input of box.querySelectorAll("input, select")) {
      const isNumber = input.classList.contains("eg-number")
      input.addEventListener(isNumber ? "change" : "input", () => {
        this.stop?.()
        if (isNumber) this.takeNumber(control, box)
        this.changed()
      }, { signal })
    }
  }

  changed() {
    this.relabel()
    this.onChange()
  }

  /** @param {Control} control @param {HTMLElement} box the number entry's value goes to the slider, at the nearest step */
  takeNumber(control, box) {
    const number = box.querySelector(".eg-number")
    const slider = box.querySelector("input[type=range]")
    if (!(number instanceof HTMLInputElement) || !(slider instanceof HTMLInputElement)) return
    const wanted = number.valueAsNumber
    if (Number.isNaN(wanted)) return
    if (number.dataset.numeric === "steps") slider.value = String(Math.round(wanted) - 1)
    else {
      const gaps = (control.values ?? []).map((value) => (typeof value === "number" ? Math.abs(value - wanted) : Infinity))
      slider.value = String(gaps.indexOf(Math.min(...gaps)))
    }
  }

  /** @param {Control} control */
  input(control) {
    const input = this.boxes.get(control.id)?.querySelector("input, select")
    return input instanceof HTMLInputElement || input instanceof HTMLSelectElement ? input : null
  }

  /** @param {Control} control @returns {any} */
  value(control) {
    const input = this.input(control)
    if (!input) return control.default
    if (control.kind !== "switch") return control.values?.[Number(input.value)]
    const checked = input instanceof HTMLInputElement && input.checked
    return control.values?.find((value) => same(value, checked)) ?? checked
  }

  /** @returns {Record<string, any>} */
  values() {
    return Object.fromEntries(this.declared.map((control) => [control.id, this.value(control)]))
  }

  /** The values that are not the default, as a URL carries them. */
  changes() {
    return this.declared.filter((control) => !same(this.value(control), control.default))
      .map((control) => /** @type {[string, string]} */ ([control.id, String(this.value(control))]))
  }

  /**
   * Set what is named and known; everything else goes to its default.
   * @param {URLSearchParams | Map<string, string>} wanted
   * @returns {boolean} whether anything changed
   */
  apply(wanted) {
    this.stop?.()
    let isChanged = false
    for (const control of this.declared) {
      const value = this.known(control, wanted.get(control.id)) ?? control.default
      if (!same(value, this.value(control))) isChanged = true
      this.set(control, value)
    }
    this.relabel()
    return isChanged
  }

  /**
   * A sentence about the values that an address names and that are none, empty when there are none.
   * @param {URLSearchParams} wanted
   */
  problem(wanted) {
    const wrong = this.declared.find((control) => wanted.has(control.id) && this.known(control, wanted.get(control.id)) === undefined)
    if (!wrong) return ""
    const values = wrong.values ?? []
    const known = values.length > 8 ? `${values.slice(0, 2).join(", ")} … ${values.slice(-2).join(", ")}` : values.join(", ")
    return `The address asks for ${wrong.label.toLowerCase()} ${quoted(wanted.get(wrong.id) ?? "")}, which this figure does not have for this model. It has ${known}, and shows ${this.value(wrong)}.`
  }

  /** The shared controls with their values. @returns {[string, string][]} */
  shared() {
    return this.declared.filter((control) => control.shared).map((control) => [control.id, String(this.value(control))])
  }

  /**
   * Take over the values of another figure's shared controls.
   * @param {[string, string][]} shared
   * @returns {boolean} whether anything changed
   */
  follow(shared) {
    const before = JSON.stringify(this.values())
    for (const control of this.declared.filter((one) => one.shared)) {
      const text = shared.find(([id]) => id === control.id)?.[1]
      const value = this.known(control, text)
      if (value !== undefined) this.set(control, value)
    }
    this.relabel()
    return JSON.stringify(this.values()) !== before
  }

  /**
   * @param {Control} control
   * @param {string | null | undefined} text
   * @returns {any} the declared value that reads like this, else undefined
   */
  known(control, text) {
    if (text === null || text === undefined) return undefined
    if (control.kind === "switch" && !control.values?.length) {
      return text === "true" ? true : text === "false" ? false : undefined
    }
    return control.values?.find((value) => same(value, text))
  }

  /** @param {Control} control @param {any} value */
  set(control, value) {
    const input = this.input(control)
    if (!input) return
    if (control.kind === "switch" && input instanceof HTMLInputElement) input.checked = same(value, true)
    else input.value = String(Math.max(0, control.values?.findIndex((known) => same(known, value)) ?? 0))
  }

  relabel() {
    for (const control of this.declared.filter((one) => one.kind === "slider")) {
      const box = this.boxes.get(control.id)
      const slider = this.input(control)
      const number = box?.querySelector(".eg-number")
      if (!box || !slider || !(number instanceof HTMLInputElement)) continue
      const index = Number(slider.value)
      const words = control.labels?.[index] ?? String(control.values?.[index])
      const unit = control.unit ? ` ${control.unit}` : ""
      // A slider of numbers may end in a word, such as "final".
      const isNumeric = number.dataset.numeric === "values" && typeof control.values?.[index] === "number"
      const isWord = number.dataset.numeric === "values" && !isNumeric
      slider.setAttribute("aria-valuetext", words + unit)
      number.value = isNumeric ? String(control.values?.[index]) : isWord ? "" : String(index + 1)
      const output = box.querySelector("output")
      if (output) output.textContent = (isNumeric ? "" : words) + unit
    }
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Control} control
   * @param {AbortSignal} signal
   */
  bindPlay(button, control, signal) {
    const driven = this.declared.find((one) => one.id === control.drives)
    const slider = driven && this.input(driven)
    if (!slider || !driven) return
    let timer = 0
    const stop = () => {
      clearInterval(timer)
      timer = 0
      button.setAttribute("aria-pressed", "false")
    }
    const last = (driven.values?.length ?? 1) - 1
    const step = () => {
      if (Number(slider.value) >= last) return stop()
      slider.value = String(Number(slider.value) + 1)
      this.changed()
    }
    this.stop = stop
    signal.addEventListener("abort", stop)
    button.addEventListener("click", () => {
      if (timer) return stop()
      if (Number(slider.value) >= last) slider.value = "0"
      else slider.value = String(Number(slider.value) + 1)
      this.changed()
      announce(`${control.label}: ${driven.label} from ${slider.getAttribute("aria-valuetext")}`)
      button.setAttribute("aria-pressed", "true")
      timer = setInterval(step, STEP_PAUSE)
    }, { signal })
  }
}
