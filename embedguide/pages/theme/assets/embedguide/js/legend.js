// @ts-check
/** The legend as buttons, each with its trace's shape and colour, so that the keyboard can switch traces on and off. */

import { element } from "./dom.js"

/** Paths in a 16 by 16 box for the marker symbols that figures use. */
const SHAPES = /** @type {Record<string, string>} */ ({
  circle: "M8 3a5 5 0 1 0 .01 0z",
  square: "M3.5 3.5h9v9h-9z",
  diamond: "M8 2l6 6-6 6-6-6z",
  "triangle-up": "M8 2.5l6 10.5H2z",
  "triangle-down": "M8 13.5L2 3h12z",
  "triangle-left": "M2.5 8L13 2v12z",
  "triangle-right": "M13.5 8L3 14V2z",
  cross: "M6 2.5h4V6h3.5v4H10v3.5H6V10H2.5V6H6z",
  x: "M4.5 2.5L8 6l3.5-3.5 2 2L10 8l3.5 3.5-2 2L8 10l-3.5 3.5-2-2L6 8 2.5 4.5z",
  star: "M8 1.5l1.9 4.3 4.6.5-3.4 3.1.9 4.6L8 11.7 4 14l.9-4.6L1.5 6.3l4.6-.5z",
  pentagon: "M8 2l6 4.4-2.3 7H4.3L2 6.4z",
  hexagon: "M8 1.8l5.4 3.1v6.2L8 14.2l-5.4-3.1V4.9z",
  hexagram: "M8 1.5l2 3.2h4l-2 3.3 2 3.3h-4l-2 3.2-2-3.2H2L4 8 2 4.7h4z",
  bowtie: "M2 3l12 10V3L2 13z",
  hourglass: "M3 2h10L3 14h10z",
})
const SVG = "http://www.w3.org/2000/svg"

export class Legend {
  /**
   * @param {import("./figure.js").Figure} figure
   * @param {HTMLElement} panel
   */
  constructor(figure, panel) {
    this.figure = figure
    this.panel = panel
    this.signature = ""
    /** @type {HTMLElement | null} */
    this.box = null
  }

  /**
   * @param {any[]} data painted traces; the legend stands only where more than one of them has a name to show
   * @param {any} layout
   * @returns {boolean} whether it was drawn anew, and may take another room than before
   */
  refresh(data, layout) {
    const entries = data.map((trace, index) => ({ trace, index }))
      .filter(({ trace }) => trace.name && trace.showlegend !== false && trace.visible !== false)
    const isWanted = layout.showlegend ?? entries.length > 1
    const signature = JSON.stringify([isWanted, entries.map(({ trace, index }) => [index, trace.name, colorOf(trace), trace.visible])])
    if (signature === this.signature) return false
    if (!isWanted || !entries.length) this.remove()
    else this.build(entries, data)
    this.signature = signature
    return true
  }

  /** @param {{trace: any, index: number}[]} entries @param {any[]} data */
  build(entries, data) {
    const focused = this.box?.contains(document.activeElement)
      ? [...this.box.children].indexOf(/** @type {Element} */ (document.activeElement)) : -1
    const box = element("div", { class: "eg-legend", role: "group", "aria-label": "Legend" },
      ...entries.map(({ trace, index }) => this.button(trace, peers(data, index))))
    if (this.box) this.box.replaceWith(box)
    else this.panel.querySelector(".eg-stage")?.prepend(box)
    this.box = box
    const again = box.children[focused]
    if (again instanceof HTMLElement) again.focus()
  }

  /** @param {any} trace @param {number[]} indexes it and those that go on and off with it */
  button(trace, indexes) {
    const isOn = trace.visible !== "legendonly"
    const button = element("button", { type: "button", class: "eg-legend__entry", "aria-pressed": String(isOn) },
      swatch(trace), element("bdi", {}, unescape(trace.name)))
    button.addEventListener("click", () => {
      for (const index of indexes) {
        if (isOn) this.figure.off.add(index)
        else this.figure.off.delete(index)
      }
      this.figure.render(false)
    })
    return button
  }

  remove() {
    this.box?.remove()
    this.box = null
    this.signature = ""
  }
}

/** @param {any[]} data @param {number} index @returns {number[]} the traces of the same group, in every plot of the figure */
function peers(data, index) {
  const group = data[index].legendgroup
  return group ? [...data.keys()].filter((one) => data[one].legendgroup === group) : [index]
}

/** @param {string} name a name that was made safe for Plotly, as plain text again */
function unescape(name) {
  return name.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&")
}

/** @param {any} trace @returns {string} */
function colorOf(trace) {
  const color = (trace.mode ?? "").includes("lines") && !(trace.mode ?? "").includes("markers") ? trace.line?.color : trace.marker?.color
  return typeof color === "string" ? color : trace.line?.color ?? "currentColor"
}

/** @param {any} trace */
function swatch(trace) {
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("viewBox", "0 0 16 16")
  svg.setAttribute("aria-hidden", "true")
  svg.setAttribute("class", "eg-legend__mark")
  const path = document.createElementNS(SVG, "path")
  const mode = trace.mode ?? "markers"
  const isLine = (trace.type ?? "scatter") === "scatter" && mode.includes("lines") && !mode.includes("markers")
  // Single points of a trace may be hollow; the legend shows what is usual.
  const symbols = [trace.marker?.symbol].flat().filter((name) => typeof name === "string")
  const symbol = symbols.find((name) => !name.includes("-open")) ?? symbols[0] ?? (trace.type === "bar" ? "square" : "circle")
  path.setAttribute("d", isLine ? "M1 8h14" : SHAPES[symbol.replace(/-(open|dot)/g, "")] ?? SHAPES.circle)
  const isHollow = isLine || symbol.includes("-open")
  path.setAttribute("fill", isHollow ? "none" : colorOf(trace))
  path.setAttribute("stroke", isHollow ? colorOf(trace) : "none")
  path.setAttribute("stroke-width", "2")
  if (isLine && (trace.line?.dash ?? "solid") !== "solid") path.setAttribute("stroke-dasharray", trace.line.dash === "dot" ? "2 2" : "4 3")
  svg.append(path)
  return svg
}
