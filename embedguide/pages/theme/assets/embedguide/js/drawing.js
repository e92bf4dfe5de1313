// @ts-check
/** What stands in a plot's element, and how the next state of its figure gets there with as little work as the change asks for. */

import { canTween } from "./painted.js"

const TWEEN = 220
const CONFIG = {
  displayModeBar: false, showSendToCloud: false, displaylogo: false, scrollZoom: false, responsive: false,
  doubleClick: "reset+autosize", showTips: false,
  // Plotly would draw clouds with four pixels for each one of a usual screen.
  plotGlPixelRatio: Math.min(2, Math.max(1, devicePixelRatio)),
}
/** Parts of a layout that Plotly moves without drawing the rest again, in a tenth of the time. */
const LOOSE = ["shapes", "annotations"]

/** @typedef {{data: any[], layout: any}} Painted */

export class Drawing {
  /**
   * @param {any} engine Plotly
   * @param {any} plot the element to draw into
   */
  constructor(engine, plot) {
    this.engine = engine
    this.plot = plot
    /** @type {Painted & {box: string} | null} a copy of what was drawn last: Plotly writes into what it is given */
    this.last = null
  }

  /**
   * @param {Painted} next
   * @param {string} box the size of the element, which Plotly reads for itself
   * @param {boolean} isTweened whether the change may be seen moving
   */
  async show(next, box, isTweened) {
    const { last } = this
    this.last = { ...copied(next), box }
    if (last?.box === box && isEqual(last.data, next.data) && isEqual(withoutLoose(last.layout), withoutLoose(next.layout))) {
      const moved = LOOSE.filter((part) => !isEqual(last.layout[part] ?? [], next.layout[part] ?? []))
      if (moved.length) await this.engine.relayout(this.plot, Object.fromEntries(moved.map((part) => [part, next.layout[part] ?? []])))
      return
    }
    const transition = isTweened && canTween(next.data) ? { duration: TWEEN, easing: "cubic-in-out" } : undefined
    await this.engine.react(this.plot, next.data, transition ? { ...next.layout, transition } : next.layout, CONFIG)
  }

  /**
   * Change what is in view, as a drag would: later states of the figure leave it so.
   * @param {Record<string, any>} change as Plotly's `relayout` takes it
   */
  look(change) {
    const full = this.plot._fullLayout
    full._guiEditing = true
    const looked = this.engine.relayout(this.plot, change)
    full._guiEditing = false
    return looked
  }
}

/** @param {any} layout */
function withoutLoose(layout) {
  return Object.fromEntries(Object.entries(layout).filter(([part]) => !LOOSE.includes(part)))
}

/**
 * Objects anew; lists of numbers and words, which nobody writes into, shared.
 * @param {any} part
 * @returns {any}
 */
function copied(part) {
  if (Array.isArray(part)) return part[0] !== null && typeof part[0] === "object" ? part.map(copied) : part
  if (part === null || typeof part !== "object" || ArrayBuffer.isView(part)) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, copied(value)]))
}

/**
 * @param {any} left
 * @param {any} right
 * @returns {boolean}
 */
function isEqual(left, right) {
  if (Object.is(left, right)) return true
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return false
  if (Array.isArray(left)) return Array.isArray(right) && left.length === right.length && left.every((item, index) => isEqual(item, right[index]))
  const [names, others] = [Object.keys(left), Object.keys(right)]
  return names.length === others.length && names.every((name) => name in right && isEqual(left[name], right[name]))
}
