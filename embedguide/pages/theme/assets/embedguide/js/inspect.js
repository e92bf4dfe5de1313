// @ts-check
/** Looking at one point: the ring around it, and the card that says what is known of it. */

import { element } from "./dom.js"
import { cellText } from "./format.js"
import { labelOf } from "./safe.js"

/** Pixels around a chosen point that its card leaves free: its label and the beginnings of its lines. */
const CLEAR = 30

/**
 * A trace that rings one point of another, or null where a ring makes no sense.
 * @param {any[]} data
 * @param {{curve: number, point: number}} marked
 */
export function highlight(data, { curve, point }) {
  const trace = data[curve]
  const x = trace?.x?.[point]
  const y = trace?.y?.[point]
  if (!trace || trace.type === "heatmap" || x === undefined || y === undefined) return null
  const isSolid = /3d$/.test(trace.type ?? "")
  const hasOwnLabel = (trace.mode ?? "").includes("text")
  const label = hasOwnLabel ? "" : labelOf(trace, point) ?? ""
  return {
    type: isSolid ? "scatter3d" : "scatter",
    mode: "markers+text",
    x: [x], y: [y], ...(isSolid ? { z: [trace.z?.[point]], scene: trace.scene } : { xaxis: trace.xaxis, yaxis: trace.yaxis }),
    text: [label], textposition: "top center", textfont: { size: 14, color: "@ink" },
    marker: isSolid
      ? { symbol: "circle-open", size: 14, color: "@ink", line: { width: 3, color: "@ink" } }
      : { symbol: "circle-open", size: 18, color: "@ink", line: { width: 2, color: "@ink" } },
    hoverinfo: "skip", showlegend: false, cliponaxis: false, name: "found",
  }
}

export class Inspector {
  /**
   * @param {import("./figure.js").Figure} figure
   * @param {HTMLElement} panel
   */
  constructor(figure, panel) {
    this.figure = figure
    this.panel = panel
    this.stage = panel.querySelector(".eg-stage")
    /** @type {HTMLElement | null} */
    this.card = null
    /** Ends with the card. @type {AbortController | null} */
    this.shown = null
  }

  /** @param {any} plot a click or a tap pins the card */
  listen(plot) {
    plot.on("plotly_click", (/** @type {any} */ event) => {
      const hit = event.points?.[0]
      if (!hit || hit.curveNumber >= this.figure.composed().data.length) return
      const point = hit.pointNumber ?? hit.pointIndex
      this.show({ curve: hit.curveNumber, point }, hit)
      if (!Array.isArray(point)) this.figure.mark({ curve: hit.curveNumber, point })
    })
  }

  /**
   * @param {{curve: number, point: any}} where
   * @param {{x?: any, y?: any, z?: any}} hit
   */
  show({ curve, point }, hit) {
    const { data, layout } = this.figure.composed()
    const trace = data[curve]
    const label = Array.isArray(point) ? null : labelOf(trace, point)
    const facts = this.facts(label, trace, layout, hit)
    this.close()
    const shut = element("button", { type: "button", class: "eg-card__close", "aria-label": "Close" }, "×")
    this.card = element("div", { class: "eg-card", role: "group", "aria-label": "Chosen point" },
      element("p", { class: "eg-card__title" }, element("bdi", {}, label ?? trace?.name ?? "point")),
      element("dl", {}, ...facts.map(([name, value]) => element("div", {},
        element("dt", {}, name), element("dd", {}, element("bdi", {}, value))))),
      shut)
    this.shown = new AbortController()
    shut.addEventListener("click", () => this.dismiss())
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.isMeant(event.target)) this.dismiss() }, { signal: this.shown.signal })
    this.stage?.append(this.card)
    this.stepAside(this.card, trace, hit)
  }

  /**
   * A card that would lie on its point, as it may on a phone, stands at the foot of the plot instead.
   * @param {HTMLElement} card
   * @param {any} trace
   * @param {{x?: any, y?: any}} hit
   */
  stepAside(card, trace, hit) {
    /** @type {any} */
    const plot = this.stage?.querySelector(".eg-plot")
    const drawn = plot?._fullLayout
    const x = drawn?.[`xaxis${trace?.xaxis?.slice(1) ?? ""}`]
    const y = drawn?.[`yaxis${trace?.yaxis?.slice(1) ?? ""}`]
    if (!x?.d2p || !y?.d2p) return
    const from = plot.getBoundingClientRect()
    const left = from.left + x._offset + x.d2p(hit.x)
    const top = from.top + y._offset + y.d2p(hit.y)
    const box = card.getBoundingClientRect()
    const isUnder = left > box.left - CLEAR && left < box.right + CLEAR && top > box.top - CLEAR && top < box.bottom + CLEAR
    card.toggleAttribute("data-low", isUnder)
  }

  /**
   * Whether a key is for the card: a click on a point leaves the focus with the page, and a field has its own use of Escape.
   * @param {EventTarget | null} target
   */
  isMeant(target) {
    return target === document.body || (target instanceof Element && this.panel.contains(target) && !target.matches("input, select"))
  }

  /** The reader has seen enough: no point is chosen, and the focus, where the card had it, goes to the figure's controls. */
  dismiss() {
    const hadFocus = this.card?.contains(document.activeElement)
    this.close()
    this.figure.find?.clear()
    this.figure.mark(null)
    this.figure.hooks.changed(this.figure)
    const next = this.figure.find?.input ?? [...this.panel.querySelectorAll(".eg-bar :is(input, select, button)")].find((one) => one.checkVisibility())
    if (hadFocus && next instanceof HTMLElement) next.focus()
  }

  /**
   * The row of the figure's data that carries this label, else the point's coordinates under the names of their axes.
   * @param {string | null} label
   * @param {any} trace
   * @param {any} layout
   * @param {any} hit
   * @returns {[string, string][]}
   */
  facts(label, trace, layout, hit) {
    const { rows = [], columns = [] } = this.figure.result ?? {}
    const matches = label === null ? [] : rows.filter((row) => row.includes(label))
    if (matches.length === 1) {
      return columns.map((column, index) => /** @type {[string, string]} */ (
        [column.label ?? column.name, cellText(matches[0][index], column)]))
        .filter(([, text]) => text !== label)
    }
    const scene = layout.scene ?? layout
    const title = (/** @type {string} */ axis) => scene[axis]?.title?.text ?? layout[axis]?.title?.text ?? axis[0]
    /** @type {[string, any][]} */
    const found = [[title("xaxis"), hit.x], [title("yaxis"), hit.y], [title("zaxis"), hit.z]]
    return found.filter(([, value]) => value !== undefined && value !== null && value !== label)
      .map(([name, value]) => [String(name).replace(/<[^>]*>/g, " "), cellText(value, {})])
  }

  close() {
    this.shown?.abort()
    this.card?.remove()
    this.card = null
  }
}
